#pragma once
// LLRP messages from and to bytes. Source: EPCglobal Low Level Reader Protocol 1.0.1, section 16 (binary encoding).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sense/llrp_table.h"

namespace shrike {

// Limits on what comes from outside. No reader known to us sends a thousandth of them.
constexpr size_t kLlrpHeader_bytes = 10;
constexpr size_t kLlrpMessage_bytes_max = size_t{16} << 20;
constexpr size_t kLlrpParameters_max = size_t{1} << 18;  ///< in one message, at all depths
constexpr size_t kLlrpDepth_max = 16;                    ///< the protocol itself needs 8

/// One field and its value.
struct LlrpField {
  const LlrpFieldType* type = nullptr;
  uint64_t number = 0;  ///< number, integer (as int64_t) and boolean: the value; bit_list: how many bits
  std::string bytes;    ///< block, bit_list, list, text, rest: as they lie on the wire, without the count

  bool operator==(const LlrpField&) const = default;
};

/// A message or parameter: fields and what stands inside, both in the order of the wire.
struct LlrpElement {
  const LlrpType* type = nullptr;
  std::vector<LlrpField> fields;
  std::vector<LlrpElement> parameters;

  bool operator==(const LlrpElement&) const = default;

  /// The field, or the first parameter inside, of that name; null where there is none.
  [[nodiscard]] const LlrpField* field(std::string_view name) const;
  [[nodiscard]] const LlrpElement* parameter(std::string_view name) const;
  /// The value of the number `name` in the parameter `inside`, e.g. number_in("PeakRSSI", "PeakRSSI").
  [[nodiscard]] std::optional<uint64_t> number_in(std::string_view inside, std::string_view name) const;
};

struct LlrpMessage {
  uint8_t version = 1;  ///< 1 is LLRP 1.0.1, 2 is 1.1
  uint32_t id = 0;
  size_t length_bytes = 0;  ///< on the wire; encoding does not read it
  LlrpElement body;
};

/// How many bytes the message has that begins with `head` (6 bytes are enough); an error where it cannot be one.
[[nodiscard]] Result<size_t> llrp_message_bytes(std::string_view head, size_t offset = 0);

/// Decodes the message that begins at `offset` of `bytes`; what follows it is not looked at. An error says at which
/// byte of `bytes`, inside which parameter, what was found and what was expected: lengths that lie, truncation, types
/// that the table does not have or that have no place there, a parameter twice where one may be, the limits above.
/// A missing parameter is no error: what is there is shown. Custom parameters are kept as bytes.
[[nodiscard]] Result<LlrpMessage> decode_llrp(std::string_view bytes, size_t offset = 0);

/// The bytes of a message. Fails where a parameter or list is longer than its length field can say.
[[nodiscard]] Result<std::string> encode_llrp(const LlrpMessage& message);

/// The numbers of a list field.
[[nodiscard]] std::vector<uint64_t> llrp_list(const LlrpField& field);

}  // namespace shrike

#pragma once
// LLRP, the protocol of RFID readers, as data. The table at the head of llrp_table.cc is all that this program knows of
// its messages and parameters; decoding, encoding and printing walk it. Source: EPCglobal Low Level Reader Protocol
// 1.0.1, sections 8 to 16, and 1.1.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace shrike {

/// Numbers with names, such as AirProtocols.
struct LlrpEnumeration {
  std::string_view name;
  std::vector<std::pair<uint64_t, std::string_view>> entries;  ///< value, name

  /// The name of `value`; empty where it has none.
  [[nodiscard]] std::string_view name_of(uint64_t value) const;
};

/// One field of a message or parameter, as it lies on the wire.
struct LlrpFieldType {
  enum class Kind : uint8_t {
    number,    ///< unsigned, `bits` wide
    integer,   ///< two's complement, `bits` wide
    boolean,   ///< one bit
    reserved,  ///< `bits` without meaning
    block,     ///< `bits` / 8 bytes
    bit_list,  ///< 16-bit count of bits, the bits from the highest down, padded to a byte
    list,      ///< 16-bit count, numbers `bits` wide
    text,      ///< 16-bit count of bytes, UTF-8
    rest,      ///< every byte up to the end of the parameter
  };
  enum class Format : uint8_t { plain, hex, utc };

  std::string_view name;
  Kind kind = Kind::number;
  uint16_t bits = 0;
  Format format = Format::plain;
  uint8_t version = 1;  ///< first protocol version that has it: 1 is LLRP 1.0.1, 2 is 1.1; reserved bits before
  const LlrpEnumeration* enumeration = nullptr;
};

struct LlrpType;

/// What may stand inside a message or parameter: one type, or a choice of several.
struct LlrpSlot {
  std::string_view name;
  bool required = false, repeats = false;
  std::vector<const LlrpType*> types;
};

/// A message or a parameter.
struct LlrpType {
  std::string_view name;
  uint16_t number = 0;
  bool message = false;
  std::vector<LlrpFieldType> fields;
  std::vector<LlrpSlot> slots;

  /// A parameter with a one-byte header and no length (TV); the others say their length (TLV).
  [[nodiscard]] bool short_form() const { return !message && number < 128; }
  /// The slot that a parameter of `type` takes here; null where it has no place.
  [[nodiscard]] const LlrpSlot* slot_of(const LlrpType& type) const;
};

/// Null where no message or parameter has that number (10 bits) or name.
[[nodiscard]] const LlrpType* find_llrp_message(unsigned number);
[[nodiscard]] const LlrpType* find_llrp_parameter(unsigned number);
[[nodiscard]] const LlrpType* find_llrp_type(std::string_view name);
/// All messages and parameters, in the order of the table.
[[nodiscard]] std::vector<const LlrpType*> llrp_types();

/// The parameter that carries what only its vendor understands.
constexpr unsigned kLlrpCustomNumber = 1023;

}  // namespace shrike

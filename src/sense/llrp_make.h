#pragma once
// LLRP messages put together by name: make_llrp("ROSpecStartTrigger", {{"ROSpecStartTriggerType", "Immediate"}}).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sense/llrp.h"

namespace shrike {

/// A field and its value: a number, the name of an enumeration's value, or bytes as they lie on the wire.
class LlrpGiven {
 public:
  LlrpGiven(std::string_view field, uint64_t number) : field_(field), number_(number) {}
  LlrpGiven(std::string_view field, std::string_view named) : field_(field), named_(named) {}
  /// `count` is for lists of bits only.
  [[nodiscard]] static LlrpGiven in_bytes(std::string_view field, std::string bytes, uint64_t count = 0) {
    LlrpGiven given(field, count);
    given.bytes_ = std::move(bytes);
    return given;
  }

 private:
  friend LlrpElement make_llrp(std::string_view, const std::vector<LlrpGiven>&, std::vector<LlrpElement>);
  std::string_view field_, named_;
  uint64_t number_ = 0;
  std::string bytes_;
};

/// A message or parameter of LLRP 1.0.1 with its fields set; those not given are 0 or empty. Names that the protocol
/// does not have are a bug of the caller.
[[nodiscard]] LlrpElement make_llrp(std::string_view type, const std::vector<LlrpGiven>& given = {},
                                    std::vector<LlrpElement> parameters = {});

/// The bytes of a list of 16-bit numbers.
[[nodiscard]] std::string llrp_list_bytes(const std::vector<uint16_t>& numbers);

}  // namespace shrike

#pragma once
// LLRP messages as a program and as a person reads them.

#include <string>

#include "sense/llrp.h"

namespace shrike {

/// One object on one line, without a line end: `type`, `id`, `length` (bytes), `version` where it is not 1, then fields
/// and parameters under their LLRP names, in the order of the wire. Enumerations by name (by number where they have
/// none), truth values as such, `/hex` fields in upper case, UTC times as RFC 3339. A parameter that may stand there
/// more than once is always an array. Beside a list of bits that is no whole number of bytes stands `<name>_bits`,
/// beside what was cut at kLlrpShown_bytes_max `<name>_bytes`. Where parameters of several names alternate, `order`
/// lists the names as they came.
[[nodiscard]] std::string llrp_json(const LlrpMessage& message);

/// A tree, one line a parameter, with its line ends. Small parameters stand on their parent's line, so that one tag
/// report is one line; an EPC that is an SGTIN is shown with its GTIN and serial. `offset` is where the message begins.
[[nodiscard]] std::string llrp_text(const LlrpMessage& message, size_t offset);

/// Most bytes of one field that llrp_json shows; only a CUSTOM_MESSAGE can be longer.
constexpr size_t kLlrpShown_bytes_max = size_t{1} << 16;

}  // namespace shrike

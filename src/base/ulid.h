#pragma once
#include <string>
#include <string_view>

#include "base/time.h"

namespace shrike {

/// A new ULID (github.com/ulid/spec): 26 Crockford base-32 letters, 48 bits of milliseconds then 80 random bits
/// from the kernel. Sorts by time; two made in the same millisecond differ but have no order.
[[nodiscard]] std::string new_ulid(Timestamp t);

/// Whether `text` has the form of a ULID (upper-case letters, no overflow of the 48 bits).
[[nodiscard]] bool is_ulid(std::string_view text);

}  // namespace shrike

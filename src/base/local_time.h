#pragma once
#include <string>
#include <string_view>

#include "base/time.h"

namespace shrike {

/// RFC 3339 in `zone` (IANA), and in UTC where the zone is unknown: what is shown always has a time.
[[nodiscard]] std::string local_rfc3339(Timestamp t, std::string_view zone);

}  // namespace shrike

#include "base/local_time.h"

namespace shrike {

std::string local_rfc3339(Timestamp t, std::string_view zone) { return to_rfc3339(t, zone).value_or(to_rfc3339(t)); }

}  // namespace shrike

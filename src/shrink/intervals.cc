#include "shrink/intervals.h"

#include <array>

namespace shrike {

const char* to_string(CountKind kind) {
  static constexpr std::array names{"full", "cycle", "spot", "targeted", "opening", "unknown"};
  return names[static_cast<size_t>(kind)];
}

const char* to_string(View view) { return view == View::nowcast ? "nowcast" : "forecast"; }

}  // namespace shrike

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vault/traces.h"

// A path that is read is written again word for word.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto path = shrike::parse_path(text)) {
    const auto again = shrike::parse_path(shrike::path_text(*path));
    if (!again || again->size() != path->size()) std::abort();
  }
  (void)shrike::parse_polygon(text).has_value();
  return 0;
}

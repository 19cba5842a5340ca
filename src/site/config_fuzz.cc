#include <cstdint>
#include <string_view>

#include "site/config.h"

// Whatever stands in a configuration file: an answer, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto site = shrike::parse_site({reinterpret_cast<const char*>(data), size}, "fuzz.yml", "/srv");
  if (!site && site.error().message.empty()) __builtin_trap();
  return 0;
}

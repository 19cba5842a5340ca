#include <cstdint>
#include <string_view>

#include "site/planogram.h"

// Whatever stands where a planogram should: products in zones or an answer, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto read = shrike::parse_planogram({reinterpret_cast<const char*>(data), size}, "fuzz.csv");
  if (!read && read.error().message.empty()) __builtin_trap();
  if (!read) return 0;
  for (const auto& item : read->items) {
    if (item.zone.empty() || item.sku_id.empty() || (item.price && !(*item.price > 0))) __builtin_trap();
  }
  return 0;
}

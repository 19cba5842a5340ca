// Any bytes as a scale's message: readings of finite weights, or an error that says what was expected.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "sense/weight_reading.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  const auto readings = read_weight({reinterpret_cast<const char*>(data), size});
  if (!readings) {
    if (readings.error().message.empty()) std::abort();
    return 0;
  }
  for (const auto& reading : *readings) {
    if (!std::isfinite(reading.grams)) std::abort();
    if (reading.temperature_c && !std::isfinite(*reading.temperature_c)) std::abort();
  }
  return 0;
}

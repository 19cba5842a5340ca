#include <cstdint>
#include <string_view>

#include "risk/fit.h"

// Whatever stands where verdicts or weights should: values within bounds or an answer, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto visits = shrike::parse_judged(text, "fuzz.jsonl");
  if (!visits && visits.error().message.empty()) __builtin_trap();
  const auto weights = shrike::parse_weights(text, "fuzz.json");
  if (weights && !(weights->calibration.slope > 0)) __builtin_trap();
  return 0;
}

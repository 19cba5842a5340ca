#include <cmath>
#include <cstdint>
#include <string_view>

#include "behaviour/movement_model.h"

// Whatever stands in a model's file, or in the walks that a net is trained on: an answer, never a crash; what is
// accepted can be reckoned with, and written again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto model = shrike::movement_model_from(text, "fuzz.json");
  if (!model && model.error().message.empty()) __builtin_trap();
  if (model) {
    shrike::Walk walk{.visit_id = "v", .from = {}, .seconds = 60, .stretches = {}};
    walk.stretches.push_back({"razors", shrike::ZoneKind::high_risk, 0, 30, 1});
    walk.stretches.push_back({"floor 1,1", std::nullopt, 30, 30, 1});
    const auto reading = model->read(walk);
    for (const float s : reading.surprise)
      if (!std::isfinite(s)) __builtin_trap();
    if (!std::isfinite(reading.far) || !(reading.p >= 0 && reading.p <= 1)) __builtin_trap();
    if (!shrike::movement_model_from(shrike::to_text(*model), "again")) __builtin_trap();
  }
  (void)shrike::movement_rows_from_cbor(text);
  return 0;
}

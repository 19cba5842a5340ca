#include <cstdint>
#include <string_view>

#include "shrink/voice.h"

// Whatever stands in a model.json: a card whose figures can be asked, or a reason, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto card = shrike::card_from({reinterpret_cast<const char*>(data), size}, "fuzz.json");
  if (!card && card.error().message.empty()) __builtin_trap();
  if (card) {
    for (const auto& trial : card->trials) {
      if (trial.why().empty()) __builtin_trap();
    }
    (void)card->version();
  }
  return 0;
}

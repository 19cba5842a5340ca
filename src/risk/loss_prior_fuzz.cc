#include <cmath>
#include <cstdint>
#include <string_view>

#include "risk/loss_prior.h"

// Whatever stands where prior odds should: a probability or an answer, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  shrike::SiteConfig site;
  site.cameras.push_back({.name = "c", .zones = {{.name = "razors"}, {.name = "a"}}});
  site.risk.visits_a_day = 100;
  const auto prior = shrike::prior_from_losses(site, {reinterpret_cast<const char*>(data), size}, "fuzz.json");
  if (prior ? !(prior->probability > 0 && prior->probability <= 0.5) : prior.error().message.empty()) __builtin_trap();
  return 0;
}

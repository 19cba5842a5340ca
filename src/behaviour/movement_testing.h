#pragma once
// For tests: a movement net that nobody taught.

#include <random>

#include "behaviour/movement_net.h"

namespace shrike {

/// A net of made-up weights: what it says means nothing, but it says it of everything.
inline MovementNet any_net() {
  MovementNet net{.embed = 3, .hidden = 4, .seconds_hidden = 5, .places = {"?", "door", "razors", "till"}};
  std::mt19937 random(2);
  std::normal_distribution<float> normal(0, 0.4F);
  const auto fill = [&](size_t n) {
    std::vector<float> out(n);
    for (float& v : out) v = normal(random);
    return out;
  };
  const size_t in = 3 + kStepFeatures;
  net.place_vectors = fill(4 * 3);
  net.w_in = fill(12 * in);
  net.b_in = fill(12);
  net.w_hidden = fill(12 * 4);
  net.b_hidden = fill(12);
  net.w_next = fill(5 * 4);
  net.b_next = fill(5);
  net.w_mix = fill(5 * 7);
  net.b_mix = fill(5);
  net.w_seconds = fill(kSecondsBins * 5);
  net.b_seconds = fill(kSecondsBins);
  return net;
}

}  // namespace shrike

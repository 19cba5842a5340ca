#pragma once
// SIMULATED: a shelf on load cells, with noise, drift, temperature, resting hands and goods that weigh as goods do.

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "sense/weight.h"

namespace shrike {

struct ScaleSimulation {
  uint64_t seed = 1;
  double hz = 10;
  double noise_g = 0.8;         ///< of a reading
  double drift_g_per_hour = 0;  ///< of the tare
  double grams_per_degree = 0;  ///< true temperature coefficient
  double degrees_per_hour = 0;
  double resolution_g = 0.1;
  double clock_offset_s = 0;
};

class SimulatedScale {
 public:
  SimulatedScale(WeightShelf& shelf, ScaleSimulation how)
      : shelf_(shelf), how_(how), random_(static_cast<std::minstd_rand::result_type>(how.seed)) {}

  /// Time passes; `hand_g` of a hand that rests and trembles lies on the shelf.
  void pass(double seconds, double hand_g = 0) {
    std::normal_distribution<double> normal;
    double tremor = 0;
    const int readings = std::max(1, static_cast<int>(seconds * how_.hz));
    for (int i = 0; i < readings; ++i) {
      now_s_ += 1 / how_.hz;
      tremor = 0.8 * tremor + 12 * normal(random_);
      const double hours = now_s_ / 3600, degrees = how_.degrees_per_hour * hours;
      double grams =
          load_g + how_.drift_g_per_hour * hours + how_.grams_per_degree * degrees + how_.noise_g * normal(random_);
      if (hand_g > 0) grams += std::max(0.0, hand_g + tremor);
      send(how_.resolution_g * std::round(grams / how_.resolution_g), 20 + degrees);
    }
  }
  /// One reading that says so, whatever lies there.
  void say(double grams) {
    now_s_ += 1 / how_.hz;
    send(grams, 20);
  }
  /// A piece's weight by its product's spread.
  double piece(const ShelfProduct& product) {
    return product.unit_weight_g + product.sd_g * std::normal_distribution<double>()(random_);
  }
  /// A reach of about `seconds` in which the load changes by `grams`.
  void reach(double grams, double seconds = 1.2, double hand_g = 0) {
    pass(seconds / 2, hand_g);
    load_g += grams;
    pass(seconds / 2, hand_g);
  }
  [[nodiscard]] Timestamp time() const { return Timestamp{1'772'355'600'000'000}.plus_s(now_s_); }
  [[nodiscard]] double uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }

  double load_g = 0;
  std::vector<ItemEvent> events;

 private:
  void send(double grams, double temperature_c) {
    WeightReading reading{.grams = grams};
    reading.stated = time().plus_s(how_.clock_offset_s);
    reading.temperature_c = temperature_c;
    for (auto& event : shelf_.observe(reading, time().plus_s(0.02))) events.push_back(std::move(event));
  }

  WeightShelf& shelf_;
  ScaleSimulation how_;
  std::minstd_rand random_;
  double now_s_ = 0;
};

}  // namespace shrike

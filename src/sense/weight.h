#pragma once
// A shelf on load cells: from readings to what was taken and put back. A value machine: no thread, no clock of its own.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "sense/item_event.h"
#include "sense/sensor_clock.h"
#include "sense/weight_reading.h"
#include "sense/weight_steps.h"

namespace shrike {

struct WeightShelfOptions {
  std::string name, zone;
  double noise_g = 2;                  ///< standard deviation of a reading of a shelf that nobody touches, at most
  double capacity_g = 50'000;          ///< where the cells end
  std::vector<ShelfProduct> products;  ///< that lie there by the planogram; none: every step is of something unknown
  double steady_s = 0.8;               ///< readings agree so long before a level counts
  double steady_more_s = 2;            ///< … where the shelf became heavier: a hand that rests does so too
  double rest_s = 30;                  ///< a weight that no product explains is a hand or a bag until then
  double silent_s = 60;                ///< no reading for so long: the sensor is silent
  double stuck_s = 120;                ///< the very same reading so long, where it never was before, is no reading
};

enum class ShelfCondition { starting, steady, touched, silent, stuck, saturated, swapped };
[[nodiscard]] const char* to_string(ShelfCondition condition);

/// How a shelf does.
struct ShelfState {
  ShelfCondition condition = ShelfCondition::starting;
  std::string problem;  ///< in words, for whoever mends it; empty while nothing is wrong
  double level_g = 0;   ///< what lies there, temperature and drift taken off since the start
  double noise_g = 0;   ///< measured
  double grams_per_degree = 0;
  double clock_offset_s = 0;
  uint64_t readings = 0, events = 0;
  uint64_t left_out = 0;  ///< readings from the past, without a number, or while saturated
};

/// Levels between touches are compared; what happens in between (a hand that rests, a product that is lifted) does not
/// count. A level follows slow drift and temperature, as far as nobody touches the shelf. Where products weigh alike
/// within what the cells and the products' own spread can tell, the event lists all of them.
class WeightShelf {
 public:
  explicit WeightShelf(WeightShelfOptions options);

  /// One reading. Two events where two products were taken together.
  [[nodiscard]] std::vector<ItemEvent> observe(const WeightReading& reading, Timestamp received);
  /// Says how the sensor does when nothing comes.
  void advance(Timestamp now);
  [[nodiscard]] ShelfState state() const;

  /// The last steps that were weighed, grams; newest last, at most 16.
  [[nodiscard]] const std::deque<double>& steps() const { return steps_; }
  [[nodiscard]] const WeightShelfOptions& options() const { return options_; }
  /// Another shelf's products explain this one's steps: its name, or empty where that is over.
  void call_swapped(const std::string& with);

 private:
  struct Sample {
    Timestamp time;
    double grams = 0;
  };
  struct Plateau {
    double mean = 0, noise = 0;
    Timestamp from, to;
    size_t count = 0;
    [[nodiscard]] double seconds() const { return seconds_between(from, to); }
  };

  bool usable(const WeightReading& reading, Timestamp time);
  [[nodiscard]] double without_temperature(const WeightReading& reading) const;
  void learn_temperature(const WeightReading& reading);
  void watch_for_stuck(double grams, Timestamp time);
  void keep_sample(double grams, Timestamp time);
  [[nodiscard]] std::optional<Plateau> plateau() const;
  [[nodiscard]] bool agrees(const Plateau& now) const;
  void follow_drift(double grams, const Plateau& now);
  void follow_candidate(const Plateau& now);
  [[nodiscard]] double sigma() const;
  [[nodiscard]] double step_sd(size_t count_before, const Plateau& now) const;
  [[nodiscard]] std::vector<ItemEvent> weigh();
  [[nodiscard]] std::vector<ItemEvent> weigh_on_top();
  [[nodiscard]] std::vector<ItemEvent> give_up(double step);
  bool took_foreign_away(double step);
  void settle(const Plateau& now);
  void remember(double step);
  [[nodiscard]] std::vector<ItemEvent> events_of(const StepReading& step, bool lighter, const Plateau& now);

  WeightShelfOptions options_;
  SensorClock clock_;
  std::deque<Sample> recent_;
  std::optional<double> level_;              // what lies there, before the touch that is going on
  size_t level_count_ = 0;                   // readings that it is the mean of, at most kLevelCount_max
  Timestamp level_until_;                    // the last reading that agreed with it
  std::optional<Plateau> candidate_;         // another level, not yet believed
  std::optional<Plateau> before_candidate_;  // the steady one before it, that nothing explained
  double noise_g_ = 0;                       // measured; 0 before the first plateau
  std::vector<double> foreign_;              // weights of what is no product and was put there
  std::deque<double> steps_;
  // Temperature: sums for the slope of level over temperature, between readings of an untouched shelf.
  std::optional<double> reference_c_, anchor_c_;
  double anchor_g_ = 0, sum_tt_ = 0, sum_tg_ = 0, slope_ = 0;
  // Stuck: the longest run of equal readings that was seen while the shelf still moved.
  double last_g_ = 0, longest_same_s_ = 0;
  Timestamp same_since_;
  Timestamp last_time_, last_received_;
  ShelfCondition condition_ = ShelfCondition::starting;
  std::string swapped_with_;
  uint64_t readings_ = 0, events_ = 0, left_out_ = 0;
};

/// Names the sensors of `shelves` whose steps the products of another one explain and their own do not: cables or
/// topics that were swapped. Call it now and then.
void find_swapped(std::vector<WeightShelf*> shelves);

}  // namespace shrike

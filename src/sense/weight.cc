#include "sense/weight.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace shrike {
namespace {

constexpr size_t kSamples_max = 512;
constexpr size_t kLevelCount_max = 100;  // readings over which a level follows drift
constexpr size_t kForeign_max = 8, kSteps_max = 16;
constexpr double kRange_sd = 6;   // readings of an untouched shelf differ by at most so much
constexpr double kHalves_sd = 4;  // … and the two halves of a while: else a step lies within
constexpr double kRestless_s = 10;
constexpr double kDiffers_sd = 4.5;  // two levels that differ so much are two: by chance once in a day
constexpr double kBelieved = 0.5;

double clamped(double x, double bound) { return std::clamp(x, -bound, bound); }

}  // namespace

const char* to_string(ShelfCondition condition) {
  switch (condition) {
    case ShelfCondition::starting:
      return "starting";
    case ShelfCondition::steady:
      return "steady";
    case ShelfCondition::touched:
      return "touched";
    case ShelfCondition::silent:
      return "silent";
    case ShelfCondition::stuck:
      return "stuck";
    case ShelfCondition::saturated:
      return "saturated";
    case ShelfCondition::swapped:
      return "swapped";
  }
  return "";
}

WeightShelf::WeightShelf(WeightShelfOptions options) : options_(std::move(options)) {}

std::vector<ItemEvent> WeightShelf::observe(const WeightReading& reading, Timestamp received) {
  ++readings_;
  const Timestamp time = reading.stated ? clock_.observe(*reading.stated, received) : received;
  last_received_ = std::max(last_received_, received);
  if (!usable(reading, time)) {
    ++left_out_;
    return {};
  }
  watch_for_stuck(reading.grams, time);
  last_time_ = time;
  const double grams = without_temperature(reading);
  keep_sample(grams, time);
  const auto now = plateau();
  if (!level_) {
    if (now) settle(*now);
    return {};
  }
  if (now && agrees(*now)) {
    follow_drift(grams, *now);
    learn_temperature(reading);
    return {};
  }
  if (condition_ != ShelfCondition::stuck) condition_ = ShelfCondition::touched;
  if (!now) {
    candidate_.reset();
    return {};
  }
  follow_candidate(*now);
  return weigh();
}

bool WeightShelf::usable(const WeightReading& reading, Timestamp time) {
  if (!std::isfinite(reading.grams) || time <= last_time_) return false;
  const bool saturated = std::abs(reading.grams) >= options_.capacity_g;
  if (saturated) {
    condition_ = ShelfCondition::saturated;
    recent_.clear();
    candidate_.reset();
    last_time_ = time;
    return false;
  }
  if (condition_ == ShelfCondition::saturated) condition_ = ShelfCondition::touched;
  if (condition_ == ShelfCondition::silent) condition_ = ShelfCondition::starting;
  if (last_time_.us != 0 && seconds_between(last_time_, time) > options_.silent_s) {
    // What happened meanwhile can be put on nobody: begin anew.
    recent_.clear();
    candidate_.reset();
    before_candidate_.reset();
    level_.reset();
    foreign_.clear();
    anchor_c_.reset();
  }
  return true;
}

double WeightShelf::without_temperature(const WeightReading& reading) const {
  if (!reading.temperature_c || !reference_c_) return reading.grams;
  return reading.grams - slope_ * (*reading.temperature_c - *reference_c_);
}

void WeightShelf::learn_temperature(const WeightReading& reading) {
  if (!reading.temperature_c) return;
  const double now_c = *reading.temperature_c;
  if (!reference_c_) reference_c_ = now_c;
  const double raw_g = *level_ + slope_ * (now_c - *reference_c_);
  if (!anchor_c_) {
    // A level is known well only after some readings.
    if (level_count_ < kLevelCount_max / 4) return;
    anchor_c_ = now_c;
    anchor_g_ = raw_g;
    return;
  }
  constexpr double kEnough_c = 0.5, kDoubt = 1;  // °C, °C²: a slope is believed once degrees have been seen
  const double change_c = now_c - *anchor_c_;
  if (std::abs(change_c) < kEnough_c) return;
  sum_tt_ += change_c * change_c;
  sum_tg_ += change_c * (raw_g - anchor_g_);
  slope_ = sum_tg_ / (sum_tt_ + kDoubt);
  level_ = raw_g - slope_ * (now_c - *reference_c_);
  anchor_c_ = now_c;
  anchor_g_ = raw_g;
  recent_.clear();  // they were put on the old slope
}

void WeightShelf::watch_for_stuck(double grams, Timestamp time) {
  constexpr double kTimesLonger = 10;
  constexpr uint64_t kReadings_min = 50;
  const double same_s = seconds_between(same_since_, time);
  if (grams != last_g_ || same_since_.us == 0) {
    if (same_since_.us != 0) longest_same_s_ = std::max(longest_same_s_, std::min(same_s, options_.stuck_s));
    if (condition_ == ShelfCondition::stuck) condition_ = ShelfCondition::touched;
    last_g_ = grams;
    same_since_ = time;
    return;
  }
  // Coarse scales give the same number for hours: only one that has moved more than that before can be stuck.
  if (readings_ > kReadings_min && longest_same_s_ > 0 && same_s > options_.stuck_s &&
      same_s > kTimesLonger * longest_same_s_)
    condition_ = ShelfCondition::stuck;
}

void WeightShelf::keep_sample(double grams, Timestamp time) {
  recent_.push_back({time, grams});
  while (recent_.size() > 3 &&
         (seconds_between(recent_[1].time, time) >= options_.steady_s || recent_.size() > kSamples_max))
    recent_.pop_front();
}

std::optional<WeightShelf::Plateau> WeightShelf::plateau() const {
  if (recent_.size() < 3 || seconds_between(recent_.front().time, recent_.back().time) < 0.9 * options_.steady_s)
    return std::nullopt;
  const size_t half = recent_.size() / 2;
  double low = recent_.front().grams, high = low, sum = 0, squares = 0, first_half = 0;
  for (size_t i = 0; i < recent_.size(); ++i) {
    const double grams = recent_[i].grams;
    low = std::min(low, grams);
    high = std::max(high, grams);
    sum += grams;
    if (i < half) first_half += grams;
  }
  // A shelf that has become restless (a fan, a fridge) would never be steady again by what it once was.
  const bool restless = level_ && seconds_between(level_until_, recent_.back().time) > kRestless_s;
  const double noise = restless ? options_.noise_g : sigma();
  const auto count = static_cast<double>(recent_.size()), n = static_cast<double>(half);
  const double halves = (sum - first_half) / (count - n) - first_half / n;
  if (high - low > kRange_sd * noise || std::abs(halves) > kHalves_sd * noise * std::sqrt(1 / n + 1 / (count - n)))
    return std::nullopt;
  for (const auto& each : recent_) squares += (each.grams - sum / count) * (each.grams - sum / count);
  return Plateau{.mean = sum / count,
                 .noise = std::sqrt(squares / (count - 1)),
                 .from = recent_.front().time,
                 .to = recent_.back().time,
                 .count = recent_.size()};
}

double WeightShelf::sigma() const {
  return noise_g_ == 0 ? options_.noise_g : std::clamp(noise_g_, 0.1 * options_.noise_g, options_.noise_g);
}

double WeightShelf::step_sd(size_t count_before, const Plateau& now) const {
  // Levels creep a little when goods are moved about on the plate (corner load).
  const double creep = 0.15 * options_.noise_g, noise = std::max(sigma(), std::min(now.noise, options_.noise_g));
  return std::sqrt(noise * noise * (1.0 / static_cast<double>(count_before) + 1.0 / static_cast<double>(now.count)) +
                   creep * creep);
}

bool WeightShelf::agrees(const Plateau& now) const {
  return std::abs(now.mean - *level_) <= kDiffers_sd * step_sd(level_count_, now);
}

void WeightShelf::follow_drift(double grams, const Plateau& now) {
  level_count_ = std::min(level_count_ + 1, kLevelCount_max);
  *level_ += clamped(grams - *level_, 3 * sigma()) / static_cast<double>(level_count_);
  level_until_ = now.to;
  noise_g_ = 0.98 * noise_g_ + 0.02 * std::min(now.noise, 2 * sigma());
  candidate_.reset();
  before_candidate_.reset();
  if (condition_ != ShelfCondition::stuck) condition_ = ShelfCondition::steady;
}

void WeightShelf::follow_candidate(const Plateau& now) {
  if (candidate_ && std::abs(now.mean - candidate_->mean) <= 3 * options_.noise_g) {
    const Timestamp from = candidate_->from;
    candidate_ = now;
    candidate_->from = from;
    return;
  }
  candidate_ = now;
}

void WeightShelf::remember(double step) {
  steps_.push_back(step);
  if (steps_.size() > kSteps_max) steps_.pop_front();
}

void WeightShelf::settle(const Plateau& now) {
  level_ = now.mean;
  level_count_ = now.count;
  level_until_ = now.to;
  if (noise_g_ == 0 || now.noise > 3 * noise_g_) noise_g_ = std::max(now.noise, 0.01 * options_.noise_g);
  candidate_.reset();
  before_candidate_.reset();
  anchor_c_.reset();
  if (condition_ != ShelfCondition::stuck) condition_ = ShelfCondition::steady;
}

std::vector<ItemEvent> WeightShelf::events_of(const StepReading& step, bool lighter, const Plateau& now) {
  std::vector<ItemEvent> events;
  for (const auto& guesses : step.moved) {
    events.push_back({.kind = lighter ? ItemEvent::Kind::taken : ItemEvent::Kind::put_back,
                      .from = level_until_,
                      .to = std::max(level_until_, now.from),
                      .source = options_.name,
                      .zone = options_.zone,
                      .visit_id = {},
                      .guesses = guesses});
  }
  events_ += events.size();
  return events;
}

std::vector<ItemEvent> WeightShelf::weigh() {
  const Plateau now = *candidate_;
  const double step = now.mean - *level_;
  const bool lighter = step < 0;
  if (now.seconds() < 0.9 * (lighter ? options_.steady_s : options_.steady_more_s)) return {};
  if (took_foreign_away(step)) {
    settle(now);
    return {};
  }
  const auto read = read_step(std::abs(step), step_sd(level_count_, now), options_.products);
  if (read.nothing >= kBelieved) {
    settle(now);
    return {};
  }
  if (read.products() >= kBelieved) {
    auto events = events_of(read, lighter, now);
    remember(step);
    settle(now);
    return events;
  }
  if (auto events = weigh_on_top(); !events.empty()) return events;
  return now.seconds() < options_.rest_s ? std::vector<ItemEvent>{} : give_up(step);
}

/// A bag or a hand rests on the shelf, and meanwhile a product is taken: the two levels under it differ by the product.
std::vector<ItemEvent> WeightShelf::weigh_on_top() {
  const Plateau now = *candidate_;
  std::vector<ItemEvent> events;
  if (before_candidate_ && now.from > before_candidate_->to) {
    const double step = now.mean - before_candidate_->mean;
    const auto read = read_step(std::abs(step), step_sd(before_candidate_->count, now), options_.products);
    if (step < 0 && read.nothing < kBelieved && read.products() >= kBelieved) {
      level_until_ = before_candidate_->to;
      events = events_of(read, true, now);
      remember(step);
      *level_ += step;
    }
  }
  before_candidate_ = now;
  return events;
}

bool WeightShelf::took_foreign_away(double step) {
  const auto gone = std::find_if(foreign_.begin(), foreign_.end(),
                                 [&](double weight) { return std::abs(weight + step) <= 3 * options_.noise_g; });
  if (gone == foreign_.end()) return false;
  foreign_.erase(gone);
  return true;
}

/// A weight that no product explains, and that stays.
std::vector<ItemEvent> WeightShelf::give_up(double step) {
  const Plateau now = *candidate_;
  std::vector<ItemEvent> events;
  remember(step);
  if (step > 0) {
    foreign_.push_back(step);
    if (foreign_.size() > kForeign_max) foreign_.erase(foreign_.begin());
  } else {
    // Something went, as likely as not goods: it may have been a piece that the planogram does not know.
    StepReading unknown;
    unknown.moved = {{ItemGuess{.product = "", .count = 1, .probability = kBelieved}}};
    events = events_of(unknown, true, now);
  }
  settle(now);
  return events;
}

void WeightShelf::advance(Timestamp now) {
  if (last_received_.us != 0 && seconds_between(last_received_, now) > options_.silent_s)
    condition_ = ShelfCondition::silent;
}

ShelfState WeightShelf::state() const {
  ShelfState state{.condition = condition_,
                   .problem = {},
                   .level_g = level_.value_or(0),
                   .noise_g = noise_g_,
                   .grams_per_degree = slope_,
                   .clock_offset_s = clock_.offset_s(),
                   .readings = readings_,
                   .events = events_,
                   .left_out = left_out_};
  const bool works = condition_ == ShelfCondition::steady || condition_ == ShelfCondition::touched;
  if (works && !swapped_with_.empty()) state.condition = ShelfCondition::swapped;
  if (state.condition == ShelfCondition::silent)
    state.problem = fmt::format("no reading for {:.0f} s", options_.silent_s);
  if (state.condition == ShelfCondition::stuck)
    state.problem = fmt::format("the same reading, {:g} g, for over {:.0f} s", last_g_, options_.stuck_s);
  if (state.condition == ShelfCondition::saturated)
    state.problem =
        fmt::format("at the end of its range, {:g} g: overloaded, or a cell is broken", options_.capacity_g);
  if (state.condition == ShelfCondition::swapped)
    state.problem = fmt::format("its steps fit the products of {}: are the two swapped?", swapped_with_);
  return state;
}

void WeightShelf::call_swapped(const std::string& with) { swapped_with_ = with; }

void find_swapped(std::vector<WeightShelf*> shelves) {
  constexpr size_t kSteps_min = 6;
  const auto explained = [](const WeightShelf& shelf, const WeightShelf& by) {
    const auto& products = by.options().products;
    const auto fits = [&](double step) {
      return !products.empty() && read_step(std::abs(step), shelf.options().noise_g, products).products() > kBelieved;
    };
    const auto count = std::count_if(shelf.steps().begin(), shelf.steps().end(), fits);
    return static_cast<double>(count) / static_cast<double>(shelf.steps().size());
  };
  for (WeightShelf* shelf : shelves) {
    if (shelf->steps().size() < kSteps_min) continue;
    const double own = explained(*shelf, *shelf);
    if (own > 0.6) shelf->call_swapped("");
    if (own > 0.34) continue;
    const auto other = std::find_if(shelves.begin(), shelves.end(), [&](const WeightShelf* each) {
      return each != shelf && explained(*shelf, *each) >= 0.8;
    });
    if (other != shelves.end()) shelf->call_swapped((*other)->options().name);
  }
}

}  // namespace shrike

#include "sense/portal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "sense/epc.h"

namespace shrike {
namespace {

constexpr size_t kReadsOfTag_max = 128;
constexpr size_t kNeighbours_max = 20'000;
constexpr double kReadsThatCount_max = 8;   // of one side: reads that follow on each other closely say the same
constexpr double kUnseen_dbm = -90;         // a side that did not see the tag
constexpr double kPassingStronger_db = 17;  // than tags that are only near, on the weaker side
constexpr double kSpread_db = 7;
constexpr double kThrough_max = 5;                         // log-odds that strength alone may give or take
constexpr size_t kTogether_min = 6;                        // tags at the same time from which they are a bulk
constexpr double kTogetherWeight = 6;                      // reads that a bulk's mean is worth to each of its tags
constexpr double kNearSpread = 1.4, kPassingSpread = 1.6;  // of `direction`, in standard deviations

double log_density(double x, double mean, double sd) {
  const double z = (x - mean) / sd;
  return -z * z / 2 - std::log(sd);
}

bool holds(const std::vector<int>& antennas, int antenna) {
  return std::find(antennas.begin(), antennas.end(), antenna) != antennas.end();
}

/// An EPC as the item that it names; nothing for other numberings.
std::optional<Sgtin> item_of_tag(const std::string& epc) {
  const auto item = decode_sgtin_hex(epc);
  return item ? std::optional(*item) : std::nullopt;
}

}  // namespace

Portal::Portal(PortalOptions options, ProductOfGtin product_of)
    : options_(std::move(options)), product_of_(std::move(product_of)) {}

void Portal::observe(const TagRead& read) {
  ++state_.reads;
  const bool outside = holds(options_.outside, read.antenna);
  const bool known = tags_.contains(read.epc);
  if ((!outside && !holds(options_.inside, read.antenna)) || (!known && tags_.size() >= options_.tags_max)) {
    ++state_.left_out;
    return;
  }
  auto& tag = tags_[read.epc];
  const Timestamp time = std::max(read.first_seen, read.last_seen);
  tag.last = std::max(tag.last, time);
  tag.reads.push_back({time, static_cast<double>(read.rssi_dbm.value_or(static_cast<int>(options_.still_dbm) + 10)),
                       outside, read.antenna, read.phase_rad});
  while (tag.reads.size() > kReadsOfTag_max || seconds_between(tag.reads.front().time, tag.last) > options_.window_s)
    tag.reads.pop_front();
}

/// Power in milliwatts would let one read decide; its root, the field, is kinder.
double Portal::strength(const Read& read) const { return std::pow(10.0, (read.dbm - options_.still_dbm) / 20); }

Portal::Passing Portal::passing_of(const Tag& tag) const {
  double inner = 0, outer = 0, inner_squares = 0, outer_squares = 0, inner_dbm = kUnseen_dbm, outer_dbm = kUnseen_dbm;
  for (const auto& read : tag.reads) {
    const double w = strength(read);
    (read.outside ? outer : inner) += w;
    (read.outside ? outer_squares : inner_squares) += w * w;
    auto& peak = read.outside ? outer_dbm : inner_dbm;
    peak = std::max(peak, read.dbm);
  }
  Passing passing;
  passing.reads = static_cast<double>(tag.reads.size());
  const double weaker_dbm = std::min(inner_dbm, outer_dbm);
  passing.through = std::clamp((weaker_dbm - options_.still_dbm - kPassingStronger_db / 2) * kPassingStronger_db /
                                   (kSpread_db * kSpread_db),
                               -kThrough_max, kThrough_max) +
                    moved(tag);
  if (inner == 0 || outer == 0) return passing;
  double later = 0;  // weighted share of pairs in which the street's side was later
  for (const auto& a : tag.reads) {
    if (a.outside) continue;
    for (const auto& b : tag.reads) {
      if (b.outside) later += strength(a) * strength(b) * (b.time > a.time ? 1 : b.time == a.time ? 0.5 : 0);
    }
  }
  later /= inner * outer;
  const double n = std::min(inner * inner / inner_squares, kReadsThatCount_max);
  const double m = std::min(outer * outer / outer_squares, kReadsThatCount_max);
  const double sd = std::sqrt((n + m + 1) / (12 * n * m));
  passing.direction = (later - 0.5) / sd;
  passing.clearness = 0.4 / sd;
  return passing;
}

/// Log-odds by phase: a tag that stands still is read with the same phase by one antenna, again and again.
double Portal::moved(const Tag& tag) const {
  std::array<double, 2> turned{};
  std::array<int, 2> pairs{};
  std::array<const Read*, 2> last{};
  for (const auto& read : tag.reads) {
    if (!read.phase_rad) continue;
    const Read*& before = last[read.outside ? 1 : 0];
    if (before != nullptr && before->antenna == read.antenna) {
      // Readers tell phase with an ambiguity of half a turn.
      double difference = std::fmod(std::abs(*read.phase_rad - *before->phase_rad), std::numbers::pi);
      difference = std::min(difference, std::numbers::pi - difference);
      turned[read.outside ? 1 : 0] += difference;
      ++pairs[read.outside ? 1 : 0];
    }
    before = &read;
  }
  const int all = pairs[0] + pairs[1];
  if (all < 4) return 0;
  // By chance a quarter of π; of a tag at rest, its noise, about 0.1.
  const double mean = (turned[0] + turned[1]) / all;
  return std::clamp((mean - 0.3) * 8, -2.0, 1.0);
}

/// Between the antennas, where it is read best: the mean of its reads, each by its strength.
Timestamp Portal::crossed_at(const Tag& tag) const {
  double sum = 0, later_s = 0;
  for (const Read& read : tag.reads) {
    const double w = strength(read);
    sum += w;
    later_s += w * seconds_between(tag.reads.front().time, read.time);
  }
  return tag.reads.front().time.plus_s(later_s / sum);
}

std::vector<ItemEvent> Portal::advance(Timestamp now) {
  std::vector<std::pair<std::string, Passing>> gone;
  Passing mean;
  size_t together = 0;
  for (const auto& [epc, tag] : tags_) {
    const bool is_gone = seconds_between(tag.last, now) > options_.gap_s;
    // Those that went a moment ago stay with those that are going for as long as anyone of them is still held.
    if (!is_gone && seconds_between(tag.last, now) < options_.gap_s / 2) continue;
    const auto passing = passing_of(tag);
    mean.direction += passing.direction;
    mean.through += passing.through;
    ++together;
    if (is_gone) gone.emplace_back(epc, passing);
  }
  std::vector<ItemEvent> events;
  for (auto& [epc, passing] : gone) {
    if (together >= kTogether_min) {
      const double share = kTogetherWeight / (kTogetherWeight + passing.reads);
      const auto all = static_cast<double>(together);
      passing.direction += share * (mean.direction / all - passing.direction);
      passing.through += share * (mean.through / all - passing.through);
    }
    const auto tag = tags_.find(epc);
    if (auto event = decide(epc, tag->second, passing)) events.push_back(std::move(*event));
    tags_.erase(tag);
  }
  std::sort(events.begin(), events.end(), [](const ItemEvent& a, const ItemEvent& b) {
    return std::pair(a.to, a.guesses[0].serial) < std::pair(b.to, b.guesses[0].serial);
  });
  forget_old_neighbours();
  return events;
}

std::optional<ItemEvent> Portal::decide(const std::string& epc, const Tag& tag, const Passing& passing) {
  const double d = passing.direction, clear = passing.clearness;
  const auto near_before = neighbours_.find(epc);
  const double often = near_before == neighbours_.end() ? 0 : std::log1p(near_before->second);
  const double by_chance = log_density(d, 0, kNearSpread) + often;
  const double out = std::exp(log_density(d, clear, kPassingSpread) - by_chance + passing.through);
  const double in = std::exp(log_density(d, -clear, kPassingSpread) - by_chance + passing.through);
  const double sum = 1 + out + in;
  const bool went_out = out > in;
  const double probability = (went_out ? out : in) / sum;
  if (probability < 0.5) {
    ++state_.near;
    ++neighbours_[epc];
    return std::nullopt;
  }
  const auto item = item_of_tag(epc);
  const std::string product = !item ? "" : product_of_ ? product_of_(item->gtin) : item->gtin;
  if (product.empty()) {
    ++state_.unknown;
    state_.last_unknown = epc;
    return std::nullopt;
  }
  ++(went_out ? state_.out : state_.in);
  const Timestamp crossed = crossed_at(tag);
  return ItemEvent{
      .kind = went_out ? ItemEvent::Kind::carried_out : ItemEvent::Kind::carried_in,
      .from = crossed,
      .to = crossed,
      .source = options_.name,
      .zone = options_.zone,
      .visit_id = {},
      .guesses = {
          {.product = product, .count = 1, .probability = probability, .serial = sgtin_uri(*item).value_or(epc)}}};
}

void Portal::forget_old_neighbours() {
  // Goods near a door are a few hundred; a table that is full is of a day long gone.
  if (neighbours_.size() > kNeighbours_max) neighbours_.clear();
}

PortalState Portal::state() const {
  auto state = state_;
  state.tags_held = tags_.size();
  return state;
}

}  // namespace shrike

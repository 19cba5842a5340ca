#include "insight/layout_change.h"

#include <algorithm>
#include <boost/random/mersenne_twister.hpp>
#include <fmt/format.h>
#include <map>
#include <set>

#include "insight/store_insight.h"
#include "shrink/numeric.h"

namespace shrike {
namespace {

using Engine = boost::random::mt19937_64;
constexpr double kDay_shares[2] = {5.0 / 7, 2.0 / 7};  // of a week that are weekdays, weekend
constexpr size_t kUnderMin = 5;                        // visits that a ratio needs on either side

/// A figure as a ratio, by day.
struct Metric {
  std::string what, where, unit;
  std::map<int64_t, Part> days;
};

/// One day of one metric: on which side of the change, of which kind.
struct Day {
  Part part;
  size_t kind = 0;  ///< 0 weekday, 1 weekend; all 0 where they are not kept apart
  bool after = false;
};

bool is_weekend(int64_t day) { return (day + 3) % 7 >= 5; }

class Metrics {
 public:
  void add(const std::string& what, const std::string& where, const std::string& unit, int64_t day, Part part) {
    const auto [it, fresh] = number_.try_emplace({where, what}, all_.size());
    if (fresh) all_.push_back({what, where, unit, {}});
    Part& sum = all_[it->second].days[day];
    sum.over += part.over;
    sum.under += part.under;
  }
  [[nodiscard]] std::vector<Metric> finish() { return std::move(all_); }

 private:
  std::map<std::pair<std::string, std::string>, size_t> number_;
  std::vector<Metric> all_;
};

void add_zones(Metrics& metrics, const Journey& j, int64_t day, const std::set<std::string>& zones) {
  for (const std::string& zone : zones) {
    double dwell = 0;
    bool in = false;
    std::optional<Timestamp> stop;
    bool goods = false, door = false;
    for (const ZoneStay& s : j.stays) {
      if (s.zone != zone) continue;
      in = true;
      dwell += s.dwell_s;
      door = s.kind == ZoneKind::entrance || s.kind == ZoneKind::exit;
      goods = s.kind == ZoneKind::shelf || s.kind == ZoneKind::high_risk;
      if (is_stop(s) && !stop) stop = s.to;
    }
    metrics.add("went in, of all who came", zone, "%", day, {in ? 1.0 : 0.0, 1});
    if (door) continue;
    if (in) metrics.add("stopped, of those who went in", zone, "%", day, {stop ? 1.0 : 0.0, 1});
    if (stop) metrics.add("time of those who stopped", zone, "s", day, {dwell, 1});
    if (stop && goods) {
      metrics.add("went on to a checkout, of those who stopped", zone, "%", day,
                  {stops_at_till_after(j, *stop) ? 1.0 : 0.0, 1});
    }
  }
}

std::vector<Metric> metrics_of(const Journeys& journeys, LocalClock& clock) {
  const OpenHours open = open_hours(journeys, clock);
  Metrics metrics;
  std::set<std::string> zones, tills;
  for (const Journey& j : journeys.customers) {
    for (const ZoneStay& s : j.stays) (s.kind == ZoneKind::checkout ? tills : zones).insert(s.zone);
  }
  for (const auto& [day, hours] : open.days) {
    double open_s = 0;
    for (double s : hours) open_s += s;
    metrics.add("visits an open hour", "", "", day, {0, open_s / 3600});
  }
  for (const Journey& j : journeys.customers) {
    const int64_t day = clock.at(j.from).day;
    metrics.add("visits an open hour", "", "", day, {1, 0});
    metrics.add("length of a visit", "", "s", day, {seconds_between(j.from, j.to), 1});
    add_zones(metrics, j, day, zones);
  }
  for (const std::string& till : tills) {
    for (const Turn& turn : turns_at(till, journeys)) {
      metrics.add("wait at the checkout", till, "s", clock.at(turn.from).day, {turn.wait_s, 1});
    }
  }
  return metrics.finish();
}

/// The ratio of one side: weekdays and weekends each by themselves, then put together as in a week.
double side(const std::vector<Day>& days, const std::vector<size_t>& chosen, bool apart) {
  Part sums[2];
  for (size_t d : chosen) {
    sums[days[d].kind].over += days[d].part.over;
    sums[days[d].kind].under += days[d].part.under;
  }
  if (!apart) return sums[0].under > 0 ? sums[0].over / sums[0].under : NAN;
  double all = 0;
  for (size_t k = 0; k < 2; ++k) {
    if (sums[k].under <= 0) return NAN;
    all += kDay_shares[k] * sums[k].over / sums[k].under;
  }
  return all;
}

/// Days by side and kind, as places in the list.
using Groups = std::array<std::array<std::vector<size_t>, 2>, 2>;

Groups groups_of(const std::vector<Day>& days) {
  Groups groups;
  for (size_t d = 0; d < days.size(); ++d) groups[days[d].after ? 1 : 0][days[d].kind].push_back(d);
  return groups;
}

std::vector<size_t> both_kinds(const std::array<std::vector<size_t>, 2>& kinds) {
  auto out = kinds[0];
  out.insert(out.end(), kinds[1].begin(), kinds[1].end());
  return out;
}

double difference(const std::vector<Day>& days, const Groups& groups, bool apart) {
  return side(days, both_kinds(groups[1]), apart) - side(days, both_kinds(groups[0]), apart);
}

void bootstrap(Change& change, const std::vector<Day>& days, const Groups& groups, bool apart,
               const LayoutOptions& options, uint64_t seed) {
  Engine engine(seed);
  std::vector<double> drawn;
  for (int i = 0; i < options.draws; ++i) {
    Groups again = groups;
    for (size_t s = 0; s < 2; ++s) {
      for (size_t k = 0; k < 2; ++k) {
        for (size_t& d : again[s][k]) d = groups[s][k][static_cast<size_t>(engine() % groups[s][k].size())];
      }
    }
    const double value = difference(days, again, apart);
    if (std::isfinite(value)) drawn.push_back(value);
  }
  if (drawn.size() < static_cast<size_t>(options.draws) / 2) return;
  change.difference.low = quantile(drawn, 0.025);
  change.difference.high = quantile(drawn, 0.975);
}

void permute(Change& change, const std::vector<Day>& days, const Groups& groups, bool apart,
             const LayoutOptions& options, uint64_t seed) {
  Engine engine(seed);
  int beyond = 0, tried = 0;
  for (int i = 0; i < options.draws; ++i) {
    Groups again = groups;
    for (size_t k = 0; k < 2; ++k) {
      std::vector<size_t> all = groups[0][k];
      all.insert(all.end(), groups[1][k].begin(), groups[1][k].end());
      for (size_t n = all.size(); n > 1; --n) std::swap(all[n - 1], all[static_cast<size_t>(engine() % n)]);
      const auto cut = all.begin() + static_cast<ptrdiff_t>(groups[0][k].size());
      again[0][k].assign(all.begin(), cut);
      again[1][k].assign(cut, all.end());
    }
    const double value = difference(days, again, apart);
    if (!std::isfinite(value)) continue;
    ++tried;
    beyond += std::abs(value) >= std::abs(change.difference.value) - 1e-12 ? 1 : 0;
  }
  change.p = (1.0 + beyond) / (1.0 + tried);
}

std::vector<Day> days_of(const Metric& metric, int64_t change_day, bool apart) {
  std::vector<Day> days;
  for (const auto& [day, part] : metric.days) {
    days.push_back({part, apart && is_weekend(day) ? size_t{1} : size_t{0}, day >= change_day});
  }
  return days;
}

std::optional<Change> change_of(const Metric& metric, const LayoutChange& layout, const LayoutOptions& options,
                                uint64_t seed) {
  const auto days = days_of(metric, layout.day, layout.weekends_apart);
  const auto groups = groups_of(days);
  double under[2] = {0, 0};
  for (const Day& d : days) under[d.after ? 1 : 0] += d.part.under;
  if (under[0] < kUnderMin || under[1] < kUnderMin) return std::nullopt;
  Change change{.what = metric.what, .where = metric.where, .unit = metric.unit};
  change.before = side(days, both_kinds(groups[0]), layout.weekends_apart);
  change.after = side(days, both_kinds(groups[1]), layout.weekends_apart);
  change.difference.value = change.after - change.before;
  if (!std::isfinite(change.difference.value)) return std::nullopt;
  if (layout.enough) {
    bootstrap(change, days, groups, layout.weekends_apart, options, hash_mix(options.seed ^ (2 * seed + 1)));
    permute(change, days, groups, layout.weekends_apart, options, hash_mix(options.seed ^ (2 * seed + 2)));
  }
  return change;
}

void judge(LayoutChange& out, double rate) {
  std::vector<double> p;
  for (const Change& c : out.changes) p.push_back(c.p);
  const auto found = benjamini_hochberg(p, rate);
  for (size_t i = 0; i < out.changes.size(); ++i) {
    const IntervalEstimate& d = out.changes[i].difference;
    out.changes[i].stands_out = out.enough && found[i] && (d.low > 0 || d.high < 0);
  }
}

/// How many days lie on each side, by weekday and weekend; whether each kind can be held against itself.
void count_days(LayoutChange& out, const std::vector<Metric>& metrics) {
  size_t n[2][2] = {{0, 0}, {0, 0}};
  std::set<int64_t> days;
  for (const Metric& m : metrics) {
    for (const auto& [day, part] : m.days) days.insert(day);
  }
  for (int64_t day : days) ++n[day >= out.day ? 1 : 0][is_weekend(day) ? 1 : 0];
  out.days_before = n[0][0] + n[0][1];
  out.days_after = n[1][0] + n[1][1];
  out.enough = out.days_before >= kDaysMin && out.days_after >= kDaysMin;
  out.weekends_apart = n[0][0] >= 3 && n[1][0] >= 3 && n[0][1] >= 2 && n[1][1] >= 2;
  const auto share = [](size_t part, size_t all) {
    return all > 0 ? static_cast<double>(part) / static_cast<double>(all) : 0;
  };
  if (!out.enough) {
    out.notes.push_back(
        fmt::format("Too few days: {} before and {} after, at least {} each are needed. The figures are shown, whether "
                    "they differ by more than chance cannot be told.",
                    out.days_before, out.days_after, kDaysMin));
  } else if (!out.weekends_apart && std::abs(share(n[0][1], out.days_before) - share(n[1][1], out.days_after)) > 0.1) {
    out.notes.push_back(
        fmt::format("{} of {} days before and {} of {} days after are Saturdays or Sundays, too few to "
                    "compare weekends with weekends: part of a difference may be that.",
                    n[0][1], out.days_before, n[1][1], out.days_after));
  }
}

}  // namespace

Result<LayoutChange> compare_layout(const Journeys& journeys, const std::string& time_zone, int64_t day,
                                    const LayoutOptions& options) {
  TRY(LocalClock clock, LocalClock::of(time_zone));
  LayoutChange out{.day = day};
  const auto metrics = metrics_of(journeys, clock);
  count_days(out, metrics);
  if (out.days_before == 0 || out.days_after == 0) {
    return bad_input(
        fmt::format("--compare {}: there are visits of {} days before and {} days from then on; choose a day "
                    "with visits on both sides",
                    date_of(day), out.days_before, out.days_after));
  }
  uint64_t number = 0;
  for (const Metric& metric : metrics) {
    ++number;
    if (auto change = change_of(metric, out, options, number)) {
      out.changes.push_back(std::move(*change));
    } else if (metric.what.starts_with("went in")) {
      out.notes.push_back(fmt::format("{} is on one side only: zones are compared under the same name.", metric.where));
    }
  }
  judge(out, options.false_discovery_rate);
  out.notes.push_back(
      "Whatever else changed on that day (prices, staff, weather, season) is in these differences too.");
  return out;
}

}  // namespace shrike

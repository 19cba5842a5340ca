#include "insight/correlates.h"

#include <algorithm>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numbers>

#include "insight/estimate.h"
#include "shrink/adjust.h"
#include "shrink/numeric.h"

namespace shrike {
namespace {

using Engine = boost::random::mt19937_64;
using Column = std::vector<double>;

constexpr size_t kBlockMin = 5;     // visits of either kind in a block of days within which labels are shuffled
constexpr size_t kMinorityMin = 5;  // visits that differ from the commonest value
constexpr double kCollinear = 0.9, kKnownShareMin = 0.6;
constexpr int kFoldsMax = 10;
constexpr size_t kHalfMin = 8;  // confirmed visits that a half of time needs
constexpr AssociationWords kWords{.shuffled = "labels",
                                  .made_up = "facts",
                                  .drawn = "days",
                                  .no_gain = "it tells visits of days that it has not seen no better"};

/// The visits of one comparison, by time.
struct Sample {
  Against against = Against::judged;
  std::vector<Journey> visits;
  Column confirmed;  ///< 1 or 0
  std::vector<int64_t> day;
  std::vector<size_t> block;  ///< of days that lie together, with visits of both kinds in each
  Column hour_sin, hour_cos, length;
};

size_t count_of(const Column& label, double value) { return static_cast<size_t>(std::ranges::count(label, value)); }

std::vector<size_t> blocks_of(const Sample& s) {
  std::vector<size_t> block(s.visits.size(), 0);
  size_t number = 0, yes = 0, no = 0, begin = 0;
  for (size_t i = 0; i < s.visits.size(); ++i) {
    const bool new_day = i > 0 && s.day[i] != s.day[i - 1];
    if (new_day && yes >= kBlockMin && no >= kBlockMin) {
      ++number;
      yes = no = 0;
      begin = i;
    }
    block[i] = number;
    ++(s.confirmed[i] > 0 ? yes : no);
  }
  // What is left at the end is too little for a block of its own.
  if (number > 0 && (yes < kBlockMin || no < kBlockMin)) {
    std::fill(block.begin() + static_cast<ptrdiff_t>(begin), block.end(), number - 1);
  }
  return block;
}

Sample sample_of(Against against, std::vector<std::pair<Journey, bool>> visits, LocalClock& clock) {
  std::ranges::stable_sort(visits, {}, [](const auto& v) { return v.first.from; });
  Sample s{.against = against};
  for (auto& [journey, confirmed] : visits) {
    const double hour = static_cast<double>((journey.from.us + clock.offset_us(journey.from)) % 86'400'000'000) / 3.6e9;
    const double angle = 2 * std::numbers::pi * hour / 24;
    s.hour_sin.push_back(std::sin(angle));
    s.hour_cos.push_back(std::cos(angle));
    s.length.push_back(seconds_between(journey.from, journey.to));
    s.day.push_back(clock.at(journey.from).day);
    s.confirmed.push_back(confirmed ? 1 : 0);
    s.visits.push_back(std::move(journey));
  }
  s.block = blocks_of(s);
  return s;
}

/// One fact over the visits of which it is known, in [from, to) of the sample.
struct Prepared {
  std::vector<size_t> rows;
  Column x, y;  ///< ranks of the fact; the label
  std::vector<Column> adjust;
  Adjuster adjuster;
  Column y_left;
};

Prepared prepare(const Sample& s, const Feature& f, size_t from, size_t to) {
  std::vector<size_t> rows;
  for (size_t i = from; i < to; ++i) {
    if (std::isfinite(f.value[i])) rows.push_back(i);
  }
  std::vector<Column> adjust;
  if (!f.of_time) adjust = {picked(s.hour_sin, rows), picked(s.hour_cos, rows)};
  if (!f.of_length) adjust.push_back(ranks(picked(s.length, rows)));
  Adjuster adjuster(adjust, Column(rows.size(), 1));
  Column x = ranks(picked(f.value, rows)), y = picked(s.confirmed, rows);
  Column y_left = adjuster.residual(y);
  return {std::move(rows), std::move(x), std::move(y), std::move(adjust), std::move(adjuster), std::move(y_left)};
}

/// Runs of rows that lie in one block.
std::vector<std::pair<size_t, size_t>> runs_of(const Sample& s, const Prepared& a) {
  std::vector<std::pair<size_t, size_t>> runs;
  for (size_t i = 0; i < a.rows.size(); ++i) {
    if (i == 0 || s.block[a.rows[i]] != s.block[a.rows[i - 1]]) runs.emplace_back(i, i);
    runs.back().second = i + 1;
  }
  return runs;
}

struct PartialTest {
  double partial = 0, p = 1;
};

PartialTest permuted(const Sample& s, const Prepared& a, int permutations, uint64_t seed) {
  PartialTest out{.partial = a.adjuster.correlation(a.adjuster.residual(a.x), a.y_left)};
  const auto runs = runs_of(s, a);
  Engine engine(seed);
  int above = 0, below = 0;
  Column x = a.x;
  for (int b = 0; b < permutations; ++b) {
    for (const auto& [from, to] : runs) {
      for (size_t n = to - from; n > 1; --n) std::swap(x[from + n - 1], x[from + static_cast<size_t>(engine() % n)]);
    }
    const double r = a.adjuster.correlation(a.adjuster.residual(x), a.y_left);
    above += r >= out.partial - 1e-12 ? 1 : 0;
    below += r <= out.partial + 1e-12 ? 1 : 0;
  }
  out.p = std::min(1.0, 2.0 * (1 + std::min(above, below)) / (permutations + 1));
  return out;
}

/// Rows by their day, as 0, 1, 2…
std::vector<size_t> day_numbers(const Sample& s, const Prepared& a, size_t& days) {
  std::map<int64_t, size_t> number;
  std::vector<size_t> of;
  for (size_t r : a.rows) of.push_back(number.try_emplace(s.day[r], number.size()).first->second);
  days = number.size();
  return of;
}

void bootstrap(FactTest& out, const Sample& s, const Prepared& a, int draws, uint64_t seed) {
  size_t days = 0;
  const auto day = day_numbers(s, a, days);
  Engine engine(seed);
  Column found;
  for (int b = 0; b < draws; ++b) {
    Column times(days, 0), weight;
    for (size_t i = 0; i < days; ++i) times[static_cast<size_t>(engine() % days)] += 1;
    for (size_t d : day) weight.push_back(times[d]);
    const Adjuster adjuster(a.adjust, weight);
    found.push_back(adjuster.correlation(adjuster.residual(a.x), adjuster.residual(a.y)));
  }
  out.low = quantile(found, 0.025);
  out.high = quantile(found, 0.975);
}

/// Share of the variance of `x` between days, chance taken off.
double shared_by_day(const Column& x, const std::vector<size_t>& day, size_t days) {
  Column sum(days, 0), n(days, 0);
  double all = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    sum[day[i]] += x[i];
    n[day[i]] += 1;
    all += x[i];
  }
  const double mean = all / static_cast<double>(x.size());
  double total = 0, within = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    total += (x[i] - mean) * (x[i] - mean);
    within += std::pow(x[i] - sum[day[i]] / n[day[i]], 2);
  }
  const auto size = static_cast<double>(x.size()), count = static_cast<double>(days);
  if (total <= 0 || size - count < 1 || size < 2) return 0;
  return std::clamp(1 - within / (size - count) / (total / (size - 1)), 0.0, 0.95);
}

/// Made-up facts that visits of one day share as much as the real one.
void held_against_made_up(FactTest& out, const Sample& s, const Prepared& a, int controls, uint64_t seed) {
  size_t days = 0;
  const auto day = day_numbers(s, a, days);
  const double shared = shared_by_day(a.x, day, days);
  Engine engine(seed);
  boost::random::normal_distribution<> normal;
  int beyond = 0;
  for (int i = 0; i < controls; ++i) {
    Column common(days), made_up;
    for (double& c : common) c = std::sqrt(shared) * normal(engine);
    for (size_t d : day) made_up.push_back(common[d] + std::sqrt(1 - shared) * normal(engine));
    const double r = a.adjuster.correlation(a.adjuster.residual(ranks(made_up)), a.y_left);
    beyond += std::abs(r) >= std::abs(out.partial) ? 1 : 0;
  }
  out.controls_beyond = static_cast<double>(beyond) / std::max(1, controls);
}

/// What knowing the fact saves of the squared error of days that were left out.
void out_of_sample(FactTest& out, const Sample& s, const Prepared& a) {
  size_t days = 0;
  const auto day = day_numbers(s, a, days);
  const size_t folds = std::min<size_t>(kFoldsMax, days), n = a.rows.size();
  std::vector<Column> base{Column(n, 1)};
  for (const Column& column : a.adjust) base.push_back(column);
  auto with = base;
  with.push_back(a.x);
  double error[2] = {0, 0};
  for (size_t fold = 0; fold < folds && folds > 1; ++fold) {
    Column weight(n, 1);
    for (size_t i = 0; i < n; ++i) weight[i] = day[i] % folds == fold ? 0 : 1;
    for (const auto* columns : {&base, &with}) {
      const auto b = least_squares(*columns, a.y, weight);
      for (size_t i = 0; i < n; ++i) {
        if (weight[i] > 0) continue;
        double guess = 0;
        for (size_t k = 0; k < b.size(); ++k) guess += b[k] * (*columns)[k][i];
        error[columns == &base ? 0 : 1] += std::pow(a.y[i] - guess, 2);
      }
    }
  }
  out.gain = error[0] > 0 ? 1 - error[1] / error[0] : 0;
}

/// The first row of the later half of time: as many confirmed before as from it on.
size_t middle_of(const Sample& s) {
  size_t seen = 0;
  const size_t half = count_of(s.confirmed, 1) / 2;
  for (size_t i = 0; i < s.visits.size(); ++i) {
    if (seen >= half && i > 0 && s.day[i] != s.day[i - 1]) return i;
    seen += s.confirmed[i] > 0 ? 1 : 0;
  }
  return s.visits.size();
}

FactTest test_one(const Sample& s, const Feature& f, const CorrelatesOptions& options) {
  const Prepared a = prepare(s, f, 0, s.visits.size());
  FactTest out;
  out.name = f.name;
  out.against = s.against;
  double sum[2] = {0, 0};
  for (size_t i = 0; i < a.rows.size(); ++i) sum[a.y[i] > 0 ? 1 : 0] += f.value[a.rows[i]];
  out.confirmed = static_cast<int64_t>(count_of(a.y, 1));
  out.others = static_cast<int64_t>(count_of(a.y, 0));
  out.typical_confirmed = sum[1] / std::max<double>(1, static_cast<double>(out.confirmed));
  out.typical_others = sum[0] / std::max<double>(1, static_cast<double>(out.others));
  const uint64_t seed = hash_mix(options.seed ^ hash_text(f.name) ^ (s.against == Against::judged ? 11U : 23U));
  const auto whole = permuted(s, a, options.permutations, seed);
  out.partial = whole.partial;
  out.p = whole.p;
  const size_t middle = middle_of(s);
  for (size_t h = 0; h < 2; ++h) {
    const Prepared part = prepare(s, f, h == 0 ? 0 : middle, h == 0 ? middle : s.visits.size());
    if (count_of(part.y, 1) < kHalfMin || count_of(part.y, 0) < kHalfMin) continue;
    const auto test = permuted(s, part, options.permutations, hash_mix(seed + 1 + h));
    out.partial_half[h] = test.partial;
    out.p_half[h] = test.p;
  }
  bootstrap(out, s, a, options.bootstraps, hash_mix(seed + 3));
  held_against_made_up(out, s, a, options.controls, hash_mix(seed + 4));
  out_of_sample(out, s, a);
  return out;
}

/// Why a fact cannot be asked of this comparison; empty where it can.
std::string not_identifiable(const Sample& s, const Feature& f) {
  if (s.against == Against::others && f.raises_incidents) {
    return "incidents are raised by it or by what goes with it, so they have more of it by construction; see the "
           "comparison with judged ones";
  }
  const Prepared a = prepare(s, f, 0, s.visits.size());
  if (static_cast<double>(a.rows.size()) < kKnownShareMin * static_cast<double>(s.visits.size()))
    return fmt::format("known of only {} of {} visits", a.rows.size(), s.visits.size());
  std::map<double, size_t> times;
  for (double x : a.x) ++times[x];
  size_t commonest = 0;
  for (const auto& [value, n] : times) commonest = std::max(commonest, n);
  if (a.rows.size() - commonest < kMinorityMin)
    return times.size() < 2 ? std::string("the same for every visit")
                            : fmt::format("only {} visits differ from the others", a.rows.size() - commonest);
  const double explained = a.adjuster.explained(a.x);
  if (explained > kCollinear)
    return fmt::format("hour and length of the visit already explain {:.0f} % of it", 100 * explained);
  return "";
}

/// Visits by what is known of them.
struct Sorted {
  std::vector<Journey> confirmed, judged, others;
};

Sorted sort_out(const Journeys& journeys, const std::unordered_map<std::string, std::string>& verdicts) {
  Sorted out;
  for (const Journey& j : journeys.customers) {
    const auto it = verdicts.find(j.visit_id);
    const std::string verdict = it == verdicts.end() ? "" : it->second;
    if (verdict == "theft" || verdict == "attempted") out.confirmed.push_back(j);
    if (verdict == "honest" || verdict == "staff_error") out.judged.push_back(j);
    if (verdict.empty()) out.others.push_back(j);
  }
  return out;
}

std::vector<std::pair<Journey, bool>> labelled(const std::vector<Journey>& confirmed,
                                               const std::vector<Journey>& others, size_t most, uint64_t seed) {
  std::vector<std::pair<Journey, bool>> out;
  for (const Journey& j : confirmed) out.emplace_back(j, true);
  // A share by hash, so that the same visits are drawn however often it is asked.
  const double share = static_cast<double>(most) / std::max<double>(1, static_cast<double>(others.size()));
  for (const Journey& j : others) {
    if (hash_uniform(seed, hash_text(j.visit_id)) < share) out.emplace_back(j, false);
  }
  return out;
}

void compare(Correlates& out, const Sample& sample, LocalClock& clock, const CorrelatesOptions& options) {
  for (const Feature& feature : features_of(sample.visits, clock)) {
    if (auto reason = not_identifiable(sample, feature); !reason.empty()) {
      out.refused.push_back({feature.name, sample.against, std::move(reason)});
    } else {
      out.tests.push_back(test_one(sample, feature, options));
    }
  }
}

void say_limits(Correlates& out) {
  out.notes.emplace_back(
      "Confirmed are visits whose incident has the verdict theft or attempted. What no rule raised and no "
      "officer saw is not among them.");
  out.notes.emplace_back(
      "An association is no cause, and says nothing of a person: most visits with any of these facts are honest.");
}

}  // namespace

const char* to_string(Against against) { return against == Against::judged ? "judged otherwise" : "all other visits"; }

Result<Correlates> correlate_visits(const Journeys& journeys,
                                    const std::unordered_map<std::string, std::string>& verdicts,
                                    const std::string& time_zone, const CorrelatesOptions& options) {
  TRY(LocalClock clock, LocalClock::of(time_zone));
  const Sorted visits = sort_out(journeys, verdicts);
  Correlates out{.confirmed = static_cast<int64_t>(visits.confirmed.size()),
                 .judged_otherwise = static_cast<int64_t>(visits.judged.size()),
                 .others = static_cast<int64_t>(visits.others.size())};
  std::map<int64_t, int> days;
  for (const Journey& j : visits.confirmed) ++days[clock.at(j.from).day];
  out.days = days.size();
  if (visits.confirmed.size() < options.confirmed_min || out.days < kDaysMin) {
    return bad_input(
        fmt::format("too few confirmed incidents: {} visits on {} days have the verdict theft or attempted, at "
                    "least {} on {} days are needed. Judge incidents on the live page, or wait",
                    visits.confirmed.size(), out.days, options.confirmed_min, kDaysMin));
  }
  if (visits.judged.size() >= options.confirmed_min) {
    compare(out, sample_of(Against::judged, labelled(visits.confirmed, visits.judged, visits.judged.size(), 1), clock),
            clock, options);
  } else {
    out.notes.push_back(
        fmt::format("Only {} incidents were judged honest or a staff error, at least {} are needed: what raises "
                    "incidents is not compared.",
                    visits.judged.size(), options.confirmed_min));
  }
  if (visits.others.size() >= options.confirmed_min) {
    compare(
        out,
        sample_of(Against::others, labelled(visits.confirmed, visits.others, options.others_max, options.seed), clock),
        clock, options);
  }
  out.all_tests = options.earlier.size() + out.tests.size();
  judge_all(out.tests, options.earlier, options.false_discovery_rate, kWords);
  say_limits(out);
  return out;
}

}  // namespace shrike

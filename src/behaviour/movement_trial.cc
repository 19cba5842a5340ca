#include "behaviour/movement_trial.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <numeric>
#include <random>

namespace shrike {
namespace {

constexpr size_t kNeighboursOf = 3000;  // normal walks that are looked through
constexpr size_t kNeighbour = 10;
constexpr size_t kBins = 10;
constexpr double kWatch_psi = 0.1, kShifted_psi = 0.25;
constexpr double kNotWorse = 0.02;
constexpr int kDraws = 500;

/// What the index may be above a limit while nothing has changed.
double psi_by_chance(int64_t visits) { return 2.0 * (kBins - 1) / static_cast<double>(std::max<int64_t>(1, visits)); }

double longest_stop(const Walk& walk) {
  double most = 0;
  for (const Stretch& s : walk.stretches)
    if (s.zone && *s.zone != ZoneKind::checkout) most = std::max(most, s.seconds);
  return most;
}

double way_of(const Walk& walk) {
  return std::accumulate(walk.stretches.begin(), walk.stretches.end(), 0.0,
                         [](double sum, const Stretch& s) { return sum + s.way; });
}

double seconds_in(const Walk& walk, ZoneKind kind) {
  double sum = 0;
  for (const Stretch& s : walk.stretches)
    if (s.zone == kind) sum += s.seconds;
  return sum;
}

/// How far out a number is on either side of normal ones.
MovementRival either_side(std::string name, std::span<const Walk> normal,
                          const std::function<double(const Walk&)>& measure) {
  auto sample = std::make_shared<std::vector<double>>();
  for (const Walk& walk : normal) sample->push_back(measure(walk));
  std::ranges::sort(*sample);
  return {std::move(name), [sample, measure](const Walk& walk) {
            if (sample->empty()) return 0.0;
            const auto below = std::ranges::upper_bound(*sample, measure(walk)) - sample->begin();
            return std::abs(static_cast<double>(below) / static_cast<double>(sample->size()) - 0.5);
          }};
}

/// Walks as vectors: the time spent in each place, and the whole of it, each in standard deviations of normal walks.
class Neighbours {
 public:
  explicit Neighbours(std::span<const Walk> normal) {
    for (const Walk& walk : normal)
      for (const Stretch& s : walk.stretches) places_.try_emplace(s.place, places_.size());
    const size_t step = std::max<size_t>(1, normal.size() / kNeighboursOf);
    for (size_t i = 0; i < normal.size(); i += step) all_.push_back(raw(normal[i]));
    for (size_t c = 0; c < places_.size() + 2; ++c) {
      double sum = 0, squares = 0;
      for (const auto& v : all_) {
        sum += v[c];
        squares += v[c] * v[c];
      }
      const double n = std::max<double>(1, static_cast<double>(all_.size())), mean = sum / n;
      scale_.push_back(1 / std::sqrt(std::max(1e-6, squares / n - mean * mean)));
    }
    for (auto& v : all_) scaled(v);
  }

  [[nodiscard]] double distance(const Walk& walk) const {
    if (all_.empty()) return 0;
    auto v = raw(walk);
    scaled(v);
    std::vector<double> far;
    for (const auto& other : all_)
      far.push_back(std::inner_product(v.begin(), v.end(), other.begin(), 0.0, std::plus<>(),
                                       [](double a, double b) { return (a - b) * (a - b); }));
    const size_t k = std::min(kNeighbour, far.size()) - 1;
    std::ranges::nth_element(far, far.begin() + static_cast<std::ptrdiff_t>(k));
    return far[k];
  }

 private:
  [[nodiscard]] std::vector<double> raw(const Walk& walk) const {
    std::vector<double> v(places_.size() + 2, 0);
    for (const Stretch& s : walk.stretches) {
      const auto place = places_.find(s.place);
      v[place == places_.end() ? places_.size() : place->second] += s.seconds;
      v.back() += s.seconds;
    }
    for (double& x : v) x = std::log1p(x);
    return v;
  }
  void scaled(std::vector<double>& v) const {
    for (size_t c = 0; c < v.size(); ++c) v[c] *= scale_[c];
  }

  std::map<std::string, size_t> places_;
  std::vector<std::vector<double>> all_;
  std::vector<double> scale_;
};

std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t i = 0; i < order.size();) {
    size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    for (size_t k = i; k < end; ++k) ranks[order[k]] = static_cast<double>(i + end - 1) / 2;
    i = end;
  }
  return ranks;
}

}  // namespace

std::vector<MovementRival> movement_rivals(std::span<const Walk> normal) {
  const auto neighbours = std::make_shared<const Neighbours>(normal);
  return {
      {"longest stop", longest_stop},
      {"time in high_risk", [](const Walk& w) { return seconds_in(w, ZoneKind::high_risk); }},
      {"way gone", way_of},
      {"time in the store", [](const Walk& w) { return w.seconds; }},
      either_side("longest stop, either side", normal, longest_stop),
      either_side("way gone, either side", normal, way_of),
      either_side("time there, either side", normal, [](const Walk& w) { return w.seconds; }),
      either_side("pace, either side", normal, [](const Walk& w) { return walk_facts(w).pace; }),
      either_side("time at shelves, either side", normal, [](const Walk& w) { return seconds_in(w, ZoneKind::shelf); }),
      either_side("share of time at tills, either", normal, [](const Walk& w) { return walk_facts(w).tills; }),
      {"no stop at a till", [](const Walk& w) { return seconds_in(w, ZoneKind::checkout) >= 5 ? 0.0 : 1.0; }},
      {"nearest neighbours", [neighbours](const Walk& w) { return neighbours->distance(w); }}};
}

bool Drift::shifted() const { return psi > kShifted_psi + psi_by_chance(visits); }

const char* Drift::verdict() const {
  if (shifted()) return "shifted";
  return psi > kWatch_psi + psi_by_chance(visits) ? "watch" : "steady";
}

Drift drift_of(std::vector<double> p) {
  Drift out{.visits = static_cast<int64_t>(p.size())};
  if (p.empty()) return out;
  std::ranges::sort(p);
  const auto n = static_cast<double>(p.size());
  std::array<double, kBins> bins{};
  for (size_t i = 0; i < p.size(); ++i) {
    bins[std::min(kBins - 1, static_cast<size_t>(p[i] * kBins))] += 1;
    out.ks = std::max(
        {out.ks, std::abs(static_cast<double>(i + 1) / n - p[i]), std::abs(static_cast<double>(i) / n - p[i])});
  }
  for (const double b : bins) {
    const double share = (b + 0.5) / (n + 0.5 * kBins), even = 1.0 / kBins;
    out.psi += (share - even) * std::log(share / even);
  }
  out.median = p[p.size() / 2];
  return out;
}

bool MovementTrial::promoted() const { return visits > 0 && worse <= kNotWorse && !drift.shifted(); }

std::string MovementTrial::why() const {
  if (visits == 0) return "no visits to try it on";
  if (drift.shifted()) return fmt::format("its ranks have shifted: PSI {:.2f}", drift.psi);
  if (present <= 0) return "it is the first one";
  return fmt::format("surprise a stretch {:.3f}, the present one's {:.3f}: {:+.3f} [{:+.3f} .. {:+.3f}]", candidate,
                     present, worse, worse_low, worse_high);
}

MovementTrial try_movement(const MovementModel* present, const MovementModel& candidate, std::span<const Walk> walks) {
  MovementTrial out{.visits = static_cast<int64_t>(walks.size())};
  std::vector<double> p, now, then, differences, weights;
  double sum_now = 0, sum_then = 0, all = 0;
  for (const Walk& walk : walks) {
    const VisitReading reading = candidate.read(walk);
    const double n = static_cast<double>(reading.surprise.size() + 1), surprise = n * static_cast<double>(reading.mean);
    p.push_back(reading.p);
    now.push_back(static_cast<double>(reading.raw));
    sum_now += surprise;
    all += n;
    if (present == nullptr) continue;
    const VisitReading before = present->read(walk);
    then.push_back(static_cast<double>(before.raw));
    sum_then += n * static_cast<double>(before.mean);
    differences.push_back(surprise - n * static_cast<double>(before.mean));
    weights.push_back(n);
  }
  out.drift = drift_of(std::move(p));
  out.candidate = all > 0 ? sum_now / all : 0;
  if (present == nullptr || walks.empty()) return out;
  out.present = sum_then / all;
  out.worse = out.candidate - out.present;
  out.rank_correlation = spearman(now, then);
  std::mt19937_64 random(1);
  std::uniform_int_distribution<size_t> draw(0, walks.size() - 1);
  std::vector<double> drawn;
  for (int k = 0; k < kDraws; ++k) {
    double sum = 0, weight = 0;
    for (size_t i = 0; i < walks.size(); ++i) {
      const size_t one = draw(random);
      sum += differences[one];
      weight += weights[one];
    }
    drawn.push_back(sum / weight);
  }
  std::ranges::sort(drawn);
  out.worse_low = drawn[static_cast<size_t>(0.025 * kDraws)];
  out.worse_high = drawn[static_cast<size_t>(0.975 * kDraws)];
  return out;
}

double spearman(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2 || a.size() != b.size()) return 1;
  const auto x = ranks_of(a), y = ranks_of(b);
  const double mean = static_cast<double>(a.size() - 1) / 2;
  double xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 1;
}

}  // namespace shrike

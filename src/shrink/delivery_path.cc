#include "shrink/delivery_path.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr int kBelow = kCountErrorMax + 2;  // units found beyond the book that the states reach
constexpr int kAbove = kCountErrorMax + 4;  // … and missing beyond what the count found, taken back later
constexpr double kGainADay = 4e-4;          // a unit turns up that nobody expected
constexpr double kMore = 0.2;               // chance that who took a unit took one more
constexpr double kImpossible = 1e-3;        // a sale of what was not there: somebody keyed late, or wrongly
constexpr double kMoreImpossible = 0.3;     // … and for each unit more
constexpr double kLeastLikely = 1e-5;
constexpr double kStray = 1e-5;  // what none of this knows
// Losses are as uneven as a Gamma: its density on a logarithmic grid.
constexpr std::array<double, 5> kFactors{0.18, 0.36, 0.72, 1.44, 2.88};

/// Units missing (from -kBelow) without a case, and with one.
struct States {
  std::vector<double> none, one;
};

class Filter {
 public:
  Filter(const PathQuestion& q, double losses_a_day, int states)
      : q_(q), start_(1 - std::exp(-losses_a_day * (1 - kMore))), size_(static_cast<size_t>(states)), next_(size_) {
    for (size_t k = q.told.begin; k < q.told.end; ++k) lines_ += q.days.days[k].received > 0 ? 1 : 0;
  }

  /// Lets `s`, of units missing at the beginning, live through all days. Returns the log of what was taken out of it.
  double run(States& s) {
    book_ = static_cast<int>(std::lround(q_.interval.count_from));
    double log_scale = 0;
    size_t k = q_.told.begin;
    for (int32_t day = q_.told.first; day <= q_.told.last; ++day) {
      static constexpr StockDay kNothing;
      const bool moved = k < q_.told.end && q_.days.days[k].day == day;
      const StockDay& x = moved ? q_.days.days[k++] : kNothing;
      deliver(s, x);
      sell(s, x, q_.demand * q_.days.pace_of(q_.interval.store, day));
      lose(s.none);
      lose(s.one);
      book_ -= static_cast<int>(std::lround(x.out));
      double sum = 0;
      for (size_t m = 0; m < size_; ++m) sum += s.none[m] + s.one[m];
      if (sum <= 0) break;
      for (size_t m = 0; m < size_; ++m) {
        s.none[m] /= sum;
        s.one[m] /= sum;
      }
      log_scale += std::log(sum);
    }
    return log_scale;
  }

 private:
  void deliver(States& s, const StockDay& x) {
    book_ += static_cast<int>(std::lround(x.in));
    if (x.received <= 0) return;
    book_ += static_cast<int>(std::lround(x.received));
    const auto pack = static_cast<size_t>(std::lround(q_.pack));
    for (size_t m = size_; m-- > pack;) s.one[m] += s.none[m - pack] / lines_;
  }

  /// Chance of these sales by what is there; nothing is wanted twice.
  void sell(States& s, const StockDay& x, double wanted) {
    const int sold = static_cast<int>(std::lround(x.sold));
    double below = 0, exact = 0;
    const double clump = q_.days.clump;
    if (sold == 0) {
      exact = clump < 1.02 ? std::exp(-wanted) : std::exp(-wanted * std::log(clump) / (clump - 1));
    } else {
      const auto p = nb_pmf(wanted, clump < 1.02 ? 1e6 : wanted / (clump - 1), sold + 1);
      for (int k = 0; k < sold; ++k) below += p[static_cast<size_t>(k)];
      exact = p[static_cast<size_t>(sold)];
    }
    const double at_least = std::max(1 - below, kLeastLikely);
    exact = std::max(exact, kLeastLikely * 0.1);
    for (size_t m = 0; m < size_; ++m) {
      const int there = book_ - missing(m);
      const double likely =
          there > sold    ? exact
          : there == sold ? at_least
                          : std::max(kLeastLikely, kImpossible * std::pow(kMoreImpossible, sold - there)) * at_least;
      s.none[m] *= likely;
      s.one[m] *= likely;
    }
    book_ -= sold;
  }

  /// A loss begins while something is there and goes on while anything is left; now and then a unit turns up.
  void lose(std::vector<double>& s) {
    double leaving = 0;
    for (size_t m = 0; m < size_; ++m) {
      const bool there = book_ > missing(m);
      const double goes = there ? s[m] * start_ : 0, more = there ? kMore : 0;
      next_[m] = s[m] - goes + leaving * (1 - more);
      leaving = leaving * more + goes;
    }
    for (size_t m = 0; m < size_; ++m)
      s[m] = next_[m] * (1 - kGainADay) + (m + 1 < size_ ? next_[m + 1] : 0) * kGainADay;
  }

  static int missing(size_t m) { return static_cast<int>(m) - kBelow; }

  const PathQuestion& q_;
  double start_;
  size_t size_;
  std::vector<double> next_;
  double lines_ = 0;
  int book_ = 0;
};

}  // namespace

PathLikelihood path_likelihood(const PathQuestion& q) {
  const int v = std::max(0, static_cast<int>(std::lround(q.left)));
  const int states = v + kBelow + kAbove + 1;
  const double days = std::max(1.0, static_cast<double>(q.told.last - q.told.first + 1));
  std::array<double, kFactors.size()> weight{};
  double weights = 0, mean = 0;
  for (size_t f = 0; f < kFactors.size(); ++f) {
    weight[f] = std::exp(q.size * (std::log(kFactors[f]) - kFactors[f] + 1));
    weights += weight[f];
    mean += weight[f] * kFactors[f];
  }
  struct Run {
    States end;
    double log_scale, weight;
    size_t before;
  };
  std::vector<Run> runs;
  double most = -1e300;
  for (size_t f = 0; f < kFactors.size(); ++f) {
    Filter filter(q, q.mean / days * kFactors[f] * weights / mean, states);
    for (size_t before = 0; before < kErrorStates; ++before) {
      States s{std::vector<double>(static_cast<size_t>(states)), std::vector<double>(static_cast<size_t>(states))};
      s.none[before + kBelow - kCountErrorMax] = 1;
      const double scale = filter.run(s);
      most = std::max(most, scale);
      runs.push_back({std::move(s), scale, weight[f] / weights, before});
    }
  }
  PathLikelihood out;
  for (const Run& run : runs) {
    const double scale = run.weight * std::exp(std::max(-600.0, run.log_scale - most));
    for (size_t after = 0; after < kErrorStates; ++after) {
      const int at = v + static_cast<int>(after) - kCountErrorMax + kBelow;
      const auto m = static_cast<size_t>(std::clamp(at, 0, states - 1));
      auto& here = out.by_error[run.before][after];
      here[0] += scale * (run.end.none[m] + kStray);
      here[1] += scale * run.end.one[m];
    }
  }
  return out;
}

}  // namespace shrike

#include "risk/fit.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <numeric>

#include "behaviour/kinds.h"
#include "risk/budget.h"
#include "risk/fusion.h"

namespace shrike {
namespace {

constexpr int kFolds = 5;
constexpr int64_t kLeastOfEach = 5;
constexpr double kWeightSd = 0.5, kInterceptSd = 2, kSlopeSd = 0.5;
constexpr double kWeightMax = 10;
constexpr double kZ90 = 1.6448536269514722;
constexpr size_t kBins = 10;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double logit(double p) {
  p = std::clamp(p, 1e-9, 1 - 1e-9);
  return std::log(p / (1 - p));
}

/// One row of the regression.
struct Row {
  double offset = 0;
  std::vector<double> x;
  bool theft = false;
  int fold = 0;
};

/// The MAP of a logistic regression: parameters drawn to `centre` with precisions `pull`, bounded below.
struct Logistic {
  std::vector<double> centre, pull, least;
  std::vector<double> at;          ///< the answer
  std::vector<double> covariance;  ///< row by row, Laplace

  /// `row(i)` gives offset and features of example i.
  void fit(const std::vector<const Row*>& rows);

 private:
  void step(const std::vector<const Row*>& rows);
  void invert(std::vector<double> matrix);
};

void Logistic::invert(std::vector<double> m) {
  const size_t n = at.size();
  covariance.assign(n * n, 0);
  for (size_t i = 0; i < n; ++i) covariance[i * n + i] = 1;
  // Gauss-Jordan: the matrix is symmetric and made positive by the pulls, so no pivoting is needed.
  for (size_t c = 0; c < n; ++c) {
    const double pivot = m[c * n + c];
    for (size_t k = 0; k < n; ++k) {
      m[c * n + k] /= pivot;
      covariance[c * n + k] /= pivot;
    }
    for (size_t r = 0; r < n; ++r) {
      const double factor = m[r * n + c];
      if (r == c || factor == 0) continue;
      for (size_t k = 0; k < n; ++k) {
        m[r * n + k] -= factor * m[c * n + k];
        covariance[r * n + k] -= factor * covariance[c * n + k];
      }
    }
  }
}

void Logistic::step(const std::vector<const Row*>& rows) {
  const size_t n = at.size();
  std::vector<double> gradient(n), hessian(n * n, 0);
  for (size_t i = 0; i < n; ++i) {
    gradient[i] = pull[i] * (centre[i] - at[i]);
    hessian[i * n + i] = pull[i];
  }
  for (const Row* row : rows) {
    const double p = logistic(row->offset + std::inner_product(at.begin(), at.end(), row->x.begin(), 0.0));
    for (size_t i = 0; i < n; ++i) {
      gradient[i] += ((row->theft ? 1 : 0) - p) * row->x[i];
      for (size_t k = 0; k < n; ++k) hessian[i * n + k] += p * (1 - p) * row->x[i] * row->x[k];
    }
  }
  invert(hessian);
  for (size_t i = 0; i < n; ++i) {
    double move = 0;
    for (size_t k = 0; k < n; ++k) move += covariance[i * n + k] * gradient[k];
    at[i] = std::clamp(at[i] + std::clamp(move, -1.0, 1.0), least[i], kWeightMax);
  }
}

void Logistic::fit(const std::vector<const Row*>& rows) {
  at = centre;
  for (int i = 0; i < 50; ++i) {
    const auto before = at;
    step(rows);
    double moved = 0;
    for (size_t k = 0; k < at.size(); ++k) moved = std::max(moved, std::abs(at[k] - before[k]));
    if (moved < 1e-9) break;
  }
}

/// Kinds in the order of the book; the last feature is the intercept.
class Fitter {
 public:
  Fitter(std::span<const JudgedVisit> visits, RuleBook book) : book_(std::move(book)) {
    for (KindRule& rule : book_.kinds) rule.weight = 1;
    for (const JudgedVisit& visit : visits) rows_.push_back(row_of(visit));
  }

  [[nodiscard]] std::vector<const Row*> rows(const std::function<bool(int)>& fold_wanted) const {
    std::vector<const Row*> some;
    for (const Row& row : rows_) {
      if (fold_wanted(row.fold)) some.push_back(&row);
    }
    return some;
  }

  [[nodiscard]] Logistic weights(const std::vector<const Row*>& rows) const {
    const size_t n = book_.kinds.size() + 1;
    Logistic model;
    model.centre.assign(n, 1);
    model.pull.assign(n, 1 / (kWeightSd * kWeightSd));
    model.least.assign(n, 0);
    model.centre.back() = 0;
    model.pull.back() = 1 / (kInterceptSd * kInterceptSd);
    model.least.back() = -20;
    model.fit(rows);
    return model;
  }

  /// Weighed without the intercept: that is the calibration's.
  [[nodiscard]] static double score(const Row& row, const Logistic& model) {
    return row.offset + std::inner_product(model.at.begin(), std::prev(model.at.end()), row.x.begin(), 0.0);
  }

  /// Platt's calibration on predictions of folds that the weights did not see.
  [[nodiscard]] RiskCalibration calibration(const std::vector<const Row*>& rows) const {
    std::vector<Row> scored;
    for (int fold = 0; fold < kFolds; ++fold) {
      std::vector<const Row*> others, own;
      for (const Row* row : rows) (row->fold == fold ? own : others).push_back(row);
      if (own.empty()) continue;
      const Logistic model = weights(others);
      for (const Row* row : own) scored.push_back({0, {score(*row, model), 1}, row->theft, fold});
    }
    std::vector<const Row*> all;
    for (const Row& row : scored) all.push_back(&row);
    Logistic platt;
    platt.centre = {1, 0};
    platt.pull = {1 / (kSlopeSd * kSlopeSd), 1 / (kInterceptSd * kInterceptSd)};
    platt.least = {0.05, -20};
    platt.fit(all);
    return {platt.at[0], platt.at[1]};
  }

  [[nodiscard]] const RuleBook& book() const { return book_; }
  [[nodiscard]] const std::vector<Row>& all() const { return rows_; }

 private:
  [[nodiscard]] Row row_of(const JudgedVisit& visit) const {
    Row row{.offset = logit(visit.prior), .x = std::vector<double>(book_.kinds.size() + 1, 0.0), .theft = visit.theft};
    row.x.back() = 1;
    // Under the caps of its groups, as it was weighed; what no kind of the book says stays as it is.
    for (const WeighedEvidence& weighed : fuse(visit.prior, visit.evidence, book_).evidence) {
      const auto rule = std::ranges::find(book_.kinds, weighed.evidence.kind, &KindRule::name);
      (rule == book_.kinds.end() ? row.offset : row.x[static_cast<size_t>(rule - book_.kinds.begin())]) +=
          weighed.contribution;
    }
    uint64_t hash = 1469598103934665603ULL;  // FNV-1a: the same folds on every machine
    for (const char c : visit.visit_id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    row.fold = static_cast<int>((hash >> 17U) % kFolds);
    return row;
  }

  RuleBook book_;
  std::vector<Row> rows_;
};

RiskWeights weights_of(const Fitter& fitter, std::span<const JudgedVisit> visits, const std::string& version) {
  const auto all = fitter.rows([](int) { return true; });
  const Logistic model = fitter.weights(all);
  RiskWeights out{.version = version, .calibration = fitter.calibration(all)};
  for (const JudgedVisit& visit : visits) ++(visit.theft ? out.thefts : out.honest);
  const auto& kinds = fitter.book().kinds;
  for (size_t k = 0; k < kinds.size(); ++k) {
    KindWeight weight{.kind = kinds[k].name, .weight = model.at[k]};
    const double sd = std::sqrt(std::max(0.0, model.covariance[k * model.at.size() + k]));
    weight.low = std::max(0.0, weight.weight - kZ90 * sd);
    weight.high = weight.weight + kZ90 * sd;
    for (const Row* row : all) {
      if (row->x[k] != 0) ++(row->theft ? weight.thefts : weight.honest);
    }
    if (weight.thefts + weight.honest > 0) out.kinds.push_back(weight);
  }
  return out;
}

}  // namespace

Reliability reliability_of(std::span<const double> predicted, const std::vector<bool>& theft) {
  Reliability out;
  out.bins.resize(kBins);
  for (size_t i = 0; i < predicted.size(); ++i) {
    const double p = std::clamp(predicted[i], 1e-9, 1 - 1e-9);
    auto& bin = out.bins[std::min(kBins - 1, static_cast<size_t>(p * kBins))];
    ++bin.visits;
    bin.thefts += theft[i] ? 1 : 0;
    bin.predicted += p;
    out.log_loss -= std::log(theft[i] ? p : 1 - p);
  }
  const auto all = std::max(1.0, static_cast<double>(predicted.size()));
  out.log_loss /= all;
  for (auto& bin : out.bins) {
    if (bin.visits == 0) continue;
    const auto n = static_cast<double>(bin.visits);
    bin.predicted /= n;
    const HitShare share = share_of(bin.thefts, bin.visits);
    bin.low = share.low;
    bin.high = share.high;
    out.ece += n / all * std::abs(share.mean - bin.predicted);
  }
  return out;
}

Result<RiskFit> fit_risk(std::span<const JudgedVisit> visits, const RuleBook& book, const std::string& version) {
  const Fitter fitter(visits, book);
  RiskFit fit{.weights = weights_of(fitter, visits, version), .folds = kFolds};
  if (fit.weights.thefts < kLeastOfEach || fit.weights.honest < kLeastOfEach) {
    return bad_input(fmt::format("{} visits judged theft and {} judged honest; expected at least {} of each",
                                 fit.weights.thefts, fit.weights.honest, kLeastOfEach));
  }
  std::vector<double> shipped, fitted;
  std::vector<bool> theft, theft_of_fold;
  for (const Row& row : fitter.all()) {
    shipped.push_back(logistic(row.offset + std::accumulate(row.x.begin(), std::prev(row.x.end()), 0.0)));
    theft.push_back(row.theft);
  }
  for (int fold = 0; fold < kFolds; ++fold) {
    const auto own = fitter.rows([&](int f) { return f == fold; });
    const auto others = fitter.rows([&](int f) { return f != fold; });
    const Logistic model = fitter.weights(others);
    const RiskCalibration calibration = fitter.calibration(others);
    for (const Row* row : own) {
      fitted.push_back(calibration.probability(Fitter::score(*row, model)));
      theft_of_fold.push_back(row->theft);
    }
  }
  fit.shipped = reliability_of(shipped, theft);
  fit.fitted = reliability_of(fitted, theft_of_fold);
  return fit;
}

}  // namespace shrike

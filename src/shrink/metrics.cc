#include "shrink/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "shrink/numeric.h"

namespace shrike {
namespace {

double pinball(double q, double y, double at) { return std::max(q * (y - at), (q - 1) * (y - at)); }

void score_spread(const Predictions& x, Score& out) {
  const auto n = static_cast<double>(x.pit.size());
  std::vector<size_t> order(x.pit.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return x.mean[a] < x.mean[b]; });
  auto inside = [&](size_t i) { return x.pit[i] >= 0.05 && x.pit[i] < 0.95 ? 1.0 : 0.0; };
  for (size_t k = 0; k < order.size(); ++k) {
    const size_t i = order[k];
    const size_t decile = k * 10 / order.size();
    out.coverage_90 += inside(i) / n;
    const size_t first = (decile * order.size() + 9) / 10, last = ((decile + 1) * order.size() + 9) / 10;
    out.coverage_by_decile[decile] += inside(i) / static_cast<double>(last - first);
    out.pit_histogram[std::min<size_t>(19, static_cast<size_t>(x.pit[i] * 20))] += 1 / n;
    out.log_score += x.log_probability[i] / n;
    out.pinball[0] += pinball(0.05, x.seen[i], x.low[i]) / n;
    out.pinball[1] += pinball(0.5, x.seen[i], x.median[i]) / n;
    out.pinball[2] += pinball(0.95, x.seen[i], x.high[i]) / n;
  }
}

}  // namespace

double nb_deviance(double y, double mu) {
  const double m = std::max(mu, 1e-3);
  return 2 * ((y > 0 ? y * std::log(y / m) : 0) - (y + 1) * std::log((y + 1) / (m + 1)));
}

double captured(const std::vector<double>& loss, const std::vector<double>& by, double share) {
  std::vector<size_t> order(loss.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return by[a] > by[b]; });
  double sum = 0;
  for (size_t k = 0; k < static_cast<size_t>(share * static_cast<double>(loss.size())); ++k)
    sum += std::max(0.0, loss[order[k]]);
  return sum;
}

Score score(const std::string& predictor, const Predictions& x) {
  Score out;
  out.predictor = predictor;
  out.counts = x.seen.size();
  if (x.seen.empty()) return out;
  const auto n = static_cast<double>(x.seen.size());
  double seen = 0, said = 0, cost_seen = 0, cost_said = 0, loss = 0, cost_loss = 0;
  std::vector<double> money(x.seen.size()), money_said(x.seen.size());
  for (size_t i = 0; i < x.seen.size(); ++i) {
    const double error = x.seen[i] - x.mean[i], cost = x.unit_cost[i];
    out.mae += std::abs(error) / n;
    out.rmse += error * error / n;
    out.cost_mae += std::abs(error) * cost / n;
    out.deviance += nb_deviance(std::max(0.0, x.seen[i]), x.loss.empty() ? x.mean[i] : x.loss[i]) / n;
    seen += x.seen[i];
    said += x.mean[i];
    money[i] = x.seen[i] * cost;
    money_said[i] = x.mean[i] * cost;
    cost_seen += money[i];
    cost_said += money_said[i];
    loss += std::max(0.0, x.seen[i]);
    cost_loss += std::max(0.0, money[i]);
  }
  out.rmse = std::sqrt(out.rmse);
  out.total_ratio = seen != 0 ? said / seen : 0;
  out.cost_total_ratio = cost_seen != 0 ? cost_said / cost_seen : 0;
  out.capture_10 = loss > 0 ? captured(x.seen, x.mean, 0.1) / loss : 0;
  out.cost_capture_10 = cost_loss > 0 ? captured(money, money_said, 0.1) / cost_loss : 0;
  if (!x.pit.empty()) score_spread(x, out);
  return out;
}

}  // namespace shrike

#include "risk/budget.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <functional>
#include <vector>

namespace shrike {
namespace {

/// Below one in ten nobody should be stopped, whatever the budget has room for.
constexpr double kThresholdMin = 0.1, kThresholdMax = 0.999;
constexpr double kZ90 = 1.6448536269514722;

}  // namespace

BudgetChoice choose_threshold(std::span<const double> risks, double days, double false_alerts_a_day) {
  std::vector<double> falling(risks.begin(), risks.end());
  std::ranges::sort(falling, std::greater());
  BudgetChoice choice{.threshold = kThresholdMin, .days = days, .visits = static_cast<int64_t>(risks.size())};
  const double room = false_alerts_a_day * std::max(days, 1e-9);
  double wrong = 0, right = 0;
  for (size_t i = 0; i < falling.size() && falling[i] >= kThresholdMin;) {
    // Equal risks are alerted all or none.
    size_t end = i;
    while (end < falling.size() && falling[end] == falling[i]) ++end;
    const auto n = static_cast<double>(end - i);
    if (wrong + n * (1 - falling[i]) > room) {
      choice.threshold = std::clamp(falling[i] + 1e-9, kThresholdMin, kThresholdMax);
      break;
    }
    wrong += n * (1 - falling[i]);
    right += n * falling[i];
    i = end;
  }
  if (days > 0) {
    choice.false_alerts_a_day = wrong / days;
    choice.thefts_a_day = right / days;
  }
  return choice;
}

RateADay rate_a_day(int64_t events, double days) {
  RateADay rate{.events = events, .days = days};
  if (days <= 0) return rate;
  const auto n = static_cast<double>(events);
  using Chi = boost::math::chi_squared_distribution<>;
  rate.mean = n / days;
  rate.low = events == 0 ? 0 : boost::math::quantile(Chi(2 * n), 0.05) / 2 / days;
  rate.high = boost::math::quantile(Chi(2 * n + 2), 0.95) / 2 / days;
  return rate;
}

HitShare share_of(int64_t hits, int64_t of) {
  HitShare share{.hits = hits, .of = of};
  if (of <= 0) return share;
  const auto n = static_cast<double>(of);
  share.mean = static_cast<double>(hits) / n;
  const double z2 = kZ90 * kZ90, middle = (share.mean + z2 / (2 * n)) / (1 + z2 / n);
  const double reach = kZ90 / (1 + z2 / n) * std::sqrt(share.mean * (1 - share.mean) / n + z2 / (4 * n * n));
  share.low = std::max(0.0, middle - reach);
  share.high = std::min(1.0, middle + reach);
  return share;
}

}  // namespace shrike

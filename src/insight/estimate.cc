#include "insight/estimate.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr double kZ = 1.959963985;
constexpr int kDraws = 1000;

}  // namespace

IntervalEstimate Share::estimate() const {
  if (of <= 0) return {};
  const auto total = static_cast<double>(of);
  const double p = static_cast<double>(n) / total, z2 = kZ * kZ;
  const double middle = (p + z2 / (2 * total)) / (1 + z2 / total);
  const double half = kZ / (1 + z2 / total) * std::sqrt(p * (1 - p) / total + z2 / (4 * total * total));
  return {p, std::max(0.0, std::min(p, middle - half)), std::min(1.0, std::max(p, middle + half))};
}

double ratio_of(std::span<const Part> parts) {
  double over = 0, under = 0;
  for (const Part& p : parts) {
    over += p.over;
    under += p.under;
  }
  return under > 0 ? over / under : NAN;
}

IntervalEstimate rate_of(std::span<const Part> by_day, uint64_t seed) {
  IntervalEstimate out{.value = ratio_of(by_day)};
  if (std::isnan(out.value)) return out;
  if (by_day.size() < kDaysMin) {
    double count = 0, under = 0;
    for (const Part& p : by_day) {
      count += p.over;
      under += p.under;
    }
    using boost::math::chi_squared;
    out.low = count > 0 ? boost::math::quantile(chi_squared(2 * count), 0.025) / 2 / under : 0;
    out.high = boost::math::quantile(chi_squared(2 * count + 2), 0.975) / 2 / under;
    return out;
  }
  boost::random::mt19937_64 engine(seed);
  boost::random::uniform_int_distribution<size_t> day(0, by_day.size() - 1);
  std::vector<double> drawn;
  std::vector<Part> sample(by_day.size());
  for (int i = 0; i < kDraws; ++i) {
    for (Part& p : sample) p = by_day[day(engine)];
    const double ratio = ratio_of(sample);
    if (std::isfinite(ratio)) drawn.push_back(ratio);
  }
  if (drawn.empty()) return out;
  out.low = quantile(drawn, 0.025);
  out.high = quantile(drawn, 0.975);
  return out;
}

}  // namespace shrike

#include "shrink/ordinary_loss.h"

#include <cmath>

#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr double kClump = 1.4;     // variance over the mean of losses at a known rate: units leave in groups
constexpr double kStray = 2e-3;    // chance of a difference that none of the traces knows
constexpr double kStrayScale = 6;  // units

}  // namespace

double ordinary_loss(double x, double mean, double size) {
  const double stray = kStray * std::exp(-std::abs(x) / kStrayScale) / (2 * kStrayScale);
  const double k = std::round(x);
  if (k < 0) return stray;
  return stray + (1 - kStray) * std::exp(nb_log_pmf(k, mean, mean / (kClump - 1 + mean / size)));
}

}  // namespace shrike

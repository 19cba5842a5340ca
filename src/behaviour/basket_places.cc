#include "behaviour/basket_places.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

constexpr size_t kProductsMax = 100000;
/// An arm's length about the product; of the mean that is learnt, less with each sight.
constexpr double kReach_m = 0.45;
constexpr double kKnownFrom = 2, kRemembered = 50;
constexpr double kPlanned = 4;  ///< sights that a place of the planogram is worth
/// Anywhere at a shelf of some metres; and that a sight is quite wrong.
constexpr double kZone_m2 = 4, kWrong = 0.05;

}  // namespace

void BasketPlaces::learn(const std::string& product, const StoodAt& at) {
  if (product.empty() || (places_.size() >= kProductsMax && !places_.contains(product))) return;
  Place& place = places_[product];
  place.n = std::min(place.n + 1, kRemembered);
  place.x_m += (at.x_m - place.x_m) / place.n;
  place.y_m += (at.y_m - place.y_m) / place.n;
}

double BasketPlaces::fit(const std::string& product, const StoodAt& at, const Products::Place* planned) const {
  const auto found = places_.find(product);
  Place place = found == places_.end() ? Place{} : found->second;
  if (planned != nullptr) {
    const double n = place.n + kPlanned;
    place = {(place.n * place.x_m + kPlanned * planned->x_m) / n, (place.n * place.y_m + kPlanned * planned->y_m) / n,
             n};
  }
  if (place.n < kKnownFrom) return 1;
  const double variance = kReach_m * kReach_m * (1 + 1 / place.n) + at.variance_m2;
  const double dx = at.x_m - place.x_m, dy = at.y_m - place.y_m;
  const double density = std::exp(-(dx * dx + dy * dy) / (2 * variance)) / (2 * M_PI * variance);
  return (1 - kWrong) * kZone_m2 * density + kWrong;
}

}  // namespace shrike

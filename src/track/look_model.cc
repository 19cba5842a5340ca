#include "track/look_model.h"

#include <algorithm>
#include <cmath>

#include "track/looks.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

constexpr double kMost = 3.5, kLeast = -6;
constexpr double kVarianceMin = 0.03 * 0.03;
constexpr double kMemory = 2000;  ///< samples: light changes over a day

}  // namespace

void LookModel::Spread::add(double value) {
  weight = std::min(weight + 1, kMemory);
  const double off = value - mean;
  mean += off / weight;
  variance += (off * (value - mean) - variance) / weight;
}

double LookModel::log_ratio(double alike) const {
  // Were the same person's the wider, very unlike would speak for: then both are taken as wide.
  const double narrow = std::max(kVarianceMin, same_.variance);
  const double wide = std::max(narrow, different_.variance);
  const auto log_density = [](const Spread& spread, double variance, double at) {
    return -(at - spread.mean) * (at - spread.mean) / (2 * variance) - std::log(variance) / 2;
  };
  // More alike than the same person mostly is, or less than different people are, is no evidence of the contrary.
  const double most = std::max(same_.mean, different_.mean);
  const double at = std::min(alike, most);
  // Nothing is to be learnt from looks that do not tell people apart.
  if (same_.mean <= different_.mean) return 0;
  return std::clamp(log_density(same_, narrow, at) - log_density(different_, wide, at), kLeast, kMost);
}

double LookModel::log_ratio(std::span<const float> a, std::span<const float> b) const {
  if (a.empty() || a.size() != b.size() || !has_look(a) || !has_look(b)) return 0;
  return log_ratio(static_cast<double>(alike(a, b)));
}

}  // namespace shrike

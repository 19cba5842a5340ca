#include "track/clock_offsets.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

constexpr double kWalkMin_m = 2;  ///< who stands still fits at every offset
constexpr double kNear_m = 0.5;   ///< spread of one person's place on two cameras, beside what each says of it
constexpr double kApart_m = 3;    ///< walks that are never nearer fit at no offset
constexpr int kManyPairs = 500, kOneIn = 16;  ///< clocks that are known are looked at now and then
constexpr double kGround_m2 = 60;             ///< where a different person would be, equally anywhere
constexpr double kOutlier = 0.05;             ///< a foot behind a shelf
constexpr double kTogetherMin_s = 3;          ///< of two walks, to be compared at all
constexpr double kIndependent = 0.3;          ///< steps follow from one another: so much of each counts
constexpr double kSameBefore = 0.2;           ///< share of the pairs of walks on one ground that are one person's
constexpr double kMargin = 8;  ///< log-likelihood by which the best offset must beat all that are not next to it

double shift_of(size_t index) { return -ClockOffsets::kMost_s + ClockOffsets::kStep_s * static_cast<double>(index); }

/// Log-likelihood ratio of two walks being one, the other's clock being `shift_s` ahead; 0 where they hardly meet.
double fit_of(const FloorPath& walk, const FloorPath& other, double shift_s) {
  double sum = 0;
  size_t met = 0;
  for (const auto& step : walk.steps()) {
    const auto spot = other.at(step.time.plus_s(shift_s));
    if (!spot) continue;
    ++met;
    sum += std::log((1 - kOutlier) * kGround_m2 * same_place_density(step.spot, *spot, kNear_m) + kOutlier);
  }
  return static_cast<double>(met) * FloorPath::kEvery_s < kTogetherMin_s ? 0 : kIndependent * sum;
}

}  // namespace

void ClockOffsets::compare(const std::string& camera, const FloorPath& walk, const std::string& other,
                           const FloorPath& other_walk) {
  if (camera == other || walk.extent_m() < kWalkMin_m || other_walk.extent_m() < kWalkMin_m) return;
  const auto &a = walk.steps(), &b = other_walk.steps();
  if (seconds_between(a.back().time, b.front().time) > kMost_s ||
      seconds_between(b.back().time, a.front().time) > kMost_s)
    return;
  if (walk.metres_from(other_walk) > kApart_m) return;
  const bool in_order = camera < other;
  Votes& votes = votes_[in_order ? std::pair(camera, other) : std::pair(other, camera)];
  if (++votes.compared > kManyPairs && votes.compared % kOneIn != 0) return;
  std::array<double, kShifts> fits{};
  for (size_t k = 0; k < kShifts; ++k) fits[k] = fit_of(walk, other_walk, shift_of(k));
  const double best = *std::ranges::max_element(fits);
  if (best <= 0) return;
  for (size_t k = 0; k < kShifts; ++k) {
    const size_t at = in_order ? k : kShifts - 1 - k;
    votes.log_likelihood[at] += std::log(kSameBefore * std::exp(std::min(20.0, fits[k])) + 1 - kSameBefore);
    if (fits[k] > 2 && fits[k] > best - 1) ++votes.walks[at];
  }
}

std::vector<ClockOffset> ClockOffsets::known() const {
  std::vector<ClockOffset> found;
  for (const auto& [cameras, votes] : votes_) {
    const auto best = std::ranges::max_element(votes.log_likelihood) - votes.log_likelihood.begin();
    const auto index = static_cast<size_t>(best);
    // At the edge of the search the fit may go on growing beyond it: that tells no offset.
    if (index == 0 || index + 1 == kShifts) continue;
    double rival = 0;
    for (size_t k = 0; k < kShifts; ++k)
      if (std::abs(shift_of(k) - shift_of(index)) > 1) rival = std::max(rival, votes.log_likelihood[k]);
    if (votes.walks[index] < kPeopleMin || votes.log_likelihood[index] < rival + kMargin) continue;
    found.push_back({cameras.first, cameras.second, shift_of(index), votes.walks[index]});
  }
  return found;
}

void ClockOffsets::forget(const std::string& camera) {
  std::erase_if(votes_, [&](const auto& entry) { return entry.first.first == camera || entry.first.second == camera; });
}

}  // namespace shrike

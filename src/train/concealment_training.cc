#include "train/concealment_training.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "behaviour/concealment_clips.h"

namespace shrike {
namespace {

constexpr std::array kRates_per_hour = {0.5, 1.0, 2.0, 3.0, 6.0, 10.0, 20.0, 60.0};
constexpr std::array<float, kConcealmentParts> kShares = {1, 0.5F};  // hand cue, rarity: docs/concealment.md
constexpr size_t kClips_min = 4;
constexpr double kPeople_min_s = 60;
constexpr size_t kFolds = 4;         // of clips, each left out in turn
constexpr size_t kStretch_min = 15;  // steps; shorter ones are mostly false tracks

/// One person's steps without a gap.
struct Stretch {
  size_t clip;
  std::vector<BodyStep> steps;
};

std::vector<Stretch> stretches_of(const std::vector<PoseClip>& clips) {
  std::vector<Stretch> out;
  for (size_t c = 0; c < clips.size(); ++c)
    for (const PosePerson& person : clips[c].people) {
      const auto steps = clips[c].steps_of(person);
      for (const auto stretch : stretches_in(steps))
        if (stretch.size() >= kStretch_min) out.push_back({c, {stretch.begin(), stretch.end()}});
    }
  return out;
}

using Parts = std::array<std::vector<float>, kConcealmentParts>;
using Scales = std::array<PartScale, kConcealmentParts>;

/// One stretch, one value a step.
Parts parts_of(std::span<const BodyStep> stretch, const Rarity& rarity) {
  Parts parts;
  for (const BodyStep& step : stretch) parts[0].push_back(hand_cue(step));
  parts[1] = rarity.of(stretch);
  return parts;
}

/// Rarities, with what a clip was left out of.
struct ClipRarities {
  Rarities fitted;
  std::vector<size_t> group;  ///< of each clip

  [[nodiscard]] const Rarity& without(size_t clip) const { return fitted.without[group[clip]]; }
};

/// Each group of clips is left out in turn.
Result<ClipRarities> fit_by_group(const std::vector<Stretch>& stretches, const std::vector<size_t>& group) {
  std::vector<std::span<const BodyStep>> steps;
  std::vector<size_t> group_of;
  for (const Stretch& s : stretches) {
    steps.emplace_back(s.steps);
    group_of.push_back(group[s.clip]);
  }
  TRY(auto fitted, fit_rarities(steps, group_of, *std::ranges::max_element(group) + 1));
  return ClipRarities{std::move(fitted), group};
}

std::vector<size_t> cameras_of(const std::vector<PoseClip>& clips) {
  std::vector<std::string> names;
  std::vector<size_t> out;
  for (const PoseClip& clip : clips) {
    const auto found = std::ranges::find(names, clip.camera());
    out.push_back(static_cast<size_t>(found - names.begin()));
    if (found == names.end()) names.push_back(clip.camera());
  }
  return out;
}

/// Of steps of clips that the rarity did not see.
Scales scales_of(const std::vector<Stretch>& stretches, const ClipRarities& rarities) {
  std::array<double, kConcealmentParts> sum{}, squares{};
  double n = 0;
  for (const Stretch& s : stretches) {
    const Parts parts = parts_of(s.steps, rarities.without(s.clip));
    for (size_t k = 0; k < parts.size(); ++k)
      for (const float value : parts[k]) {
        sum[k] += value;
        squares[k] += static_cast<double>(value) * value;
      }
    n += static_cast<double>(s.steps.size());
  }
  Scales scales;
  for (size_t k = 0; k < scales.size(); ++k) {
    const double mean = sum[k] / n;
    scales[k] = {static_cast<float>(mean), static_cast<float>(std::sqrt(std::max(squares[k] / n - mean * mean, 1e-6))),
                 kShares[k]};
  }
  return scales;
}

/// As the edge scores one person.
std::vector<float> scores_of(std::span<const BodyStep> steps, const Rarity& rarity, const Scales& scales) {
  std::vector<float> out;
  for (const auto stretch : stretches_in(steps)) {
    const Parts parts = parts_of(stretch, rarity);
    std::vector<float> raw(stretch.size(), 0.F);
    for (size_t k = 0; k < parts.size(); ++k)
      for (size_t i = 0; i < raw.size(); ++i)
        raw[i] += scales[k].share * (parts[k][i] - scales[k].mean) / scales[k].deviation;
    for (size_t i = 0; i < raw.size(); ++i) out.push_back(smoothed_at(raw, i));
  }
  return out;
}

/// Each clip by what did not see it.
Result<std::vector<ScoredClip>> left_out_clips(const std::vector<PoseClip>& clips, const ClipRarities& rarities,
                                               const Scales& scales) {
  std::vector<ScoredClip> out;
  for (size_t c = 0; c < clips.size(); ++c) {
    TRY(auto scored, score_clip(clips[c], {}, [&](std::span<const BodyStep> steps) -> Result<std::vector<float>> {
          return scores_of(steps, rarities.without(c), scales);
        }));
    out.push_back(std::move(scored));
  }
  return out;
}

float per_hour(const std::vector<ScoredClip>& clips, float threshold) {
  double alarms = 0;
  for (const ScoredClip& clip : clips) alarms += alarms_in(clip, threshold);
  return clips.empty() ? 0 : static_cast<float>(alarms / hours_of(clips));
}

std::vector<OperatingPoint> points_of(const TrainedConcealment& trained) {
  std::vector<OperatingPoint> points;
  for (const double rate : kRates_per_hour) {
    const float threshold = threshold_for(trained.other_clips, rate);
    points.push_back({threshold, per_hour(trained.other_clips, threshold), per_hour(trained.other_cameras, threshold)});
  }
  std::ranges::sort(points, {}, &OperatingPoint::threshold);
  return points;
}

Result<void> check_enough(const std::vector<PoseClip>& clips, const std::vector<Stretch>& stretches) {
  size_t steps = 0;
  for (const Stretch& s : stretches) steps += s.steps.size();
  const double people_s = static_cast<double>(steps) * PoseSteps::kStep_s;
  if (clips.size() >= kClips_min && people_s >= kPeople_min_s) return {};
  return bad_input(fmt::format("found {} clips with {:.0f} s of people, expected at least {} clips and {:.0f} s",
                               clips.size(), people_s, kClips_min, kPeople_min_s));
}

}  // namespace

Result<TrainedConcealment> train_concealment(const std::vector<PoseClip>& clips) {
  const auto stretches = stretches_of(clips);
  TRY_VOID(check_enough(clips, stretches));
  std::vector<size_t> folds(clips.size());
  for (size_t c = 0; c < clips.size(); ++c) folds[c] = c % kFolds;
  TRY(const ClipRarities by_clip, fit_by_group(stretches, folds));
  TrainedConcealment out{.rarity = by_clip.fitted.all, .scales = scales_of(stretches, by_clip)};
  TRY(out.other_clips, left_out_clips(clips, by_clip, out.scales));
  const auto cameras = cameras_of(clips);
  if (*std::ranges::max_element(cameras) > 0) {
    TRY(const ClipRarities by_camera, fit_by_group(stretches, cameras));
    TRY(out.other_cameras, left_out_clips(clips, by_camera, out.scales));
  }
  out.points = points_of(out);
  return out;
}

}  // namespace shrike

#pragma once
// How scores of shoplifting are judged. The published way pools all frames of all clips; clips that are cut around the
// event make it gameable (their length alone scores .9), so it is printed for comparison only. The honest way looks at
// frames with a person away from the clips' edges, of clips that hold both classes; and at what a shop cares for:
// thefts caught at a given number of false alarms an hour of normal shopping.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace shrike {

/// One clip, frame by frame: three columns of one length.
struct ScoredClip {
  std::string name;
  std::string camera;
  std::vector<bool> theft;   ///< the truth; all false in normal shopping
  std::vector<bool> person;  ///< somebody is in the picture
  std::vector<float> score;  ///< higher = more suspicious; finite
  double fps = 15;

  [[nodiscard]] bool has_theft() const;
};

/// Frame by frame; theft is the positive class.
struct FrameRanking {
  double auc_roc = 0;  ///< ties count half
  double auc_pr = 0;   ///< average precision
  double eer = 0;      ///< equal error rate
  int64_t frames = 0, positives = 0;

  [[nodiscard]] double base_rate() const {
    return frames > 0 ? static_cast<double>(positives) / static_cast<double>(frames) : 0;
  }
};

/// Nothing where a class is missing.
[[nodiscard]] std::optional<FrameRanking> rank_frames(std::span<const ScoredClip> clips);

struct HonestScore {
  FrameRanking mixed;  ///< pooled over the clips that hold both classes
  double within = 0;   ///< mean of the AUC-ROC inside each of them: does it know when?
  int clips = 0;
};
inline constexpr int kEdgeFrames = 12;  ///< left out at each end of a clip

/// Nothing where no clip holds both classes after edges and empty frames are left out.
[[nodiscard]] std::optional<HonestScore> honest_score(std::span<const ScoredClip> clips);

/// Within how many seconds of an alarm no new one is given: an officer who is looking already needs no second call.
inline constexpr double kAlarmPause_s = 30;

/// Alarms that `threshold` gives in frames with a person.
[[nodiscard]] int alarms_in(const ScoredClip& clip, float threshold);
/// The lowest threshold that gives at most `per_hour` alarms an hour over `normal`, whose length counts with all
/// frames. A score above all of `normal` where even one alarm is too many.
[[nodiscard]] float threshold_for(std::span<const ScoredClip> normal, double per_hour);
/// Whether a frame of theft reaches `threshold`.
[[nodiscard]] bool caught(const ScoredClip& clip, float threshold);
[[nodiscard]] double hours_of(std::span<const ScoredClip> clips);

struct BootstrapInterval {
  double low = 0, high = 0;
};
/// 95 % bootstrap interval of `statistic` over clips drawn with replacement; draws for which it has no value are drawn
/// again. Nothing where it has none at all. The same seed gives the same interval.
[[nodiscard]] std::optional<BootstrapInterval> bootstrap(
    std::span<const ScoredClip> clips,
    const std::function<std::optional<double>(std::span<const ScoredClip>)>& statistic, int draws = 1000,
    uint64_t seed = 1);
/// The same over `count` things of which `statistic` gets the numbers, from 0: for what compares two scores of each.
[[nodiscard]] std::optional<BootstrapInterval> bootstrap_of(
    size_t count, const std::function<std::optional<double>(std::span<const size_t>)>& statistic, int draws = 1000,
    uint64_t seed = 1);

}  // namespace shrike

#pragma once
// The concealment network at work: poses of one person in, a score for each moment out, a second later.

#include <deque>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "behaviour/concealment_features.h"
#include "vision/runtime.h"

namespace shrike {

/// Hand cue, rarity.
inline constexpr int kConcealmentParts = 2;
/// Steps that the network sees before and after the one that it judges.
inline constexpr size_t kConcealmentReach = 6;
/// Scores are means over the steps around, weighted by a Gaussian; no more than so many steps ahead. Together with
/// kConcealmentReach and the one step of PoseSteps no score rests on anything later than a second after its time.
inline constexpr size_t kConcealmentAhead = 8;

/// What one threshold gives in normal shopping that the network was not trained on.
struct OperatingPoint {
  float threshold = 0;
  float per_hour_other_clips = 0;    ///< false alarms an hour, clips left out of training
  float per_hour_other_cameras = 0;  ///< the same, cameras left out
};

/// How suspicious one person's hands are at one moment.
struct ConcealmentMoment {
  double time_s = 0;
  float score = 0;  ///< standard deviations of normal shopping, roughly; compare with OperatingPoint::threshold
};

/// A network from `shrike train concealment`. A handle: copies share the network.
class ConcealmentModel {
 public:
  /// Refused: a file that is no such network (its inputs and outputs are named).
  [[nodiscard]] static Result<ConcealmentModel> load(const Runtime& runtime, const std::filesystem::path& file);

  /// Ascending by threshold.
  [[nodiscard]] const std::vector<OperatingPoint>& operating_points() const { return points_; }
  /// The lowest threshold that keeps to `per_hour` false alarms, on other cameras too; the highest known where none
  /// does.
  [[nodiscard]] float threshold_for(double per_hour) const;
  /// Buffers for `outputs` steps a run.
  [[nodiscard]] Result<Inference> prepare(size_t outputs) const;

 private:
  ConcealmentModel(Session session, std::vector<OperatingPoint> points)
      : session_(std::move(session)), points_(std::move(points)) {}

  Session session_;
  std::vector<OperatingPoint> points_;
};

/// Unbroken stretches of `steps`: those that begin with BodyStep::first.
[[nodiscard]] std::vector<std::span<const BodyStep>> stretches_in(std::span<const BodyStep> steps);

/// What of the model speaks: all of it, or what an evaluation asks alone, to tell what each part adds.
struct ConcealmentPart {
  enum Kind { whole, hands, rarity } kind = whole;
  bool smoothed = true;  ///< over time
};

/// One score a step of `steps`, each unbroken stretch on its own. What is later than a second after a step does not
/// change its score.
[[nodiscard]] Result<std::vector<float>> concealment_scores(const ConcealmentModel& model,
                                                            std::span<const BodyStep> steps, ConcealmentPart part = {});

/// The same for one live track, pose by pose, in bounded memory. Not for two threads at a time.
class ConcealmentWatch {
 public:
  [[nodiscard]] static Result<ConcealmentWatch> make(const ConcealmentModel& model);

  /// Appends the moments that `pose` makes final: those of a second before it.
  [[nodiscard]] Result<void> push(double time_s, const Pose& pose, std::vector<ConcealmentMoment>& out);
  /// The track is over: appends the rest.
  [[nodiscard]] Result<void> finish(std::vector<ConcealmentMoment>& out);

 private:
  explicit ConcealmentWatch(Inference inference) : inference_(std::move(inference)) {}
  Result<void> take(const std::vector<BodyStep>& steps, std::vector<ConcealmentMoment>& out);
  Result<void> judge(std::vector<ConcealmentMoment>& out);
  Result<void> drain(std::vector<ConcealmentMoment>& out);
  void smooth_one(std::vector<ConcealmentMoment>& out);

  Inference inference_;
  PoseSteps steps_;
  std::vector<BodyStep> fresh_;
  std::deque<std::pair<double, ConcealmentFeatures>> window_;  ///< the steps that the network sees next
  std::deque<ConcealmentMoment> judged_;                       ///< by the network, not yet smoothed, and those before
  size_t smoothed_ = 0;                                        ///< how many of judged_ were handed out
};

/// The mean around `at` of `raw` that both ways of scoring use.
[[nodiscard]] float smoothed_at(std::span<const float> raw, size_t at);

}  // namespace shrike

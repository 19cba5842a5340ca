#include "watch/pose_maker.h"

namespace shrike {
namespace {

/// A track's box is smoothed: it overlaps the detection that it was seen in by at least so much.
constexpr float kSame = 0.5F;

}  // namespace

Result<std::vector<SeenPose>> PoseMaker::make(const SeenFrame& seen, std::span<const VisitTrack> people,
                                              std::span<const size_t> wanted) {
  const size_t most = estimator_ ? budget_.take(camera_, seen.frame->time, wanted.size()) : wanted.size();
  std::vector<SeenPose> made;
  if (most == 0) return made;
  std::vector<Box> boxes;
  for (const VisitTrack& person : people)
    if (person.track.missed == 0) boxes.push_back(person.track.box);
  for (const size_t i : wanted.first(most)) {
    TRY(auto pose, pose_in(seen, people[i].track.box));
    if (pose && !belongs_to(*pose, people[i].track.box, boxes)) pose.reset();
    made.push_back({people[i].visit_id, pose});
  }
  return made;
}

Result<std::optional<Pose>> PoseMaker::pose_in(const SeenFrame& seen, const Box& box) {
  if (estimator_) return estimator_->estimate(*seen.frame, box);
  std::optional<Pose> best;
  float best_overlap = kSame;
  for (size_t i = 0; i < seen.detections.poses.size(); ++i) {
    const float overlap = iou(seen.detections.boxes[i], box);
    if (overlap < best_overlap) continue;
    best_overlap = overlap;
    best = seen.detections.poses[i];
  }
  return best;
}

}  // namespace shrike

#include "behaviour/video_poses.h"

#include <algorithm>
#include <map>

#include "track/tracker.h"
#include "video/play_file.h"

namespace shrike {

Result<VideoPoses> VideoPoses::load(const VideoPoseOptions& options) {
  const TrackerOptions tracking = TrackerOptions::for_detector(options.threshold);
  TRY(auto detector,
      Detector::load({.model = options.detector, .threads = options.threads, .threshold = tracking.score_min}));
  TRY(auto estimator, PoseEstimator::load({.model = options.pose, .runtime = {}, .threads = options.threads}));
  return VideoPoses(std::move(detector), std::move(estimator), options.threshold);
}

Result<PoseClip> VideoPoses::find(const std::filesystem::path& video) {
  const TrackerOptions tracking = TrackerOptions::for_detector(threshold_);
  Tracker tracker(tracking);
  std::map<int64_t, PosePerson> people;
  PoseClip clip{.name = video.stem().string()};
  double last_s = 0;
  int frames = 0;
  TRY_VOID(play_file(video, [&](const Frame& frame) -> Result<void> {
    TRY(const Detections found, detector_.detect(frame));
    const auto tracks = tracker.update(found, {frame.time, frame.width, frame.height});
    std::vector<Box> boxes;
    for (const Track& track : tracks)
      if (track.label == tracking.person_label && track.missed == 0) boxes.push_back(track.box);
    for (const Track& track : tracks) {
      if (track.label != tracking.person_label || track.missed > 0) continue;
      TRY(const auto pose, estimator_.estimate(frame, track.box));
      if (!pose || !belongs_to(*pose, track.box, boxes)) continue;
      PosePerson& person = people.try_emplace(track.id, PosePerson{.id = std::to_string(track.id)}).first->second;
      person.frames.push_back(frames);
      person.poses.push_back(*pose);
      clip.frames = frames + 1;
    }
    last_s = seconds_between(Timestamp{}, frame.time);
    ++frames;
    return {};
  }));
  if (frames > 1 && last_s > 0) clip.fps = (frames - 1) / last_s;
  for (auto& [id, person] : people) clip.people.push_back(std::move(person));
  return clip;
}

}  // namespace shrike

#pragma once
// PoseLift's files (WACV 2025, github.com/TeCSAR-UNCC/PoseLift): keypoints of a real shop's shoplifters and customers.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "behaviour/pose_steps.h"

namespace shrike {

/// One person of a clip; frames ascend, one pose a frame.
struct PosePerson {
  std::string id;
  std::vector<int> frames;  ///< from 0
  std::vector<Pose> poses;
};

struct PoseClip {
  std::string name;  ///< the file's, up to the second '_': 01_0222 is clip 0222 of camera 01
  std::vector<PosePerson> people;
  int frames = 0;   ///< one more than the last frame that anybody is in
  double fps = 15;  ///< PoseLift's; frames begin at time 0

  [[nodiscard]] std::string camera() const { return name.substr(0, name.find('_')); }
  /// Steps of one of its people.
  [[nodiscard]] std::vector<BodyStep> steps_of(const PosePerson& person) const;
};

inline constexpr int kPoseFramesMax = 1'000'000;

/// Reads {person: {frame: {"keypoints": [17 × y, x, confidence], …}}}; numbers may be NaN or null. The first fault is
/// an error that names `name`, person, frame, what was found and what was expected.
[[nodiscard]] Result<PoseClip> parse_pose_clip(std::string_view text, const std::string& name);
/// The same from a file of at most 256 MiB.
[[nodiscard]] Result<PoseClip> read_pose_clip(const std::filesystem::path& file);
/// Every .json of `dir`, by name. No such file is an error.
[[nodiscard]] Result<std::vector<PoseClip>> read_pose_clips(const std::filesystem::path& dir);

/// One 0 or 1 a line, 1 = shoplifting.
[[nodiscard]] Result<std::vector<bool>> parse_frame_labels(std::string_view text, const std::string& name);

}  // namespace shrike

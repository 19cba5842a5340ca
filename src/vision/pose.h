#pragma once
#include <array>
#include <cstddef>

namespace shrike {

/// COCO's order of keypoints; left and right are the person's own.
enum BodyJoint : size_t {
  kNose,
  kLeftEye,
  kRightEye,
  kLeftEar,
  kRightEar,
  kLeftShoulder,
  kRightShoulder,
  kLeftElbow,
  kRightElbow,
  kLeftWrist,
  kRightWrist,
  kLeftHip,
  kRightHip,
  kLeftKnee,
  kRightKnee,
  kLeftAnkle,
  kRightAnkle,
  kJoints
};

/// A joint as a pose model gives it. NaN where a value is missing.
struct Joint {
  float x = 0, y = 0;  ///< pixels of the picture, y down
  float score = 0;     ///< 0..1
};
using Pose = std::array<Joint, kJoints>;

}  // namespace shrike

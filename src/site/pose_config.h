#pragma once
#include <filesystem>

#include "base/yaml.h"

namespace shrike {

/// How poses of people are made. config/shrike.yml is the manual of every key.
struct PoseConfig {
  bool enabled = true;
  /// `lightning` or `thunder`: MoveNet, on the part of the picture that holds one person. Else a file: the .json of
  /// such a network, or the .onnx of a YOLOv8/YOLO11-pose model, which finds people and poses in one run and is the
  /// detector then.
  std::filesystem::path model = "lightning";
  double poses_per_s = 40;            ///< of all cameras together, at most; 0 = no limit
  std::filesystem::path concealment;  ///< network that judges hands; empty: the one that Shrike ships

  /// Whether one run of `model` finds people and their poses, and so takes the detector's place.
  [[nodiscard]] bool one_pass() const { return enabled && model.extension() == ".onnx"; }
};

/// Reads `pose:`; relative paths are taken from `base`. A one-pass model beside a detector of its own is a fault.
void read_pose(YamlMap map, PoseConfig& pose, const std::filesystem::path& base, bool detector_given);

}  // namespace shrike

#include "site/pose_config.h"

#include <fmt/format.h>

namespace shrike {

void read_pose(YamlMap map, PoseConfig& pose, const std::filesystem::path& base, bool detector_given) {
  map.read("enabled", pose.enabled);
  std::string model = pose.model.string();
  map.read("model", model);
  const bool named = model == "lightning" || model == "thunder";
  pose.model = named ? std::filesystem::path(model) : base / model;
  if (!named && pose.model.extension() != ".json" && pose.model.extension() != ".onnx") {
    map.fault("model", fmt::format("'{}'; expected lightning, thunder, a MoveNet .json or the .onnx of a YOLOv8/YOLO11 "
                                   "pose model",
                                   model));
  }
  map.read("poses_per_s", pose.poses_per_s, {0, 100'000});
  std::string concealment;
  map.read("concealment", concealment);
  if (!concealment.empty()) pose.concealment = base / concealment;
  if (pose.one_pass() && detector_given) {
    map.fault("model",
              "an .onnx pose model finds people too and takes the detector's place; leave detector.model out, "
              "or take lightning or thunder here");
  }
  map.finish();
}

}  // namespace shrike

#pragma once
// What a detector's file does not tell: how its pictures must be prepared. Each format has documented defaults; a
// sidecar file beside the model (docs/models.md) changes them.

#include <array>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "video/scale.h"

namespace shrike {

enum class DetectorFormat {
  nanodet,  ///< RangiLyu's NanoDet: class scores and box distributions, one pair of outputs a stride
  yolox,    ///< Megvii's YOLOX, grid not decoded: 1 x N x (5 + C)
  yolov8,   ///< Ultralytics' YOLOv8 and YOLO11: 1 x (4 + C) x N
};

[[nodiscard]] const char* to_string(DetectorFormat format);

/// How a picture becomes the network's input: (value − mean) / std by channel, values 0..255, channels in `order`.
struct ModelFacts {
  ChannelOrder order = ChannelOrder::rgb;
  Align align = Align::centre;
  uint8_t fill = 0;  ///< around the picture
  std::array<float, 3> mean{}, std{1, 1, 1};
  float nms_iou = 0.6F;  ///< of two boxes of one class that overlap more than this, the better scored stays
};

/// What the format's own training code does.
[[nodiscard]] ModelFacts default_facts(DetectorFormat format);

/// A sidecar: only what it says is set.
struct Sidecar {
  std::filesystem::path file;  ///< empty: there is none
  std::optional<DetectorFormat> format;
  std::optional<ChannelOrder> order;
  std::optional<Align> align;
  std::optional<uint8_t> fill;
  std::optional<std::array<float, 3>> mean, std;
  std::optional<float> nms_iou;
  std::filesystem::path labels;  ///< from the sidecar's folder
  int width = 0, height = 0;     ///< input size, for models that leave it open or can change it; 0 = the model's

  [[nodiscard]] ModelFacts facts(DetectorFormat found) const;
};

/// Where a model's sidecar lies: detector.onnx → detector.shrike.yml.
[[nodiscard]] std::filesystem::path sidecar_path(const std::filesystem::path& model);

/// The model's sidecar, or an empty one where there is none. A fault is named as file:line:column.
[[nodiscard]] Result<Sidecar> load_sidecar(const std::filesystem::path& model);

}  // namespace shrike

#pragma once
// The poses of people whose boxes are known: one run of a small network on each person's part of the picture.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "base/geometry.h"
#include "base/result.h"
#include "video/frame.h"
#include "vision/pose.h"
#include "vision/runtime.h"

namespace shrike {

struct PoseOptions {
  std::filesystem::path model;    ///< .json of MoveNet lightning or thunder (TensorFlow.js)
  std::filesystem::path runtime;  ///< see Runtime::open
  std::string provider = "cpu";
  int threads = 1;
};

/// MoveNet (single pose) on crops. One a thread: it owns the network's buffers.
class PoseEstimator {
 public:
  /// Refused: a model whose outputs are not MoveNet's; the error names the file and what was found.
  [[nodiscard]] static Result<PoseEstimator> load(const PoseOptions& options);

  /// Another one on the same network, for another thread.
  [[nodiscard]] Result<PoseEstimator> twin() const;

  /// The pose of the person in `box` (pixels of the frame), joints in pixels of the frame, also those that MoveNet
  /// places outside the box. Nothing where the box holds no picture.
  [[nodiscard]] Result<std::optional<Pose>> estimate(const Frame& frame, const Box& box);

 private:
  PoseEstimator(Session session, Inference inference, int side, std::array<size_t, 4> outputs)
      : session_(std::move(session)), inference_(std::move(inference)), side_(side), outputs_(outputs) {}

  Session session_;
  Inference inference_;
  int side_;
  std::array<size_t, 4> outputs_;  ///< heat maps, centre, regression, offsets
  std::vector<uint8_t> pixels_;
};

/// Whether `pose` is that of the person in `own`, not of a neighbour in the same crop: most of the joints that were
/// seen lie in the box, and in no box of `others` do clearly more of them.
[[nodiscard]] bool belongs_to(const Pose& pose, const Box& own, std::span<const Box> others);

}  // namespace shrike

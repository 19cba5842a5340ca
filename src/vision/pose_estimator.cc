#include "vision/pose_estimator.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "video/scale.h"
#include "vision/model_file.h"
#include "vision/movenet.h"
#include "vision/pixels.h"

namespace shrike {
namespace {

// Where MoveNet is cut: what follows picks the person, which decode_movenet does.
const std::vector<std::string> kMaps = {
    "StatefulPartitionedCall/kpt_heatmap_0/conv2d_5/BiasAdd", "StatefulPartitionedCall/center_0/conv2d_4/BiasAdd",
    "StatefulPartitionedCall/kpt_regress_0/conv2d_6/BiasAdd", "StatefulPartitionedCall/kpt_offset_0/conv2d_7/BiasAdd"};
constexpr std::array<int64_t, 4> kChannels = {kJoints, 1, 2 * kJoints, 2 * kJoints};
constexpr float kMargin = 1.2F;  // side of the crop over the longer side of the box
constexpr float kSeen = 0.2F;    // score from which a joint counts as seen
constexpr float kLoose = 0.1F;   // share of its side that a box is widened by
constexpr float kInside = 0.7F;  // share of the joints that must lie in it
constexpr float kRival = 1.25F;  // times as many in another's box: it is the other's

int inside(const Pose& pose, const Box& box) {
  const float x = box.width() * kLoose, y = box.height() * kLoose;
  return static_cast<int>(std::ranges::count_if(pose, [&](const Joint& j) {
    return j.score >= kSeen && j.x >= box.x1 - x && j.x <= box.x2 + x && j.y >= box.y1 - y && j.y <= box.y2 + y;
  }));
}

Result<PoseEstimator> refused(const std::filesystem::path& model, const std::string& found) {
  return bad_input(fmt::format("{}: found {}; expected MoveNet, lightning or thunder", model.string(), found));
}

}  // namespace

Result<PoseEstimator> PoseEstimator::load(const PoseOptions& options) {
  TRY(const Runtime runtime, Runtime::open(options.runtime));
  if (options.model.extension() != ".json")
    return refused(options.model, "a file that is no TensorFlow.js model (.json)");
  auto opened = open_model(
      runtime, options.model,
      {.session = {.provider = options.provider, .threads = options.threads, .save_as = {}}, .outputs = kMaps});
  if (!opened && std::filesystem::exists(options.model) && !is_movenet(options.model))
    return refused(options.model, fmt::format("no MoveNet in it ({})", opened.error().message));
  TRY(const Session session, std::move(opened));
  const auto& inputs = session.inputs();
  if (inputs.size() != 1 || inputs[0].shape.size() != 4 || inputs[0].shape[2] != inputs[0].shape[3] ||
      inputs[0].shape[2] < 32)
    return refused(options.model, "an input that is no square picture");
  const int64_t side = inputs[0].shape[2], cells = side / 4;
  TRY(auto inference, session.prepare({1, 3, side, side}));
  TRY_VOID(inference.run());
  std::array<size_t, 4> outputs{};
  for (size_t k = 0; k < kMaps.size(); ++k) {
    const auto found = std::ranges::find(session.outputs(), kMaps[k], &TensorInfo::name);
    if (found == session.outputs().end()) return refused(options.model, "no output " + kMaps[k]);
    outputs[k] = static_cast<size_t>(found - session.outputs().begin());
    const Shape& shape = inference.output_shape(outputs[k]);
    if (shape != Shape{1, cells, cells, kChannels[k]})
      return refused(options.model, fmt::format("an output {} of {}", kMaps[k], fmt::join(shape, "x")));
  }
  return PoseEstimator(session, std::move(inference), static_cast<int>(side), outputs);
}

Result<PoseEstimator> PoseEstimator::twin() const {
  TRY(auto inference, session_.prepare({1, 3, side_, side_}));
  TRY_VOID(inference.run());
  return PoseEstimator(session_, std::move(inference), side_, outputs_);
}

Result<std::optional<Pose>> PoseEstimator::estimate(const Frame& frame, const Box& box) {
  const Point middle = box.centre();
  const float half = kMargin / 2 * std::max(box.width(), box.height());
  const auto part = crop(frame, {middle.x - half, middle.y - half, middle.x + half, middle.y + half});
  if (!part) return std::optional<Pose>();
  const auto side = static_cast<size_t>(side_);
  pixels_.resize(side * side * 3);
  const Letterbox at = letterbox(part->frame, side_, side_, {}, pixels_.data());
  to_planes(pixels_.data(), side * side, {}, {1, 1, 1}, inference_.input().data());
  TRY_VOID(inference_.run());
  const auto map = [&](size_t k) { return inference_.output(outputs_[k]); };
  Pose pose =
      decode_movenet({.cells = side_ / 4, .joints = map(0), .centre = map(1), .regress = map(2), .offset = map(3)});
  for (Joint& joint : pose) {
    const float x = joint.x * static_cast<float>(side_), y = joint.y * static_cast<float>(side_);
    joint.x = (x - static_cast<float>(at.left)) / at.scale_x + static_cast<float>(part->left);
    joint.y = (y - static_cast<float>(at.top)) / at.scale_y + static_cast<float>(part->top);
  }
  return std::optional(pose);
}

bool belongs_to(const Pose& pose, const Box& own, std::span<const Box> others) {
  const auto seen = static_cast<int>(std::ranges::count_if(pose, [](const Joint& j) { return j.score >= kSeen; }));
  const int mine = inside(pose, own);
  if (seen == 0 || static_cast<float>(mine) < kInside * static_cast<float>(seen)) return false;
  return std::ranges::none_of(others, [&](const Box& other) {
    return static_cast<float>(inside(pose, other)) > kRival * static_cast<float>(mine);
  });
}

}  // namespace shrike

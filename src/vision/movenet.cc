#include "vision/movenet.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "vision/tfjs_model.h"

namespace shrike {
namespace {

constexpr float kNear = 1.8F;  // cells that the distance is lengthened by, so that nearness decides little near by

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

struct Cell {
  int y = 0, x = 0;
};

// The cell where channel `k` of `channels` is strongest, divided by its distance from (y, x).
Cell strongest(std::span<const float> map, int cells, size_t channels, size_t k, float y, float x) {
  Cell best;
  float best_value = -1;
  for (int r = 0; r < cells; ++r)
    for (int c = 0; c < cells; ++c) {
      const float score = sigmoid(map[static_cast<size_t>(r * cells + c) * channels + k]);
      const float value = score / (std::hypot(static_cast<float>(r) - y, static_cast<float>(c) - x) + kNear);
      if (value > best_value) {
        best_value = value;
        best = {r, c};
      }
    }
  return best;
}

}  // namespace

bool is_movenet(const std::filesystem::path& json) {
  const auto model = load_tfjs(json);
  return model && std::ranges::any_of(model->nodes, [](const TfjsNode& node) {
           return node.name.find("kpt_heatmap") != std::string::npos;
         });
}

Pose decode_movenet(const MovenetMaps& maps) {
  [[maybe_unused]] const auto area = static_cast<size_t>(maps.cells) * static_cast<size_t>(maps.cells);
  assert(maps.joints.size() == area * kJoints && maps.centre.size() == area);
  assert(maps.regress.size() == area * 2 * kJoints && maps.offset.size() == area * 2 * kJoints);
  const auto side = static_cast<float>(maps.cells);
  const auto at = [&](Cell c) { return static_cast<size_t>(c.y * maps.cells + c.x); };
  const Cell middle = strongest(maps.centre, maps.cells, 1, 0, side / 2, side / 2);
  Pose pose;
  for (size_t j = 0; j < kJoints; ++j) {
    const float y = static_cast<float>(middle.y) + maps.regress[at(middle) * 2 * kJoints + 2 * j];
    const float x = static_cast<float>(middle.x) + maps.regress[at(middle) * 2 * kJoints + 2 * j + 1];
    const Cell cell = strongest(maps.joints, maps.cells, kJoints, j, y, x);
    pose[j].y = (static_cast<float>(cell.y) + maps.offset[at(cell) * 2 * kJoints + 2 * j]) / side;
    pose[j].x = (static_cast<float>(cell.x) + maps.offset[at(cell) * 2 * kJoints + 2 * j + 1]) / side;
    pose[j].score = sigmoid(maps.joints[at(cell) * kJoints + j]);
  }
  return pose;
}

}  // namespace shrike

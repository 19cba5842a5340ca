#include "vision/head.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

#include "vision/yolo_pose.h"

namespace shrike {

namespace {

constexpr int kStrides[] = {8, 16, 32};
constexpr auto kPoseChannels = static_cast<int64_t>(kYoloPoseChannels);
constexpr float kScoreAlive = 1e-6F;  // healthy networks reach 0.5 on the self-check picture; dead ones give exactly 0

std::vector<Head::Level> grid(int width, int height) {
  std::vector<Head::Level> levels;
  for (const int stride : kStrides) levels.push_back({stride, width / stride, height / stride, 0, 0});
  return levels;
}

std::string describe(std::span<const OutputView> outputs) {
  std::string text;
  for (const OutputView& o : outputs.first(std::min<size_t>(outputs.size(), 8))) {
    text += fmt::format("{}{} '{}'", text.empty() ? "" : ", ", fmt::join(o.shape, "x"), o.name);
  }
  return outputs.size() > 8 ? fmt::format("{} and {} more", text, outputs.size() - 8) : text;
}

std::string expected(std::optional<DetectorFormat> format, size_t cells, int width, int height) {
  const auto one = [&](DetectorFormat f) {
    switch (f) {
      case DetectorFormat::nanodet:
        return fmt::format("NanoDet's pairs of 1xNxC scores and 1xNx4B boxes, N = {}",
                           fmt::join({width * height / 64, width * height / 256, width * height / 1024}, ", "));
      case DetectorFormat::yolox:
        return fmt::format("YOLOX's 1x{}x(5+C)", cells);
      case DetectorFormat::yolov8:
        return fmt::format("YOLOv8/YOLO11's 1x(4+C)x{}", cells);
    }
    return std::string();
  };
  if (format) return one(*format);
  return fmt::format("{}, {}, or {}", one(DetectorFormat::nanodet), one(DetectorFormat::yolox),
                     one(DetectorFormat::yolov8));
}

bool within_0_1(std::span<const float> values) {
  return std::ranges::all_of(values, [](float v) { return v >= -0.01F && v <= 1.01F; });
}

/// Six outputs, two a stride, matched by their number of cells: the order in the file is arbitrary. Which of a pair
/// are the scores shows in the values: they went through a sigmoid, the others did not.
std::optional<Head> as_nanodet(std::span<const OutputView> outputs, Head head) {
  if (outputs.size() != 2 * head.levels.size()) return std::nullopt;
  for (Head::Level& level : head.levels) {
    std::vector<size_t> pair;
    for (size_t i = 0; i < outputs.size(); ++i) {
      const Shape& s = outputs[i].shape;
      if (s.size() == 3 && s[0] == 1 && s[1] == static_cast<int64_t>(level.cells()) && s[2] > 0 && s[2] < 100'000)
        pair.push_back(i);
    }
    if (pair.size() != 2 || within_0_1(outputs[pair[0]].values) == within_0_1(outputs[pair[1]].values))
      return std::nullopt;
    const bool first = within_0_1(outputs[pair[0]].values);
    level.scores = pair[first ? 0 : 1];
    level.boxes = pair[first ? 1 : 0];
    const auto classes = static_cast<int>(outputs[level.scores].shape[2]);
    const auto sides = static_cast<int>(outputs[level.boxes].shape[2]);
    if (sides % 4 != 0 || sides < 8) return std::nullopt;
    if (head.classes != 0 && (head.classes != classes || head.bins != sides / 4)) return std::nullopt;
    head.classes = classes;
    head.bins = sides / 4;
  }
  head.format = DetectorFormat::nanodet;
  return head;
}

std::optional<Head> as_yolo(const OutputView& output, Head head) {
  const Shape& s = output.shape;
  const auto cells = static_cast<int64_t>(head.cells());
  if (s.size() != 3 || s[0] != 1) return std::nullopt;
  if (s[1] == cells && s[2] > 5 && s[2] < 100'000) {
    head.format = DetectorFormat::yolox;
    head.classes = static_cast<int>(s[2]) - 5;
  } else if (s[2] == cells && s[1] > 4 && s[1] < 100'000) {
    head.format = DetectorFormat::yolov8;
    head.classes = static_cast<int>(s[1]) - 4;
  } else {
    return std::nullopt;
  }
  return head;
}

/// Models that are met often and are none of ours; empty where it is none of them.
std::string known_stranger(std::span<const OutputView> outputs, int64_t cells) {
  const Shape& s = outputs[0].shape;
  if (outputs.size() == 2 && s.size() == 3 && s[2] == cells && outputs[1].shape.size() == 4) {
    return "it is a YOLO segmentation model; use the detection model of that family";
  }
  if (outputs.size() != 1) return {};
  if (s.size() == 3 && s[0] == 1 && s[2] == 6 && s[1] <= 1000) {
    return "its suppression is built in (end to end); export it without (YOLOv8/11: nms=False)";
  }
  if (s.size() == 3 && s[1] == 3 * cells) return "it is an anchor-based YOLO (v5, v7), which is not read";
  if (s.size() <= 2) return "one list of numbers is what a classifier or an appearance model gives, not a detector";
  return {};
}

// --- decoding --------------------------------------------------------------------------------------------------

// Whether any of `count` values reaches the threshold: written so that the compiler turns it into vector compares.
bool any_reaches(const float* values, int count, float threshold) {
  int any = 0;
  for (int i = 0; i < count; ++i) any |= static_cast<int>(values[i] >= threshold);
  return any != 0;
}

int best_of(const float* values, int count, size_t step = 1) {
  int best = 0;
  for (int i = 1; i < count; ++i) {
    if (values[static_cast<size_t>(i) * step] > values[static_cast<size_t>(best) * step]) best = i;
  }
  return best;
}

/// The mean of a distribution over 0, 1, …, bins − 1, given as logits (Generalized Focal Loss, Li et al. 2020, eq. 4).
float mean_of_logits(const float* logits, int bins) {
  const float most = *std::max_element(logits, logits + bins);
  float sum = 0, weighted = 0;
  for (int i = 0; i < bins; ++i) {
    const float p = std::exp(logits[i] - most);
    sum += p;
    weighted += p * static_cast<float>(i);
  }
  return weighted / sum;
}

void decode_nanodet(const Head& head, std::span<const OutputView> outputs, float threshold, Detections& found) {
  for (const Head::Level& level : head.levels) {
    const float* scores = outputs[level.scores].values.data();
    const float* sides = outputs[level.boxes].values.data();
    const auto stride = static_cast<float>(level.stride);
    for (int row = 0; row < level.rows; ++row) {
      for (int column = 0; column < level.columns;
           ++column, scores += head.classes, sides += ptrdiff_t{4} * head.bins) {
        if (!any_reaches(scores, head.classes, threshold)) continue;
        const int label = best_of(scores, head.classes);
        const float x = (static_cast<float>(column) + 0.5F) * stride;
        const float y = (static_cast<float>(row) + 0.5F) * stride;
        float d[4];
        for (int side = 0; side < 4; ++side)
          d[side] = mean_of_logits(sides + ptrdiff_t{side} * head.bins, head.bins) * stride;
        found.add({x - d[0], y - d[1], x + d[2], y + d[3]}, scores[label], label);
      }
    }
  }
}

void decode_yolox(const Head& head, std::span<const OutputView> outputs, float threshold, Detections& found) {
  const float* cell = outputs[0].values.data();  // x, y, log w, log h, objectness, classes
  for (const Head::Level& level : head.levels) {
    const auto stride = static_cast<float>(level.stride);
    for (int row = 0; row < level.rows; ++row) {
      for (int column = 0; column < level.columns; ++column, cell += head.classes + 5) {
        if (!(cell[4] >= threshold)) continue;  // classes are at most 1
        const int label = best_of(cell + 5, head.classes);
        const float score = cell[4] * cell[5 + label];
        if (!(score >= threshold)) continue;
        const float x = (cell[0] + static_cast<float>(column)) * stride;
        const float y = (cell[1] + static_cast<float>(row)) * stride;
        const float w = std::exp(cell[2]) * stride / 2, h = std::exp(cell[3]) * stride / 2;
        found.add({x - w, y - h, x + w, y + h}, score, label);
      }
    }
  }
}

void decode_yolov8(const Head& head, std::span<const OutputView> outputs, float threshold, std::vector<float>& best,
                   Detections& found) {
  const float* planes = outputs[0].values.data();  // x, y, w, h, then one plane a class
  const size_t cells = head.cells();
  const float* scores = planes + 4 * cells;
  best.assign(scores, scores + cells);
  for (int c = 1; c < head.classes; ++c) {
    const float* plane = scores + static_cast<size_t>(c) * cells;
    for (size_t i = 0; i < cells; ++i) best[i] = plane[i] > best[i] ? plane[i] : best[i];
  }
  for (size_t i = 0; i < cells; ++i) {
    if (!(best[i] >= threshold)) continue;
    const int label = best_of(scores + i, head.classes, cells);
    const float x = planes[i], y = planes[cells + i];
    const float w = planes[2 * cells + i] / 2, h = planes[3 * cells + i] / 2;
    found.add({x - w, y - h, x + w, y + h}, best[i], label);
  }
}

// --- the self-check --------------------------------------------------------------------------------------------

struct Range {
  float least = INFINITY, most = -INFINITY;
  void add(float v) {
    least = std::min(least, v);
    most = std::max(most, v);
  }
};

/// Smallest and largest score that any cell gives any class.
Range score_range(const Head& head, std::span<const OutputView> outputs) {
  Range range;
  const std::span<const float> values = outputs[0].values;
  const size_t cells = head.cells();
  switch (head.format) {
    case DetectorFormat::nanodet:
      for (const Head::Level& level : head.levels) {
        for (const float v : outputs[level.scores].values) range.add(v);
      }
      break;
    case DetectorFormat::yolox:
      for (size_t i = 0; i < values.size(); i += static_cast<size_t>(head.classes) + 5) {
        for (size_t c = 5; c < static_cast<size_t>(head.classes) + 5; ++c) range.add(values[i + 4] * values[i + c]);
      }
      break;
    case DetectorFormat::yolov8:
      for (const float v : values.subspan(4 * cells, static_cast<size_t>(head.classes) * cells)) range.add(v);
      break;
  }
  return range;
}

/// A box that no input of this size can hold shows an export whose boxes are not what the format says.
Result<void> check_boxes(const Head& head, std::span<const OutputView> outputs) {
  const std::span<const float> values = outputs[0].values;
  if (head.format == DetectorFormat::yolox) {
    float most = 0;
    for (size_t i = 0; i < values.size(); i += static_cast<size_t>(head.classes) + 5)
      most = std::max({most, values[i + 2], values[i + 3]});
    if (most > 16) {  // e^16 cells wide
      return bad_input(
          fmt::format("its boxes are decoded already (found a width of {:.0f}); expected YOLOX's raw grid: export "
                      "without --decode_in_inference",
                      most));
    }
  } else if (head.format == DetectorFormat::yolov8) {
    float most = 0;
    for (const float v : values.first(4 * head.cells())) most = std::max(most, v);
    if (most <= 2) {
      return bad_input(fmt::format("its boxes lie within 0..{:.2f}; expected pixels of the {}x{} input", most,
                                   head.width, head.height));
    }
  }
  return {};
}

}  // namespace

size_t Head::cells() const {
  size_t n = 0;
  for (const Level& level : levels) n += level.cells();
  return n;
}

Result<Head> recognise(std::span<const OutputView> outputs, int width, int height,
                       std::optional<DetectorFormat> configured, std::optional<size_t> labels) {
  const Head blank{.width = width, .height = height, .levels = grid(width, height)};
  const auto cells = static_cast<int64_t>(blank.cells());
  const auto refuse = [&](const std::string& why) {
    return bad_input(fmt::format("{}found the outputs {} for an input of {}x{}; expected {}", why, describe(outputs),
                                 width, height, expected(configured, blank.cells(), width, height)));
  };
  if (outputs.empty()) return refuse("");
  std::optional<Head> head = outputs.size() == 1 ? as_yolo(outputs[0], blank) : as_nanodet(outputs, blank);
  if (!head) {
    const std::string stranger = known_stranger(outputs, cells);
    return refuse(stranger.empty() ? "it is no detector that Shrike reads: " : stranger + ": ");
  }
  const bool pose = head->format == DetectorFormat::yolov8 && outputs[0].shape[1] == kPoseChannels;
  if (pose && labels != kPoseChannels - 4) {
    return bad_input(
        fmt::format("it is a YOLOv8-pose model (found the output {}, 56 = 4 box + 1 person + 17 keypoints); expected a "
                    "detection model: name this one as `pose: model`, and it finds people and poses in one run",
                    describe(outputs)));
  }
  if (configured && head->format != *configured) {
    return refuse(
        fmt::format("it is configured as {} but looks like {}: ", to_string(*configured), to_string(head->format)));
  }
  return *std::move(head);
}

Result<Head> recognise_poses(std::span<const OutputView> outputs, int width, int height) {
  Head head{.format = DetectorFormat::yolov8, .classes = 1, .width = width, .height = height, .poses = true};
  head.levels = grid(width, height);
  const Shape expected_shape{1, kPoseChannels, static_cast<int64_t>(head.cells())};
  if (outputs.size() == 1 && outputs[0].shape == expected_shape) return head;
  return bad_input(
      fmt::format("it is no pose model: found the outputs {} for an input of {}x{}; expected "
                  "YOLOv8-pose's or YOLO11-pose's {} (a detection model is named as `detector: model`)",
                  describe(outputs), width, height, fmt::join(expected_shape, "x")));
}

void decode(const Head& head, std::span<const OutputView> outputs, float threshold, std::vector<float>& scratch,
            Detections& found) {
  switch (head.format) {
    case DetectorFormat::nanodet:
      return decode_nanodet(head, outputs, threshold, found);
    case DetectorFormat::yolox:
      return decode_yolox(head, outputs, threshold, found);
    case DetectorFormat::yolov8:
      return head.poses ? decode_yolo_pose(outputs[0].values, threshold, found)
                        : decode_yolov8(head, outputs, threshold, scratch, found);
  }
}

Result<void> check_outputs(const Head& head, std::span<const OutputView> outputs) {
  for (const OutputView& output : outputs) {
    if (!std::ranges::all_of(output.values, [](float v) { return std::isfinite(v); })) {
      return bad_input(fmt::format("its output '{}' holds values that are no numbers (NaN or infinite)", output.name));
    }
  }
  const Range scores = score_range(head, outputs);
  if (scores.least < -0.01F || scores.most > 1.01F) {
    return bad_input(
        fmt::format("its scores run from {:.3g} to {:.3g}; expected 0 to 1 (export it with its sigmoid, and as {})",
                    scores.least, scores.most, to_string(head.format)));
  }
  if (scores.most < kScoreAlive) {
    return bad_input(
        fmt::format("its scores never leave zero on the self-check picture (largest {:.2g}, expected {:g} or "
                    "more): it was damaged, by quantisation more often than not",
                    scores.most, kScoreAlive));
  }
  if (scores.most - scores.least < kScoreAlive) {
    return bad_input(fmt::format(
        "its scores are all the same on the self-check picture ({:.3g}): it does not see anything", scores.most));
  }
  return check_boxes(head, outputs);
}

}  // namespace shrike

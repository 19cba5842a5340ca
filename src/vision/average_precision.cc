#include "vision/average_precision.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <sstream>

#include "base/file.h"

namespace shrike {

namespace {

constexpr size_t kDetectionsMax = 100;  // a class and picture
constexpr size_t kLabelBytesMax = 10'000'000;
constexpr double kOutsideMax = 0.01;  // of the picture: what rounding in label files may do

double iou_threshold(size_t i) { return 0.5 + 0.05 * static_cast<double>(i); }

}  // namespace

/// Gives each detection, best first, the labelled box that it overlaps most and that none before it took.
void DetectionScorer::match(const std::vector<Box>& truth, const std::vector<Box>& found,
                            std::vector<Scored>& scored) const {
  const size_t first = scored.size() - found.size();
  for (size_t t = 0; t < kThresholds; ++t) {
    std::vector<bool> taken(truth.size(), false);
    for (size_t d = 0; d < found.size(); ++d) {
      double best = std::min(iou_threshold(t), 1 - 1e-10);
      size_t partner = truth.size();
      for (size_t g = 0; g < truth.size(); ++g) {
        const double overlap = taken[g] ? -1 : iou(truth[g], found[d]);
        if (overlap < best) continue;
        best = overlap;
        partner = g;
      }
      if (partner == truth.size()) continue;
      taken[partner] = true;
      scored[first + d].right[t] = true;
    }
  }
}

void DetectionScorer::add(const std::vector<TruthBox>& truth, const Detections& found) {
  ++pictures_;
  std::vector<size_t> order(found.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return found.scores[a] > found.scores[b]; });
  std::vector<std::vector<Box>> truth_boxes(truth_.size()), found_boxes(truth_.size());
  for (const TruthBox& t : truth) {
    const auto label = static_cast<size_t>(t.label);
    assert(label < truth_.size());
    ++truth_[label];
    truth_boxes[label].push_back(t.box);
  }
  for (const size_t i : order) {
    const auto label = static_cast<size_t>(found.classes[i]);
    assert(label < truth_.size());
    if (found_boxes[label].size() == kDetectionsMax) continue;
    found_boxes[label].push_back(found.boxes[i]);
    detections_[label].push_back({.score = found.scores[i]});
  }
  for (size_t label = 0; label < truth_.size(); ++label)
    match(truth_boxes[label], found_boxes[label], detections_[label]);
}

DetectionScore DetectionScorer::score() const {
  DetectionScore result{.pictures = pictures_};
  for (size_t label = 0; label < truth_.size(); ++label) {
    if (truth_[label] == 0) continue;
    std::vector<Scored> ranked = detections_[label];
    std::ranges::stable_sort(ranked, [](const Scored& a, const Scored& b) { return a.score > b.score; });
    ClassScore score{
        .label = static_cast<int>(label), .truth = truth_[label], .detections = static_cast<int>(ranked.size())};
    for (size_t t = 0; t < kThresholds; ++t) {
      // The best precision at this recall or a higher one, read at 101 recalls 0, 0.01, …, 1.
      std::vector<double> precision(ranked.size()), recall(ranked.size());
      int right = 0;
      for (size_t i = 0; i < ranked.size(); ++i) {
        right += ranked[i].right[t] ? 1 : 0;
        precision[i] = static_cast<double>(right) / static_cast<double>(i + 1);
        recall[i] = static_cast<double>(right) / truth_[label];
      }
      for (size_t i = ranked.size(); i-- > 1;) precision[i - 1] = std::max(precision[i - 1], precision[i]);
      double sum = 0;
      for (int r = 0; r <= 100; ++r) {
        const auto at = std::ranges::lower_bound(recall, r / 100.0) - recall.begin();
        if (static_cast<size_t>(at) < precision.size()) sum += precision[static_cast<size_t>(at)];
      }
      if (t == 0) score.ap50 = sum / 101;
      score.ap += sum / 101 / kThresholds;
    }
    result.truth += score.truth;
    result.map50 += score.ap50;
    result.map += score.ap;
    result.classes.push_back(score);
  }
  if (!result.classes.empty()) {
    result.map50 /= static_cast<double>(result.classes.size());
    result.map /= static_cast<double>(result.classes.size());
  }
  return result;
}

Result<std::vector<TruthBox>> load_yolo_labels(const std::filesystem::path& file, int classes, int width, int height) {
  TRY(const std::string text, read_file(file, kLabelBytesMax));
  std::vector<TruthBox> truth;
  std::istringstream lines(text);
  int row = 0;
  for (std::string line; std::getline(lines, line);) {
    ++row;
    const auto wrong = [&](const std::string& what) {
      return bad_input(fmt::format("{}:{}: {}", file.string(), row, what));
    };
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::istringstream fields(line);
    double label = -1, x = 0, y = 0, w = 0, h = 0;
    std::string rest;
    if (!(fields >> label >> x >> y >> w >> h) || (fields >> rest)) {
      return wrong(fmt::format("found '{}', expected `class x y w h`", line.substr(0, 80)));
    }
    if (label != std::floor(label) || label < 0 || label >= classes) {
      return wrong(fmt::format("found class {}, expected 0 to {}: the labels are another list than the model's", label,
                               classes - 1));
    }
    const auto inside = [](double centre, double size) {
      return size >= 0 && centre - size / 2 >= -kOutsideMax && centre + size / 2 <= 1 + kOutsideMax;
    };
    if (!inside(x, w) || !inside(y, h))
      return wrong("the box lies outside of the picture; expected centre and size in 0..1");
    const Box box{static_cast<float>((x - w / 2) * width), static_cast<float>((y - h / 2) * height),
                  static_cast<float>((x + w / 2) * width), static_cast<float>((y + h / 2) * height)};
    truth.push_back({box, static_cast<int>(label)});
  }
  return truth;
}

}  // namespace shrike

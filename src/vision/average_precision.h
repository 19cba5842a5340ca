#pragma once
// Detections scored against labelled boxes as COCO does: cocodataset.org/#detection-eval, and pycocotools' cocoeval.py.

#include <filesystem>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "vision/detections.h"

namespace shrike {

/// A labelled object. Boxes in pixels of the picture, or any other unit that the detections share.
struct TruthBox {
  Box box;
  int label = 0;
};

/// How well one class is found.
struct ClassScore {
  int label = 0;
  int truth = 0, detections = 0;  ///< boxes labelled, boxes found (the best 100 a picture)
  double ap50 = 0;                ///< average precision at IoU 0.50, 0..1
  double ap = 0;                  ///< mean over IoU 0.50, 0.55, …, 0.95
};

struct DetectionScore {
  std::vector<ClassScore> classes;  ///< those with at least one labelled box, by label
  int pictures = 0, truth = 0;
  double map50 = 0, map = 0;  ///< means over `classes`; 0 where there is none
};

/// Collects pictures, then scores all of them: 101-point interpolated precision, at most 100 detections a class and
/// picture, each labelled box found once. Feed it detections without a threshold.
class DetectionScorer {
 public:
  /// `classes`: how many labels there are.
  explicit DetectionScorer(int classes)
      : detections_(static_cast<size_t>(classes)), truth_(static_cast<size_t>(classes)) {}

  /// One picture. Labels of both must be below `classes`.
  void add(const std::vector<TruthBox>& truth, const Detections& found);
  [[nodiscard]] DetectionScore score() const;

 private:
  static constexpr size_t kThresholds = 10;  // IoU 0.50 … 0.95
  struct Scored {
    float score = 0;
    bool right[kThresholds] = {};
  };
  void match(const std::vector<Box>& truth, const std::vector<Box>& found, std::vector<Scored>& scored) const;

  std::vector<std::vector<Scored>> detections_;  // by class, pictures in order
  std::vector<int> truth_;                       // by class
  int pictures_ = 0;
};

/// Reads one picture's labels in YOLO's form, `class x y w h` a line, centre and size in 0..1 of the picture, to
/// pixels. Errors name file and row: not five numbers, a class of `classes` or more, a box outside of the picture.
[[nodiscard]] Result<std::vector<TruthBox>> load_yolo_labels(const std::filesystem::path& file, int classes, int width,
                                                             int height);

}  // namespace shrike

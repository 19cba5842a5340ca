#pragma once
// What a camera's detector gave, kept as a file: the boxes, scores, classes and appearances of a day in a few bytes
// each, so that a day of a store can be gone through again without its pictures. docs/simulated-store.md has the
// layout.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "vision/appearance.h"
#include "vision/detections.h"

namespace shrike {

/// How a detection looks: a share of one kept appearance and the rest of another, for whoever stands half hidden behind
/// somebody else is seen mixed with them.
struct RecordedLook {
  static constexpr uint16_t kNone = 0xFFFF;
  uint16_t first = kNone, second = kNone;  ///< rows of the file's appearances
  float second_share = 0;                  ///< 0..1
};

struct RecordedFrame {
  Timestamp time;
  Detections detections;          ///< pixels
  std::vector<float> appearance;  ///< kAppearanceSize a detection, zeros where there is none; empty without people
};

/// Writes one camera's day.
class RecordingWriter {
 public:
  /// `looks`: rows of kAppearanceSize, square roots of histograms of length 1, as appearance_of() makes them.
  static Result<RecordingWriter> open(const std::filesystem::path& file, int width, int height, Timestamp start,
                                      std::span<const float> looks);
  /// Frames in the order of their times; at most kFrameDetectionsMax detections. `looks` is one a detection.
  void add(Timestamp time, const Detections& detections, std::span<const RecordedLook> looks);
  Result<void> finish();

  static constexpr size_t kFrameDetectionsMax = 1000;

 private:
  RecordingWriter() = default;
  std::string file_;
  std::ofstream out_;
  std::string bytes_;
  Timestamp start_;
};

/// Reads it, frame by frame.
class Recording {
 public:
  static Result<Recording> open(const std::filesystem::path& file);
  /// From bytes already read, e.g. a fuzzer's; `name` stands for the file in messages.
  static Result<Recording> from_bytes(std::string bytes, const std::string& name);

  /// The next frame, or false at the end. Errors: a frame that is cut off, goes back in time, or says what cannot be.
  Result<bool> next(RecordedFrame& frame);
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }

 private:
  Recording() = default;
  static Result<Recording> begin(std::unique_ptr<std::istream> in, std::string name);
  Result<void> read_header();
  [[nodiscard]] bool take(void* to, size_t bytes);
  void add_appearance(const RecordedLook& look, std::vector<float>& rows) const;

  std::string name_;
  std::unique_ptr<std::istream> in_;
  int width_ = 0, height_ = 0;
  Timestamp start_;
  uint32_t last_ms_ = 0;
  uint64_t frames_ = 0;
  std::vector<float> looks_;
};

}  // namespace shrike

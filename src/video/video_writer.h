#pragma once
// Pictures into an H.264 MP4 that any browser plays.

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "video/frame.h"
#include "video/scale.h"

namespace shrike {

struct VideoWriterOptions {
  int width = 0, height = 0;  ///< made even, at least 2, because H.264 4:2:0 wants it; pictures are scaled to it
  double fps = 25;            ///< roughly; each picture keeps its own time
};

/// Encodes on the calling thread only (libx264, quick preset). The file appears under its name when finish() succeeds;
/// a writer that is dropped before leaves nothing behind.
class VideoWriter {
 public:
  static Result<VideoWriter> open(const std::filesystem::path& path, const VideoWriterOptions& options);
  VideoWriter(VideoWriter&&) noexcept;
  VideoWriter& operator=(VideoWriter&&) noexcept;
  ~VideoWriter();

  /// `time` must grow from picture to picture. Errors (unavailable): the disk is full or gone.
  Result<void> add(const Frame& frame);
  Result<void> add(const Picture& picture, Timestamp time);
  /// Returns the size of the file in bytes.
  Result<int64_t> finish();

 private:
  struct Work;
  explicit VideoWriter(std::unique_ptr<Work> work);
  Result<void> drain();

  std::unique_ptr<Work> work_;
};

}  // namespace shrike

#pragma once
// For the room's own .cc files.

#include <filesystem>
#include <optional>

#include "video/ffmpeg.h"

namespace shrike {

/// An MP4 with one video stream that either comes to be whole or not at all: written beside its name, its index moved
/// to the front so that a browser plays it while it loads, synced, renamed. Not finished: nothing is left. Errors
/// (unavailable) say what the disk said: full, folder not there or not writable.
class Mp4File {
 public:
  static Result<Mp4File> create(const std::filesystem::path& path, const AVCodecParameters& video);
  Mp4File(Mp4File&&) noexcept = default;
  Mp4File& operator=(Mp4File&&) = delete;
  ~Mp4File();

  /// A packet with its times in microseconds, in the order of decoding; the first one's dts becomes 0.
  Result<void> write(const AVPacket& packet);
  /// Returns the size of the file in bytes.
  Result<int64_t> finish();

 private:
  struct FreeOutput {
    void operator()(AVFormatContext* c) const {
      avio_closep(&c->pb);
      avformat_free_context(c);
    }
  };
  Mp4File() = default;
  [[nodiscard]] tl::unexpected<Error> failed(int error) const;

  std::filesystem::path path_, part_;
  std::unique_ptr<AVFormatContext, FreeOutput> output_;  ///< null once finished
  std::optional<int64_t> base_us_;
  int64_t last_dts_ = -1;
};

}  // namespace shrike

#pragma once
// One opened camera or file, as compressed packets. For the room's own .cc files; other rooms see Feed.

#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "site/config.h"
#include "video/ffmpeg.h"
#include "video/parameter_watch.h"
#include "video/url.h"

namespace shrike {

struct SourceOptions {
  std::string url;  ///< as CameraConfig::source
  RtspTransport transport = RtspTransport::tcp;
  double timeout_s = 5;  ///< no step takes longer: looking up the name, connecting, the next packet
};

/// Reads the video stream of a file, an RTSP camera or a V4L2 device. Errors are worded for the technician in the
/// store, name the source with its password hidden, and have kind
/// - unavailable: trying again may help: refused, unknown host, stalled, connection closed;
/// - bad_input: someone must change something: password, path, not a video, no video stream, larger than 8K.
/// Owned by one thread; `stop` ends any call early from another.
class Source {
 public:
  static Result<Source> open(const SourceOptions& options, std::stop_token stop);

  /// The next packet of the video stream; null at the end of a file, or when stopped.
  Result<ff::PacketPtr> read();

  /// The video stream's codec, size and out-of-band parameters as of opening. Never null.
  [[nodiscard]] const SharedParameters& parameters() const { return parameters_; }
  /// Unit of the packets' timestamps.
  [[nodiscard]] AVRational time_base() const { return stream_->time_base; }
  /// How long a frame lasts on average; 1/25 where the source does not know.
  [[nodiscard]] double frame_s() const;
  /// Of the whole file, from its header; 0 where unknown and for live sources.
  [[nodiscard]] double duration_s() const;
  /// The URL as it may be shown.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] SourceKind kind() const { return kind_; }

 private:
  /// What FFmpeg asks again and again while it blocks: go on, or give up?
  struct Patience {
    std::stop_token stop;
    double timeout_s = 0;
    double deadline_s = 0;
    void renew();
    [[nodiscard]] bool out() const;
  };
  struct CloseIo {
    void operator()(AVIOContext* io) const { avio_close(io); }
  };

  Source() = default;
  Result<void> open_file(const SourceOptions& options);
  Result<void> open_rtsp(const SourceOptions& options);
  Result<void> open_device(const SourceOptions& options);
  Result<void> connect(const AVInputFormat* format, const std::string& url, AVDictionary** options);
  Result<void> find_video();
  [[nodiscard]] tl::unexpected<Error> explain(int error) const;

  SourceKind kind_ = SourceKind::file;
  std::string name_;  ///< the URL with its password hidden
  bool had_credentials_ = false;
  std::unique_ptr<Patience> patience_;  ///< behind a pointer: FFmpeg keeps its address
  std::unique_ptr<AVIOContext, CloseIo> file_;
  ff::InputPtr input_;
  AVStream* stream_ = nullptr;
  SharedParameters parameters_;
};

}  // namespace shrike

#pragma once
// For the room's own .cc files.

#include <functional>

#include "video/ffmpeg.h"

namespace shrike {

/// Compressed packets in, pictures out; one thread. Survives anything: a packet that cannot be decoded is an error of
/// that call only.
class Decoder {
 public:
  static Result<Decoder> open(const AVCodecParameters& parameters);

  /// Decodes `packet` (null: gives out what the codec still holds back) and calls `take` for each picture that is
  /// ready, in presentation order; its best_effort_timestamp is in the packets' own unit, microseconds UTC. Errors
  /// (bad_input): the packet is damaged; the picture is larger than 8K.
  Result<void> decode(const AVPacket* packet, const std::function<void(ff::FramePtr)>& take);

  /// Whether the last error was for the picture's size.
  [[nodiscard]] bool too_large() const { return too_large_; }

 private:
  bool too_large_ = false;
  ff::CodecPtr codec_;
};

}  // namespace shrike

#pragma once
// For the room's own .cc files.

#include <memory>

#include "video/ffmpeg.h"

namespace shrike {

/// Shared, so that packets of the ring can say by identity which of them belong together.
using SharedParameters = std::shared_ptr<const AVCodecParameters>;
[[nodiscard]] SharedParameters copy_of(const AVCodecParameters& parameters);

/// Notices that a stream's codec parameters (resolution, H.264 parameter sets) change while it runs, whether the
/// container says so or only the packets themselves do. A clip must not mix the two.
class ParameterWatch {
 public:
  explicit ParameterWatch(SharedParameters parameters);

  /// The parameters that `packet` is decoded with.
  const SharedParameters& look(const AVPacket& packet);
  /// As of the last look.
  [[nodiscard]] const SharedParameters& parameters() const { return parameters_; }

 private:
  struct FreeFilter {
    void operator()(AVBSFContext* f) const { av_bsf_free(&f); }
  };
  void change(const AVPacket& packet, const uint8_t* extradata, size_t size);

  SharedParameters parameters_;
  std::unique_ptr<AVBSFContext, FreeFilter> extract_;  ///< null where parameter sets do not come in the packets
};

}  // namespace shrike

#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"

struct AVCodecParameters;
struct AVPacket;

namespace shrike {

/// One compressed picture of a camera.
struct RingPacket {
  std::shared_ptr<const AVPacket> packet;
  /// What a decoder must know beforehand. The same object for all packets between two changes of codec or size.
  std::shared_ptr<const AVCodecParameters> parameters;
  Timestamp time;        ///< when the picture is shown
  Timestamp decoded_at;  ///< when it is decoded: grows from packet to packet, and is not later than `time`
  bool key = false;      ///< decoding can begin here
};

struct PacketRingOptions {
  double seconds = 30;
  size_t bytes_max = 64U << 20U;
  std::vector<Polygon> black;  ///< 0..1; parts of the picture that nobody may see in a clip (fitting rooms)
};

/// The last seconds of one camera, compressed as they came, so that a clip can show what was before an incident.
/// Begins with a key frame, always; loses whole groups of pictures from its old end. One thread pushes, any may
/// collect.
class PacketRing {
 public:
  explicit PacketRing(PacketRingOptions options) : options_(std::move(options)) {}

  /// Never waits. A packet before the first key frame is left out.
  void push(RingPacket packet);
  /// The stream ended for good: wakes everyone who waits for more.
  void close();

  /// The packets of [from, to], begun at the last key frame at or before `from` that is still (or already) here.
  /// Waits for what is yet to come until `to` has passed, the ring is closed, or `patience_s` is over. Packets are
  /// taken as they come, so a span longer than the ring may be asked for; what is taken is limited to twice the ring's
  /// bytes.
  [[nodiscard]] std::vector<RingPacket> collect(Timestamp from, Timestamp to, double patience_s) const;

  struct Span {
    Timestamp from, to;
    size_t packets = 0, bytes = 0;
  };
  /// What is in the ring now; empty where there is nothing.
  [[nodiscard]] std::optional<Span> span() const;
  /// Of the last packet; none where the ring is empty.
  [[nodiscard]] std::shared_ptr<const AVCodecParameters> newest_parameters() const;
  [[nodiscard]] const std::vector<Polygon>& black() const { return options_.black; }

 private:
  void drop_oldest_group();
  [[nodiscard]] bool has_old_group() const;
  [[nodiscard]] uint64_t first_wanted(Timestamp from) const;

  PacketRingOptions options_;
  mutable std::mutex mutex_;
  mutable std::condition_variable more_;
  std::deque<RingPacket> packets_;
  uint64_t first_ = 0;  ///< number of packets_.front(), counted over the ring's life
  size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace shrike

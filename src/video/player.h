#pragma once
// One connection of a feed, from opening to its end. For the room's own .cc files.

#include <functional>
#include <optional>
#include <stop_token>

#include "video/decoder.h"
#include "video/packet_ring.h"
#include "video/presentation_clock.h"
#include "video/source.h"

namespace shrike {

struct PlayerOptions {
  SourceOptions source;
  Pace pace = Pace::realtime;  ///< of a file
  Timestamp file_start;        ///< UTC of a file's first picture
};

/// Reads packets, gives them their UTC, puts them into the ring, decodes what there is time for. One thread.
class Player {
 public:
  using TakePicture = std::function<Result<void>(ff::FramePtr, Timestamp)>;
  struct Counts {
    uint64_t damaged = 0;  ///< packets that could not be decoded, or not wholly
    uint64_t dropped = 0;  ///< packets left undecoded because decoding fell behind
  };

  /// `clock` and `ring` live on from connection to connection.
  static Result<Player> open(const PlayerOptions& options, PresentationClock& clock, PacketRing& ring,
                             std::stop_token stop);

  /// Plays the next packet and calls `take` for the pictures that it completes. False at a file's end and when stopped.
  /// An error ends the connection, whether it is ours or `take`'s.
  Result<bool> step(const TakePicture& take);

  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// Pictures decoded on this connection.
  [[nodiscard]] uint64_t pictures() const { return pictures_; }
  /// An error if the file ended long before its header says that it would.
  [[nodiscard]] Result<void> check_whole() const;

 private:
  Player(Source source, Decoder decoder, const PlayerOptions& options, PresentationClock& clock, PacketRing& ring,
         std::stop_token stop);
  double set_times(AVPacket& packet);
  void keep(const ff::PacketPtr& packet);
  [[nodiscard]] bool worth_decoding(bool key, double late_s);
  Result<void> decode(const AVPacket* packet, const TakePicture& take);
  [[nodiscard]] double wait_until_due(Timestamp time);

  Source source_;
  Decoder decoder_;
  ParameterWatch watch_;
  Pace pace_;
  double timeout_s_;
  PresentationClock* clock_;
  PacketRing* ring_;
  std::stop_token stop_;
  Counts counts_;
  uint64_t pictures_ = 0;
  std::optional<double> first_s_;  ///< stream time of the first packet
  double next_s_ = 0;              ///< … and of one that would follow the newest
  int64_t last_decoded_at_us_ = 0;
  bool key_seen_ = false;           ///< the ring takes nothing before
  bool skipping_ = false;           ///< fell behind: nothing is decoded before the next key frame
  double last_picture_s_ = 0;       ///< monotonic
  std::optional<Timestamp> begin_;  ///< UTC and …
  double begin_s_ = 0;              ///< … monotonic time at which a file in real time began
};

}  // namespace shrike

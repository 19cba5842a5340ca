#pragma once
#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "video/packet_ring.h"

namespace shrike {

struct Clip {
  Timestamp from, to;  ///< what it really shows: it begins with a key frame, and ends where the camera did
  int64_t bytes = 0;
  int pictures = 0;
  bool reencoded = false;  ///< false: the camera's own H.264, bit by bit
};

/// Writes [from, to] of a camera as an MP4 that a browser plays, waiting for what is yet to come until `to` has passed,
/// the camera's feed has ended, or `patience_s` is over; then with what there is.
/// H.264 (4:2:0, 8 bit) is copied as the camera sent it, begun at the last key frame at or before `from`. Other codecs,
/// a span over a change of resolution, and cameras with fitting rooms (which are black in every clip) are encoded anew,
/// at most 1920 wide.
/// Errors (unavailable): nothing of that span is in the ring; the disk is full, or the folder cannot be written. Then
/// no file is left, not even a half one.
[[nodiscard]] Result<Clip> cut_clip(const PacketRing& ring, Timestamp from, Timestamp to,
                                    const std::filesystem::path& file, double patience_s);

/// Whether a clip of what the ring holds now would be encoded anew rather than copied; false while it holds nothing.
[[nodiscard]] bool must_encode(const PacketRing& ring);

}  // namespace shrike

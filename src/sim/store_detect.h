#pragma once
// What the detector behind a simulated camera finds of the people who are there: it misses, invents, and sees badly
// what is half hidden.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "sim/store_camera.h"
#include "sim/store_people.h"

namespace shrike {

struct DetectedDay {
  size_t frames = 0, detections = 0;
  /// Truth: by detection in the order of the file, the person's id, or 0 for a box that nobody made.
  std::vector<uint16_t> who;
};

/// Writes one camera's recording (watch/recording.h) of the day that begins at `midnight`. `blind_from_s`,
/// `blind_to_s`: a stretch in which the camera is lost; equal: none.
[[nodiscard]] Result<DetectedDay> detect_day(const StorePlan& plan, const StoreDay& day, const StoreCamera& camera,
                                             size_t camera_number, Timestamp midnight,
                                             const std::filesystem::path& file, double blind_from_s = 0,
                                             double blind_to_s = 0);

}  // namespace shrike

#include "track/mot_run.h"

#include <cmath>

namespace shrike {
namespace {

double rounded(double pixels) { return std::round(pixels * 100) / 100; }

Box to_box(const MotRow& row) {
  return {static_cast<float>(row.left), static_cast<float>(row.top), static_cast<float>(row.left + row.width),
          static_cast<float>(row.top + row.height)};
}

MotRow to_row(int frame, const Track& track) {
  return {.frame = frame,
          .id = track.id,
          .left = rounded(track.box.x1),
          .top = rounded(track.box.y1),
          .width = rounded(track.box.width()),
          .height = rounded(track.box.height()),
          .confidence = track.score,
          .label = 1};
}

}  // namespace

std::vector<MotRow> track_sequence(const MotSequence& sequence, const std::vector<MotRow>& detections,
                                   const TrackerOptions& options) {
  Tracker tracker(options);
  std::vector<MotRow> results;
  Detections seen;
  auto next = detections.begin();
  for (int frame = 1; frame <= sequence.frames; ++frame) {
    seen.clear();
    for (; next != detections.end() && next->frame == frame; ++next)
      seen.add(to_box(*next), static_cast<float>(next->confidence), options.person_label);
    const PictureAt picture{Timestamp{}.plus_s((frame - 1) / sequence.fps), sequence.width, sequence.height};
    for (const Track& track : tracker.update(seen, picture)) results.push_back(to_row(frame, track));
  }
  return results;
}

}  // namespace shrike

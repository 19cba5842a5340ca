#include "watch/camera_view.h"

#include <algorithm>

namespace shrike {
namespace {

constexpr double kAtLeastEvery_s = 1;   // so that the mind's clock goes on while nothing happens
constexpr double kPeopleEvery_s = 0.2;  // so that it knows who stood where when a shelf or a till speaks

}  // namespace

double tell_every_s(bool anybody) { return anybody ? kPeopleEvery_s : kAtLeastEvery_s; }

Box relative_box(const Box& pixels, const PictureAt& picture) {
  const auto w = static_cast<float>(picture.width), h = static_cast<float>(picture.height);
  return {pixels.x1 / w, pixels.y1 / h, pixels.x2 / w, pixels.y2 / h};
}

std::vector<PersonSeen> people_seen(const PictureAt& picture, std::span<const VisitTrack> present,
                                    std::span<const Track> tracks, std::span<const float> looks,
                                    const BehaviourEngine& behaviour) {
  std::vector<PersonSeen> people;
  const size_t width = tracks.empty() ? 0 : looks.size() / tracks.size();
  for (const VisitTrack& one : present) {
    if (one.track.missed > 0) continue;
    const auto row = static_cast<size_t>(std::ranges::find(tracks, one.track.id, &Track::id) - tracks.begin());
    const auto look = row < tracks.size() ? looks.subspan(row * width, width) : std::span<const float>();
    people.push_back({.camera_visit_id = one.visit_id,
                      .track_id = one.track.id,
                      .box = relative_box(one.track.box, picture),
                      .zones = behaviour.zones_of(one.visit_id),
                      .continuity = one.continuity,
                      .appearance = {look.begin(), look.end()}});
  }
  return people;
}

VisitRecord ended_record(const Visit& visit, const std::string& camera) {
  return {.visit_id = visit.id,
          .camera = camera,
          .track_id = visit.tracks.empty() ? 0 : visit.tracks.back(),
          .from = visit.begun,
          .to = visit.seen};
}

}  // namespace shrike

#pragma once
// What a camera tells the mind of its people, made of its tracker's, visits' and behaviour's state: in one way for the
// running store and for a recorded day.

#include <span>
#include <string>
#include <vector>

#include "behaviour/engine.h"
#include "risk/store_mind.h"
#include "track/visits.h"

namespace shrike {

/// How often a camera speaks that has nothing new to say.
[[nodiscard]] double tell_every_s(bool anybody);

/// 0..1 of the picture.
[[nodiscard]] Box relative_box(const Box& pixels, const PictureAt& picture);

/// Those who are seen in this picture, not only held on to. `looks`: one row a track, all of one length; may be empty.
[[nodiscard]] std::vector<PersonSeen> people_seen(const PictureAt& picture, std::span<const VisitTrack> present,
                                                  std::span<const Track> tracks, std::span<const float> looks,
                                                  const BehaviourEngine& behaviour);

[[nodiscard]] VisitRecord ended_record(const Visit& visit, const std::string& camera);

}  // namespace shrike

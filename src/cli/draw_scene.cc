#include "cli/draw_scene.h"

#include <array>
#include <fmt/format.h>
#include <utility>

namespace shrike {
namespace {

constexpr Colour kPerson{38, 132, 255};
constexpr Colour kAlert{229, 72, 47};
constexpr Colour kInk{255, 255, 255};
constexpr Colour kThing{120, 120, 120};

Colour colour_of(ZoneKind kind) {
  switch (kind) {
    case ZoneKind::high_risk:
      return {214, 140, 20};
    case ZoneKind::restricted:
      return {190, 60, 90};
    case ZoneKind::checkout:
      return {40, 150, 90};
    case ZoneKind::entrance:
    case ZoneKind::exit:
      return {90, 110, 200};
    case ZoneKind::staff:
    case ZoneKind::shelf:
    case ZoneKind::fitting_room:
      return {110, 110, 110};
  }
  return kThing;
}

/// COCO's joints that a line joins.
constexpr std::array<std::pair<BodyJoint, BodyJoint>, 12> kBones{{{kLeftShoulder, kRightShoulder},
                                                                  {kLeftHip, kRightHip},
                                                                  {kLeftShoulder, kLeftHip},
                                                                  {kRightShoulder, kRightHip},
                                                                  {kLeftShoulder, kLeftElbow},
                                                                  {kLeftElbow, kLeftWrist},
                                                                  {kRightShoulder, kRightElbow},
                                                                  {kRightElbow, kRightWrist},
                                                                  {kLeftHip, kLeftKnee},
                                                                  {kLeftKnee, kLeftAnkle},
                                                                  {kRightHip, kRightKnee},
                                                                  {kRightKnee, kRightAnkle}}};
constexpr float kJointSeen = 0.25F;  // score from which a joint is drawn
constexpr Colour kBone{80, 220, 120}, kWrist{250, 204, 21};

void draw_pose(Canvas& canvas, const Pose& pose, float w, float h) {
  const auto at = [&](BodyJoint j) { return Point{pose[j].x * w, pose[j].y * h}; };
  const auto seen = [&](BodyJoint j) { return pose[j].score >= kJointSeen; };
  for (const auto& [from, to] : kBones)
    if (seen(from) && seen(to)) canvas.line(at(from), at(to), kBone, 1.5F);
  for (const BodyJoint wrist : {kLeftWrist, kRightWrist}) {
    const Point p = at(wrist);
    if (seen(wrist)) canvas.box({p.x - 1, p.y - 1, p.x + 2, p.y + 2}, kWrist);
  }
}

}  // namespace

void draw_scene(Canvas& canvas, const std::vector<Zone>& zones, const std::vector<LiveTrack>& tracks,
                const Font& font) {
  const auto w = static_cast<float>(canvas.picture().width), h = static_cast<float>(canvas.picture().height);
  for (const auto& zone : zones) {
    canvas.polygon(zone.polygon, colour_of(zone.kind), 0.10F);
    const Point corner = zone.polygon.front();
    canvas.label({corner.x * w, corner.y * h}, zone.name, font, kInk, colour_of(zone.kind));
  }
  for (const auto& track : tracks) {
    const Box box{track.box.x1 * w, track.box.y1 * h, track.box.x2 * w, track.box.y2 * h};
    const bool person = track.label == "person";
    const Colour colour = track.risk >= 0.5 ? kAlert : person ? kPerson : kThing;
    canvas.box(box, colour);
    const auto name = person ? fmt::format("{}", track.id) : fmt::format("{} {}", track.label, track.id);
    canvas.label({box.x1, box.y1}, name, font, kInk, colour);
    if (track.pose) draw_pose(canvas, *track.pose, w, h);
  }
}

}  // namespace shrike

#include "behaviour/concealment_clips.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <fmt/format.h>

namespace shrike {
namespace {

constexpr double kTolerance_s = 1e-4;  // between a step's time and a frame's

Result<ScoredClip> empty_clip(const PoseClip& clip, const std::vector<bool>& theft) {
  if (!theft.empty() && theft.size() < static_cast<size_t>(clip.frames))
    return bad_input(fmt::format("{}: found {} labels, expected one for each of its {} frames or more", clip.name,
                                 theft.size(), clip.frames));
  const size_t n = std::max(theft.size(), static_cast<size_t>(clip.frames));
  ScoredClip out{.name = clip.name, .camera = clip.camera(), .theft = theft, .fps = clip.fps};
  out.theft.resize(n, false);
  out.person.resize(n, false);
  out.score.resize(n, kNobodyScore);
  return out;
}

void raise(ScoredClip& clip, int frame, float score) {
  const auto at = static_cast<size_t>(frame);
  clip.score[at] = clip.person[at] ? std::max(clip.score[at], score) : score;
  clip.person[at] = true;
}

Box box_of(const Pose& pose) {
  Box box{.x1 = INFINITY, .y1 = INFINITY, .x2 = -INFINITY, .y2 = -INFINITY};
  for (const Joint& joint : pose) {
    if (!std::isfinite(joint.x) || !std::isfinite(joint.y)) continue;
    box.x1 = std::min(box.x1, joint.x);
    box.x2 = std::max(box.x2, joint.x);
    box.y1 = std::min(box.y1, joint.y);
    box.y2 = std::max(box.y2, joint.y);
  }
  return box.x1 <= box.x2 ? box : Box{};
}

// Heights of the body that the box's middle moved, over the last second.
float box_travel(const PoseClip& clip, const PosePerson& person, size_t i) {
  size_t from = i;
  while (from > 0 && person.frames[i] - person.frames[from - 1] <= static_cast<int>(clip.fps)) --from;
  const Box now = box_of(person.poses[i]), then = box_of(person.poses[from]);
  return std::hypot(now.centre().x - then.centre().x, now.centre().y - then.centre().y) / std::max(now.height(), 1.F);
}

}  // namespace

Result<ScoredClip> score_clip(const PoseClip& clip, const std::vector<bool>& theft, const StepScorer& scorer) {
  TRY(auto out, empty_clip(clip, theft));
  for (const PosePerson& person : clip.people) {
    const auto steps = clip.steps_of(person);
    TRY(const auto scores, scorer(steps));
    assert(scores.size() == steps.size());
    for (const int frame : person.frames) {
      const double time_s = frame / clip.fps;
      const auto near =
          std::ranges::lower_bound(steps, time_s - PoseSteps::kStep_s / 2 - kTolerance_s, {}, &BodyStep::time_s);
      const bool has = near != steps.end() && near->time_s <= time_s + PoseSteps::kStep_s / 2 + kTolerance_s;
      raise(out, frame, has ? scores[static_cast<size_t>(near - steps.begin())] : kNobodyScore);
    }
  }
  return out;
}

const std::vector<NoPoseBaseline>& no_pose_baselines() {
  static const std::vector<NoPoseBaseline> all = {
      {"somebody is here", [](const PoseClip&, const PosePerson&, size_t) { return 1.F; }},
      {"time in view",
       [](const PoseClip& clip, const PosePerson& person, size_t i) {
         return static_cast<float>(person.frames[i] - person.frames.front()) / static_cast<float>(clip.fps);
       }},
      {"new in view",
       [](const PoseClip& clip, const PosePerson& person, size_t i) {
         return -static_cast<float>(person.frames[i] - person.frames.front()) / static_cast<float>(clip.fps);
       }},
      {"stands still",
       [](const PoseClip& clip, const PosePerson& person, size_t i) { return -box_travel(clip, person, i); }},
      {"moves", [](const PoseClip& clip, const PosePerson& person, size_t i) { return box_travel(clip, person, i); }},
      {"wide box",
       [](const PoseClip&, const PosePerson& person, size_t i) {
         const Box box = box_of(person.poses[i]);
         return box.width() / std::max(box.height(), 1.F);
       }},
      {"near the camera",
       [](const PoseClip&, const PosePerson& person, size_t i) { return box_of(person.poses[i]).height(); }},
  };
  return all;
}

Result<ScoredClip> score_clip(const PoseClip& clip, const std::vector<bool>& theft, const NoPoseBaseline& baseline) {
  TRY(auto out, empty_clip(clip, theft));
  for (const PosePerson& person : clip.people)
    for (size_t i = 0; i < person.frames.size(); ++i) raise(out, person.frames[i], baseline.score(clip, person, i));
  return out;
}

}  // namespace shrike

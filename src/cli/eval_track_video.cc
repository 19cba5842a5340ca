#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/progress.h"
#include "cli/eval_track.h"
#include "cli/mot_table.h"
#include "track/mot_eval.h"
#include "track/mot_files.h"
#include "track/tracker.h"
#include "track/visits.h"
#include "video/play_file.h"
#include "vision/appearance.h"
#include "vision/default_model.h"
#include "vision/detector.h"

namespace shrike {
namespace {

MotRow to_row(int frame, int64_t id, const Box& box) {
  return {.frame = frame, .id = id, .left = box.x1, .top = box.y1, .width = box.width(), .height = box.height()};
}

/// Follows everybody, with or without appearance, and writes down who was where.
class Follower {
 public:
  Follower(const TrackerOptions& options, bool appearance)
      : appearance_(appearance),
        tracker_(options),
        visits_({}, {}, [this](Timestamp) { return std::to_string(++visits_made_); }) {}

  void see(int frame, const PictureAt& picture, const Detections& detections, std::span<const float> appearance) {
    if (!appearance_) appearance = {};
    const auto tracks = tracker_.update(detections, picture, appearance);
    for (const Track& track : tracks) {
      if (track.label == 0) track_rows.push_back(to_row(frame, track.id, track.box));
    }
    for (const VisitTrack& present : visits_.update(picture, tracks, tracker_.appearance()).present)
      visit_rows.push_back(to_row(frame, std::stoll(present.visit_id), present.track.box));
  }

  std::vector<MotRow> track_rows, visit_rows;

 private:
  bool appearance_;
  int visits_made_ = 0;
  Tracker tracker_;
  Visits visits_;
};

/// Takes the frames of the video, on the feed's thread.
class Watcher {
 public:
  Watcher(const Detector& detector, const MotSequence& sequence, const TrackerOptions& options)
      : detector_(detector),
        sequence_(sequence),
        score_high_(options.score_high),
        progress_("looking at the video", sequence.frames),
        motion_only(options, false),
        with_appearance(options, true) {}

  Result<void> see(const Frame& frame) {
    if (frame.width != sequence_.width || frame.height != sequence_.height) {
      return bad_input(fmt::format("found pictures of {}x{}, expected {}x{} as in seqinfo.ini", frame.width,
                                   frame.height, sequence_.width, sequence_.height));
    }
    TRY(const Detections found, detector_.detect(frame));
    progress_.at(++frames);
    const PictureAt picture{frame.time, frame.width, frame.height};
    motion_only.see(frames, picture, found, {});
    with_appearance.see(frames, picture, found, appearance_of(frame, found, score_high_));
    return {};
  }

 private:
  const Detector& detector_;
  const MotSequence& sequence_;
  float score_high_;  // appearance of weaker detections is not looked at
  Progress progress_;

 public:
  Follower motion_only, with_appearance;
  int frames = 0;
};

struct Scored {
  std::string name;
  size_t ids = 0;
  MotScore score;
};

size_t count_ids(const std::vector<MotRow>& rows) {
  std::set<int64_t> ids;
  for (const MotRow& row : rows) ids.insert(row.id);
  return ids.size();
}

void print(const EvalTrackVideoArgs& args, const std::vector<Scored>& all, size_t people) {
  if (args.json) {
    nlohmann::json out = {{"people", people}, {"results", nlohmann::json::array()}};
    for (const Scored& one : all) {
      nlohmann::json row = mot_json(one.score);
      row["what"] = one.name;
      row["ids"] = one.ids;
      out["results"].push_back(row);
    }
    std::cout << out.dump(2) << "\n";
    return;
  }
  print_mot_header(fmt::format("{} people", people));
  for (const Scored& one : all) print_mot_row(fmt::format("{} {}", one.ids, one.name), one.score);
}

}  // namespace

Result<void> eval_track_video(const EvalTrackVideoArgs& args) {
  TRY(const MotSequence sequence, read_seqinfo(args.sequence / "seqinfo.ini"));
  TRY(const auto truth, read_mot(args.sequence / "gt" / "gt.txt", MotKind::truth, sequence.frames));
  const TrackerOptions options = TrackerOptions::for_detector(args.threshold);
  TRY(const Detector detector,
      Detector::load({.model = args.model.empty() ? default_model() : args.model, .threshold = options.score_min}));
  Watcher watcher(detector, sequence, options);
  TRY_VOID(play_file(args.video, [&](const Frame& frame) { return watcher.see(frame); }));
  if (watcher.frames != sequence.frames) {
    return bad_input(fmt::format("{}: found {} frames, expected the {} of {}", args.video.string(), watcher.frames,
                                 sequence.frames, (args.sequence / "seqinfo.ini").string()));
  }
  std::vector<Scored> all;
  const auto add = [&](const char* name, const std::vector<MotRow>& rows) {
    all.push_back({name, count_ids(rows), score_mot(truth, rows)});
  };
  add("tracks, motion only", watcher.motion_only.track_rows);
  add("tracks", watcher.with_appearance.track_rows);
  add("visits, motion only", watcher.motion_only.visit_rows);
  add("visits", watcher.with_appearance.visit_rows);
  print(args, all, count_ids(truth));
  return {};
}

}  // namespace shrike

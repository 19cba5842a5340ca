#include "watch/pipeline.h"

#include <algorithm>

#include "base/log.h"
#include "video/picture.h"
#include "watch/camera_view.h"

namespace shrike {
namespace {

constexpr size_t kSeenMax = 4;
constexpr int kLiveWidthMax = 960;
constexpr int kLiveQuality = 70;

Pose relative_pose(Pose pose, const Frame& frame) {
  for (Joint& joint : pose) {
    joint.x /= static_cast<float>(frame.width);
    joint.y /= static_cast<float>(frame.height);
  }
  return pose;
}

const VisitTrack* visit_of(const VisitsUpdate& visits, int64_t track_id) {
  const auto it = std::ranges::find(visits.present, track_id, [](const VisitTrack& v) { return v.track.id; });
  return it == visits.present.end() ? nullptr : &*it;
}

}  // namespace

Pipeline::Pipeline(Parts parts)
    : parts_(std::move(parts)),
      metrics_(parts_.metrics.camera(parts_.camera.name)),
      seen_(kSeenMax, WhenFull::wait),
      tracker_(parts_.tracker),
      visits_({}, parts_.camera.zones),
      behaviour_(parts_.camera, parts_.rules, parts_.labels),
      bodies_(parts_.camera, parts_.labels, parts_.concealment),
      whole_(parts_.camera.floor_points) {
  thread_ = std::thread([this] { run(); });
}

Pipeline::~Pipeline() { stop(); }

void Pipeline::stop() {
  seen_.close();
  if (thread_.joinable()) thread_.join();
}

void Pipeline::run() {
  Resequencer order;
  bool over = false;
  while (!over) {
    auto seen = seen_.pop();
    if (!seen) break;
    order.put(std::move(*seen));
    while (auto next = order.next()) {
      over = !next->frame;
      if (over) break;
      analyse(*next);
    }
  }
  finish();
}

void Pipeline::analyse(const SeenFrame& seen) {
  const Frame& frame = *seen.frame;
  const PictureAt picture{frame.time, frame.width, frame.height};
  newest_ = frame.time;
  if (seen.detected) {
    parts_.metrics.inference_s.Observe(seen.inference_s);
    metrics_.detections.Increment(static_cast<double>(seen.detections.size()));
  }
  const auto tracks =
      seen.detected ? tracker_.update(seen.detections, picture, seen.appearance) : tracker_.hold(picture);
  auto visits = visits_.update(picture, tracks, tracker_.appearance());
  auto items = see_bodies(seen, tracks, visits);
  whole_.complete(picture, visits.present);
  auto observation = observe(seen, tracks, visits);
  const bool silent = observation.evidence.empty() && observation.ended.empty();
  if (!silent || seconds_between(told_, frame.time) >= tell_every_s(!visits.present.empty())) {
    observation.people = people_seen(picture, visits.present, tracks, tracker_.appearance(), behaviour_);
    told_ = frame.time;
    parts_.tell(std::move(observation));
  }
  for (auto& item : items) parts_.tell(std::move(item));
  show(seen, tracks, visits);
}

Result<BodyNews> Pipeline::body_news(const SeenFrame& seen, std::span<const Track> tracks, const VisitsUpdate& visits) {
  const PictureAt picture{seen.frame->time, seen.frame->width, seen.frame->height};
  if (!seen.detected) return bodies_.hold(picture, visits.present, tracks);
  const auto wanted =
      bodies_.wanted(picture, visits.present, [this](const std::string& id) { return parts_.board.risk(id); });
  const double start_s = monotonic_s();
  TRY(const auto poses, parts_.poses->make(seen, visits.present, wanted));
  if (!poses.empty()) {
    metrics_.poses.Increment(static_cast<double>(poses.size()));
    parts_.metrics.pose_s.Observe((monotonic_s() - start_s) / static_cast<double>(poses.size()));
  }
  return bodies_.see(picture, visits.present, tracks, poses);
}

std::vector<ItemEvent> Pipeline::see_bodies(const SeenFrame& seen, std::span<const Track> tracks,
                                            const VisitsUpdate& visits) {
  if (!parts_.poses) return {};
  auto news = body_news(seen, tracks, visits);
  if (!news) {
    spdlog::error("{}: poses failed: {}", parts_.camera.name, news.error().message);
    return {};
  }
  for (auto& sign : news->signs) behaviour_.note(sign.visit_id, sign.zone, sign.sign, std::move(sign.fact));
  return std::move(news->items);
}

Observation Pipeline::observe(const SeenFrame& seen, std::span<const Track> tracks, const VisitsUpdate& visits) {
  const Frame& frame = *seen.frame;
  Observation observation{{.camera = parts_.camera.name, .time = frame.time}};
  add(observation, behaviour_.observe({frame.time, frame.width, frame.height}, visits.present, tracks), visits);
  end_visits(observation, visits.ended);
  if (!observation.evidence.empty()) observation.frame = frame;
  return observation;
}

void Pipeline::add(Observation& observation, Behaviour behaviour, const VisitsUpdate& visits) const {
  for (auto& found : behaviour.evidence) {
    for (const auto& present : visits.present) {
      if (present.visit_id == found.visit_id) observation.boxes[found.visit_id] = present.track.box;
    }
    observation.evidence.push_back(std::move(found));
  }
  for (auto& trace : behaviour.traces) observation.traces.push_back(std::move(trace));
}

void Pipeline::end_visits(Observation& observation, const std::vector<EndedVisit>& ended) {
  for (const auto& [visit, end, last_box] : ended) {
    add(observation, behaviour_.visit_ended(visit.id), {});
    bodies_.forget(visit.id);
    observation.boxes[visit.id] = last_box;
    observation.ended.push_back(ended_record(visit, parts_.camera.name));
  }
}

void Pipeline::show(const SeenFrame& seen, std::span<const Track> tracks, const VisitsUpdate& visits) {
  const Frame& frame = *seen.frame;
  const PictureAt picture{frame.time, frame.width, frame.height};
  LiveFrame live{.seq = frame.seq, .time = frame.time, .width = frame.width, .height = frame.height};
  for (const auto& track : tracks) {
    LiveTrack shown{.id = track.id, .box = relative_box(track.box, picture)};
    if (static_cast<size_t>(track.label) < parts_.labels.size()) {
      shown.label = parts_.labels[static_cast<size_t>(track.label)];
    }
    if (const auto* visit = visit_of(visits, track.id)) {
      shown.visit_id = visit->visit_id;
      shown.risk = parts_.board.risk(visit->visit_id);
      shown.zones = behaviour_.zones_of(visit->visit_id);
      if (const Pose* pose = bodies_.pose_of(visit->visit_id)) shown.pose = relative_pose(*pose, frame);
    }
    live.tracks.push_back(std::move(shown));
  }
  if (parts_.on_frame) parts_.on_frame({parts_.camera.name, frame, live});
  if (parts_.board.wanted(parts_.camera.name)) {
    if (auto jpeg = encode_jpeg(frame, kLiveQuality, kLiveWidthMax)) {
      live.jpeg = std::make_shared<const std::string>(std::move(*jpeg));
    } else {
      spdlog::warn("{}: no live picture: {}", parts_.camera.name, jpeg.error().message);
    }
  }
  parts_.board.put_frame(parts_.camera.name, std::move(live));
}

void Pipeline::finish() {
  Observation last{{.camera = parts_.camera.name, .time = newest_}};
  end_visits(last, visits_.finish());
  parts_.tell(std::move(last));
  if (parts_.on_over) parts_.on_over();
}

}  // namespace shrike

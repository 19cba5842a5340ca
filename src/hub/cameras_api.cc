#include "hub/cameras_api.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/local_time.h"

namespace shrike {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kFramesKept =
    24;  // a camera at 10 frames a second: a client may take two seconds between two requests

Json to_json(const Zone& zone) {
  Json polygon = Json::array();
  for (const auto& corner : zone.polygon) polygon.push_back({corner.x, corner.y});
  return {{"name", zone.name},
          {"kind", to_string(zone.kind)},
          {"polygon", std::move(polygon)},
          {"loitering_s", zone.loitering_s}};
}

/// Rounded to a pixel of an 8K picture: a frame with twenty skeletons stays small.
Json to_json(const std::optional<Pose>& pose) {
  if (!pose) return nullptr;
  const auto short_of = [](float v) { return std::isfinite(v) ? std::round(v * 1e4) / 1e4 : 0.0; };
  Json joints = Json::array();
  for (const Joint& j : *pose) joints.push_back({short_of(j.x), short_of(j.y), short_of(j.score)});
  return joints;
}

Json to_json(const std::string& camera, const LiveFrame& frame, const std::string& time_zone) {
  Json tracks = Json::array();
  for (const auto& track : frame.tracks) {
    tracks.push_back({{"id", track.id},
                      {"label", track.label},
                      {"box", {track.box.x1, track.box.y1, track.box.x2, track.box.y2}},
                      {"visit_id", track.visit_id},
                      {"risk", track.risk},
                      {"zones", track.zones},
                      {"pose", to_json(track.pose)}});
  }
  return {{"camera", camera},           {"seq", frame.seq},       {"time", local_rfc3339(frame.time, time_zone)},
          {"width", frame.width},       {"height", frame.height}, {"has_picture", frame.jpeg != nullptr},
          {"tracks", std::move(tracks)}};
}

const CameraConfig* find_camera(const SiteConfig& site, const std::string& name) {
  const auto it = std::find_if(site.cameras.begin(), site.cameras.end(), [&](const auto& c) { return c.name == name; });
  return it == site.cameras.end() ? nullptr : &*it;
}

Response list(const SiteConfig& site, const LiveBoard& board) {
  const auto statuses = board.statuses();
  Json cameras = Json::array();
  for (const auto& camera : site.cameras) {
    const auto known =
        std::find_if(statuses.begin(), statuses.end(), [&](const auto& status) { return status.name == camera.name; });
    Json json = to_json(known == statuses.end() ? CameraStatus{.name = camera.name} : *known, site.time_zone);
    Json zones = Json::array();
    for (const auto& zone : camera.zones) zones.push_back(to_json(zone));
    json["zones"] = std::move(zones);
    cameras.push_back(std::move(json));
  }
  return json_response({{"store_id", site.store}, {"time_zone", site.time_zone}, {"cameras", std::move(cameras)}});
}

Response no_picture() {
  return error_response(404, "no_picture", "there is no picture of this frame; ask for the camera's frame again",
                        "seq");
}

Response send_picture(std::shared_ptr<const std::string> jpeg, int64_t seq) {
  return {.content_type = "image/jpeg",
          .headers = {{"Cache-Control", "private, no-store"}, {"X-Frame-Seq", std::to_string(seq)}},
          .body = std::move(jpeg)};
}

Response picture(const Request& request, const std::string& camera, FrameShelf& shelf) {
  const auto it = request.query.find("seq");
  if (it == request.query.end()) {
    const auto frame = shelf.newest(camera);
    return frame && frame->jpeg ? send_picture(frame->jpeg, frame->seq) : no_picture();
  }
  int64_t seq = 0;
  const auto& text = it->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (error != std::errc() || end != text.data() + text.size()) {
    return error_response(400, "bad_value", fmt::format("'{}' is not the seq of a frame", text.substr(0, 40)), "seq");
  }
  auto jpeg = shelf.picture(camera, seq);
  return jpeg ? send_picture(std::move(jpeg), seq) : no_picture();
}

}  // namespace

std::optional<LiveFrame> FrameShelf::newest(const std::string& camera) {
  board_.want(camera);
  auto frame = board_.frame(camera);
  if (!frame || !frame->jpeg) return frame;
  std::lock_guard lock(mutex_);
  auto& kept = kept_[camera];
  const bool is_known = std::any_of(kept.begin(), kept.end(), [&](const auto& f) { return f.seq == frame->seq; });
  if (!is_known) kept.push_back(*frame);
  if (kept.size() > kFramesKept) kept.pop_front();
  return frame;
}

std::shared_ptr<const std::string> FrameShelf::picture(const std::string& camera, int64_t seq) const {
  board_.want(camera);
  std::lock_guard lock(mutex_);
  const auto it = kept_.find(camera);
  if (it == kept_.end()) return nullptr;
  for (const auto& frame : it->second) {
    if (frame.seq == seq) return frame.jpeg;
  }
  return nullptr;
}

Json to_json(const CameraStatus& status, const std::string& time_zone) {
  const auto since = local_rfc3339(status.since, time_zone);
  return {{"name", status.name},
          {"state", status.state},
          {"last_error", status.last_error},
          {"since", status.since == Timestamp{} ? Json() : Json(since)},
          {"fps", status.fps},
          {"frames", status.frames},
          {"dropped", status.dropped},
          {"skipped_by_motion_gate", status.skipped_by_motion_gate},
          {"reconnects", status.reconnects},
          {"clock_offset_s", status.clock_offset_s}};
}

void add_camera_routes(Router& router, const SiteConfig& site, LiveBoard& board, FrameShelf& shelf) {
  const auto unknown = [](const std::string& name) {
    return error_response(404, "not_found", fmt::format("no camera '{}'", name.substr(0, 80)), "name");
  };
  router.add(Method::get, "/api/v1/cameras", [&](const Request&, const PathParameters&) { return list(site, board); });
  router.add(Method::get, "/api/v1/cameras/{name}/frame",
             [&site, &shelf, unknown](const Request&, const PathParameters& parameters) {
               const auto& name = parameters.at("name");
               if (find_camera(site, name) == nullptr) return unknown(name);
               const auto frame = shelf.newest(name);
               if (!frame) return Response{.status = 204, .content_type = ""};  // it has not shown anything yet
               return json_response(to_json(name, *frame, site.time_zone));
             });
  router.add(Method::get, "/api/v1/cameras/{name}/frame.jpg",
             [&site, &shelf, unknown](const Request& request, const PathParameters& parameters) {
               const auto& name = parameters.at("name");
               return find_camera(site, name) == nullptr ? unknown(name) : picture(request, name, shelf);
             });
}

}  // namespace shrike

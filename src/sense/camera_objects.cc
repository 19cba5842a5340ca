#include "sense/camera_objects.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sense/bounded_json.h"
#include "sense/weight_reading.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

using nlohmann::json;

constexpr size_t kBytes_max = size_t{4} << 20U, kObjects_max = 1000;
constexpr int kSide_max = 16'384;
constexpr float kScoreUnsaid = 1;  // who gives no score lists only what it is sure of

Result<double> number(const json& object, const char* field, double least, double most) {
  const auto found = object.find(field);
  if (found != object.end() && found->is_number()) {
    const auto value = found->get<double>();
    if (std::isfinite(value) && value >= least && value <= most) return value;
  }
  return bad_input(fmt::format("{}: found {}, expected a number of {:g} to {:g}", field,
                               found == object.end() ? "nothing" : shown_json(*found), least, most));
}

Result<void> read_size(const json& object, CameraObjects& out) {
  TRY(const double width, number(object, "width", 1, kSide_max));
  TRY(const double height, number(object, "height", 1, kSide_max));
  out.width = static_cast<int>(width);
  out.height = static_cast<int>(height);
  return {};
}

Result<float> score_in(const json& object, const char* field) {
  if (!object.contains(field)) return kScoreUnsaid;
  TRY(const double score, number(object, field, 0, 1));
  return static_cast<float>(score);
}

std::string label_in(const json& object) {
  const auto found = object.find("label");
  return found != object.end() && found->is_string() ? found->get<std::string>().substr(0, 64) : "";
}

void add(CameraObject object, CameraObjects& out) {
  auto& [x1, y1, x2, y2] = object.box;
  for (float* side : {&x1, &y1, &x2, &y2}) *side = std::clamp(*side, 0.0F, 1.0F);
  if (x1 < x2 && y1 < y2) out.objects.push_back(std::move(object));
}

Result<void> add_plain(const json& given, CameraObjects& out) {
  CameraObject object{.label = label_in(given), .score = kScoreUnsaid, .box = {}, .looks = {}};
  TRY(object.score, score_in(given, "score"));
  const auto box = given.find("box");
  if (box == given.end() || !box->is_array() || box->size() != 4 ||
      !std::ranges::all_of(*box, [](const json& side) { return side.is_number(); }))
    return bad_input(fmt::format("box: found {}, expected [x1, y1, x2, y2] in 0..1 of the picture",
                                 box == given.end() ? "nothing" : shown_json(*box)));
  object.box = {(*box)[0].get<float>(), (*box)[1].get<float>(), (*box)[2].get<float>(), (*box)[3].get<float>()};
  const auto looks = given.find("looks");
  if (looks != given.end() && looks->is_array() && !looks->empty()) {
    const auto share = [](const json& x) { return x.is_number() && std::abs(x.get<double>()) <= 1; };
    if (looks->size() != kAppearanceSize || !std::ranges::all_of(*looks, share))
      return bad_input(
          fmt::format("looks: found {} values, expected {} numbers of -1 to 1", looks->size(), kAppearanceSize));
    object.looks = looks->get<std::vector<float>>();
  }
  add(std::move(object), out);
  return {};
}

Result<void> add_of_streamer(const json& given, CameraObjects& out) {
  const auto detection = given.find("detection");
  if (detection == given.end()) return {};  // a region that somebody drew, not found
  if (!detection->is_object() || !detection->contains("bounding_box") || !(*detection)["bounding_box"].is_object())
    return bad_input(fmt::format("detection: found {}, expected an object with bounding_box", shown_json(*detection)));
  const json& box = (*detection)["bounding_box"];
  CameraObject object{.label = label_in(*detection), .score = kScoreUnsaid, .box = {}, .looks = {}};
  TRY(object.score, score_in(*detection, "confidence"));
  float* const sides[] = {&object.box.x1, &object.box.y1, &object.box.x2, &object.box.y2};
  constexpr const char* kNames[] = {"x_min", "y_min", "x_max", "y_max"};
  for (size_t i = 0; i < 4; ++i) {
    TRY(const double side, number(box, kNames[i], -1, 2));
    *sides[i] = static_cast<float>(side);
  }
  add(std::move(object), out);
  return {};
}

Result<std::optional<Timestamp>> plain_time(const json& message) {
  const auto found = message.find("time");
  if (found == message.end() || found->is_null()) return std::optional<Timestamp>();
  const auto time = found->is_number()   ? sensor_time(found->get<double>())
                    : found->is_string() ? sensor_time(found->get_ref<const std::string&>())
                                         : std::nullopt;
  if (!time)
    return bad_input(fmt::format("time: found {}, expected RFC 3339 or a number since 1970", shown_json(*found)));
  return time;
}

}  // namespace

Result<CameraObjects> read_camera_objects(std::string_view payload) {
  TRY(const json message, parse_bounded_json(payload, kBytes_max));
  if (!message.is_object()) return bad_input(fmt::format("found {}, expected an object", shown_json(message)));
  CameraObjects out;
  const auto resolution = message.find("resolution");
  const bool streamer = resolution != message.end() && resolution->is_object();
  TRY_VOID(read_size(streamer ? *resolution : message, out));
  if (streamer) {
    // Nanoseconds, of the pipeline's own start unless it was told otherwise.
    if (message.contains("timestamp")) {
      TRY(const double ns, number(message, "timestamp", 0, 9e18));
      out.stated = Timestamp{static_cast<int64_t>(ns / 1000)};
    }
  } else {
    TRY(out.stated, plain_time(message));
  }
  const auto objects = message.find("objects");
  if (objects == message.end() || objects->is_null()) return out;
  if (!objects->is_array() || objects->size() > kObjects_max)
    return bad_input(
        fmt::format("objects: found {}, expected a list of at most {}", shown_json(*objects), kObjects_max));
  for (const json& object : *objects) {
    if (!object.is_object()) return bad_input(fmt::format("objects: found {}, expected an object", shown_json(object)));
    TRY_VOID(streamer ? add_of_streamer(object, out) : add_plain(object, out));
  }
  return out;
}

std::string to_camera_message(const CameraObjects& seen) {
  // Finer than a camera sees; what a float has beyond that only makes messages long.
  const auto rounded = [](float value) { return std::round(static_cast<double>(value) * 1e5) / 1e5; };
  nlohmann::ordered_json message;
  if (seen.stated) message["time"] = to_rfc3339(*seen.stated);
  message["width"] = seen.width;
  message["height"] = seen.height;
  message["objects"] = json::array();
  for (const CameraObject& object : seen.objects) {
    nlohmann::ordered_json one{
        {"label", object.label},
        {"score", rounded(object.score)},
        {"box", {rounded(object.box.x1), rounded(object.box.y1), rounded(object.box.x2), rounded(object.box.y2)}}};
    for (const float value : object.looks) one["looks"].push_back(rounded(value));
    message["objects"].push_back(std::move(one));
  }
  return message.dump();
}

}  // namespace shrike

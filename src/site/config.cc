#include "site/config.h"

#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <regex>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/time.h"
#include "base/yaml.h"
#include "site/object_source.h"

namespace shrike {
namespace {

template <class T>
using Words = std::vector<std::pair<const char*, T>>;

const Words<ZoneKind> kZoneKinds{{"entrance", ZoneKind::entrance}, {"exit", ZoneKind::exit},
                                 {"checkout", ZoneKind::checkout}, {"high_risk", ZoneKind::high_risk},
                                 {"shelf", ZoneKind::shelf},       {"restricted", ZoneKind::restricted},
                                 {"staff", ZoneKind::staff},       {"fitting_room", ZoneKind::fitting_room}};
const Words<RtspTransport> kTransports{{"tcp", RtspTransport::tcp}, {"udp", RtspTransport::udp}};
const Words<Pace> kPaces{{"realtime", Pace::realtime}, {"fast", Pace::fast}};

template <class T>
void read_word(YamlMap& map, const char* key, T& value, const Words<T>& words) {
  std::vector<std::string> expected;
  for (const auto& [word, unused] : words) expected.emplace_back(word);
  const auto from = [&](const std::string& text) -> std::optional<T> {
    for (const auto& [word, meaning] : words) {
      if (text == word) return meaning;
    }
    return std::nullopt;
  };
  map.read_word(key, value, from, expected);
}

/// `${NAME}` in `text` from the environment, so that a camera's password need not stand in the file.
std::string with_environment(YamlMap& map, const char* key, std::string text) {
  static const std::regex kVariable(R"(\$\{([A-Za-z_][A-Za-z0-9_]*)\})");
  std::smatch found;
  while (std::regex_search(text, found, kVariable)) {
    const char* value = std::getenv(found[1].str().c_str());
    if (value == nullptr) {
      map.fault(key, fmt::format("the environment has no variable {}", found[1].str()));
      return text;
    }
    text = found.prefix().str() + value + found.suffix().str();
  }
  return text;
}

void read_path(YamlMap& map, const char* key, std::filesystem::path& path, const std::filesystem::path& base) {
  std::string text;
  map.read(key, text);
  if (!text.empty()) path = base / text;
}

/// The polygon below `key`, or a fault: at least three corners, inside 0..1, not crossing itself, with some area.
Polygon checked_polygon(YamlMap& map, const char* key, const std::vector<std::pair<double, double>>& points) {
  Polygon polygon;
  for (const auto& [x, y] : points) {
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) {
      map.fault(key, fmt::format("the point [{}, {}] lies outside the picture; coordinates go from 0 to 1", x, y));
      return {};
    }
    polygon.push_back({static_cast<float>(x), static_cast<float>(y)});
  }
  if (polygon.size() < 3) {
    map.fault(key, fmt::format("a polygon needs at least 3 points, found {}", polygon.size()));
  } else if (polygon.size() > 64) {
    map.fault(key, fmt::format("a polygon has at most 64 points, found {}", polygon.size()));
  } else if (crosses_itself(polygon)) {
    map.fault(key, "the polygon crosses itself; give the corners in order around it");
  } else if (area(polygon) < 1e-5F) {
    map.fault(key, "the polygon has no area");
  }
  return polygon;
}

Zone read_zone(const std::string& name, YamlMap& map) {
  Zone zone;
  zone.name = name;
  if (!map.has("kind")) map.fault("kind", "missing; say what the zone is, e.g. kind: high_risk");
  read_word(map, "kind", zone.kind, kZoneKinds);
  zone.polygon = checked_polygon(map, "polygon", map.points("polygon"));
  map.read("inertia_frames", zone.inertia_frames, {1, 100});
  map.read("loitering_s", zone.loitering_s, {0, 86400});
  map.finish();
  return zone;
}

/// A camera's name becomes part of file names, URLs and metrics.
bool usable_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
             std::string::npos;
}

CameraConfig read_camera(const std::string& name, YamlMap& map, const FloorConfig& floor,
                         const std::filesystem::path& base) {
  CameraConfig camera;
  camera.name = name;
  if (!usable_name(name))
    map.fault("source", fmt::format("camera name '{}': use 1 to 64 letters, digits, - and _", name));
  map.read("source", camera.source);
  if (camera.source.empty()) map.fault("source", "missing; give rtsp://…, /dev/video0, a file or mqtt://BROKER/TOPIC");
  camera.source = with_environment(map, "source", camera.source);
  if (camera.source.find("://") == std::string::npos) camera.source = (base / camera.source).string();
  read_word(map, "transport", camera.transport, kTransports);
  read_word(map, "pace", camera.pace, kPaces);
  map.read("timeout_s", camera.timeout_s, {0.5, 300});
  map.read("detect_fps", camera.detect_fps, {0, 240});
  map.read("motion_gate", camera.motion_gate);
  for (const auto& points : map.point_lists("motion_masks")) {
    camera.motion_masks.push_back(checked_polygon(map, "motion_masks", points));
  }
  for (auto& [zone_name, zone] : map.named("zones")) camera.zones.push_back(read_zone(zone_name, zone));
  camera.floor_points = read_floor_points(map, floor);
  map.finish();
  return camera;
}

RuleConfig read_rule(const std::string& kind, YamlMap& map) {
  RuleConfig rule;
  rule.kind = kind;
  rule.where = map.where();
  map.read("enabled", rule.enabled);
  map.read("weight", rule.weight, {0, 10});
  map.read("llr", rule.llr, {-20, 20});
  map.read("dwell_s", rule.dwell_s, {0, 86400});
  if (map.has("zone")) {
    ZoneKind zone{};
    read_word(map, "zone", zone, kZoneKinds);
    rule.zone = zone;
  } else {
    std::string unused;
    map.read("zone", unused);
  }
  map.finish();
  return rule;
}

void read_detector(YamlMap map, DetectorConfig& detector, const std::filesystem::path& base) {
  read_path(map, "model", detector.model, base);
  read_path(map, "labels", detector.labels, base);
  read_path(map, "runtime", detector.runtime, base);
  read_word(map, "provider", detector.provider,
            Words<std::string>{{"cpu", "cpu"}, {"cuda", "cuda"}, {"tensorrt", "tensorrt"}});
  map.read("workers", detector.workers, {0, 256});
  map.read("threshold", detector.threshold, {0.01, 0.99});
  map.finish();
}

void read_record(YamlMap map, RecordConfig& record) {
  map.read("pre_roll_s", record.pre_roll_s, {0, 120});
  map.read("post_roll_s", record.post_roll_s, {0, 120});
  map.read("ring_s", record.ring_s, {1, 600});
  if (record.ring_s < record.pre_roll_s + record.post_roll_s) {
    map.fault("ring_s", fmt::format("{} s of memory cannot hold pre_roll_s + post_roll_s = {} s", record.ring_s,
                                    record.pre_roll_s + record.post_roll_s));
  }
  map.finish();
}

void read_risk(YamlMap map, RiskConfig& risk, const std::filesystem::path& base) {
  const bool prior_given = map.has("prior");
  map.read("prior", risk.prior, {1e-9, 0.5});
  read_path(map, "priors", risk.priors, base);
  map.read("visits_a_day", risk.visits_a_day, {1, 1e6});
  if (!risk.priors.empty()) {
    if (prior_given) map.fault("prior", "priors is given too, and says what the prior is; leave one of them out");
    if (risk.visits_a_day <= 0)
      map.fault("priors", "visits_a_day is missing; give the number of people who come in a day");
  }
  map.read("threshold", risk.threshold, {0.001, 0.999});
  map.read("false_alerts_a_day", risk.false_alerts_a_day, {0, 10000});
  read_path(map, "weights", risk.weights, base);
  read_path(map, "canary", risk.canary, base);
  map.finish();
}

void read_hub(YamlMap map, HubConfig& hub, const std::filesystem::path& base) {
  map.read("bind", hub.bind);
  map.read("port", hub.port, {0, 65535});
  read_path(map, "token_file", hub.token_file, base);
  map.finish();
}

/// Cameras with their own detector publish to a broker that must be known, each under a topic of its own.
void check_object_sources(YamlMap& root, const SiteConfig& site) {
  for (const CameraConfig& camera : site.cameras) {
    const auto source = object_source(camera.source);
    if (!source) continue;
    if (site.sensors.broker(source->broker) == nullptr)
      root.fault("cameras", fmt::format("{}: source {}: sensors: mqtt: has no broker '{}'", camera.name, camera.source,
                                        source->broker));
    if (!is_topic_filter(source->topic) || source->topic.find_first_of("+#") != std::string::npos)
      root.fault("cameras", fmt::format("{}: source {}: expected mqtt://BROKER/TOPIC with one topic, without + and #",
                                        camera.name, camera.source));
  }
}

SiteConfig read_site(YamlMap& root, const std::filesystem::path& base) {
  SiteConfig site;
  site.data_dir = base / "data";
  root.read("store", site.store);
  root.read("time_zone", site.time_zone);
  if (!zone_exists(site.time_zone)) {
    root.fault("time_zone",
               fmt::format("unknown time zone '{}'; use an IANA name such as Europe/Paris", site.time_zone));
  }
  read_path(root, "data_dir", site.data_dir, base);
  read_path(root, "planogram", site.planogram, base);
  site.floor = read_floor(root.map("floor"), base);
  for (auto& [name, map] : root.named("cameras")) site.cameras.push_back(read_camera(name, map, site.floor, base));
  if (site.cameras.empty())
    root.fault("cameras", "no camera; name at least one, e.g. cameras: {door: {source: rtsp://…}}");
  read_detector(root.map("detector"), site.detector, base);
  auto tracker = root.map("tracker");
  tracker.read("appearance", site.tracker.appearance);
  tracker.finish();
  read_pose(root.map("pose"), site.pose, base, !site.detector.model.empty());
  read_record(root.map("record"), site.record);
  read_risk(root.map("risk"), site.risk, base);
  for (auto& [kind, map] : root.named("rules")) site.rules.push_back(read_rule(kind, map));
  site.sensors = read_sensors(root.map("sensors"), base);
  check_object_sources(root, site);
  site.staff = read_staff(root.map("staff"));
  read_hub(root.map("hub"), site.hub, base);
  read_insight(root.map("insight"), site.insight);
  read_watch_list(root.map("watch_list"), site.watch_list);
  root.finish();
  return site;
}

}  // namespace

const char* to_string(ZoneKind kind) {
  for (const auto& [name, known] : kZoneKinds) {
    if (known == kind) return name;
  }
  return "";
}

std::optional<ZoneKind> zone_kind_from(std::string_view name) {
  for (const auto& [known, kind] : kZoneKinds) {
    if (name == known) return kind;
  }
  return std::nullopt;
}

Result<SiteConfig> parse_site(std::string_view yaml, const std::string& file, const std::filesystem::path& base) {
  TRY(const YAML::Node node, parse_yaml(yaml, file));
  YamlFaults faults(file);
  try {
    YamlMap root(node, "", faults);
    auto site = read_site(root, base);
    if (faults.any()) return faults.error();
    return site;
  } catch (const YAML::Exception& e) {
    faults.add(e.mark, e.msg);
    return faults.error();
  }
}

Result<SiteConfig> load_site(const std::filesystem::path& file) {
  constexpr size_t kBytesMax = 1 << 20;
  TRY(const std::string text, read_file(file, kBytesMax));
  return parse_site(text, file.string(), std::filesystem::absolute(file).parent_path());
}

}  // namespace shrike

#pragma once
// The store as configured: what config/shrike.yml says, checked. config/shrike.yml is the manual of every key.

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "site/floor_config.h"
#include "site/insight_config.h"
#include "site/pose_config.h"
#include "site/sensor_config.h"
#include "site/staff_config.h"
#include "site/watch_list_config.h"

namespace shrike {

enum class ZoneKind { entrance, exit, checkout, high_risk, shelf, restricted, staff, fitting_room };

/// A polygon on one camera's picture, in 0..1 of its width and height.
struct Zone {
  std::string name;
  ZoneKind kind = ZoneKind::shelf;
  Polygon polygon;
  int inertia_frames = 3;   ///< frames in a row inside (or outside) before an entry (or exit) counts
  double loitering_s = 20;  ///< dwell from which a stay in this zone is loitering
};

enum class RtspTransport { tcp, udp };
enum class Pace {
  realtime,  ///< a file plays at its own speed, frames that cannot be kept up with are dropped, as from a camera
  fast,      ///< a file is read as fast as it can be worked on, no frame dropped
};

struct CameraConfig {
  std::string name;
  std::string source;  ///< rtsp://…, /dev/videoN, a file, or mqtt://BROKER/TOPIC (object_source.h)
  RtspTransport transport = RtspTransport::tcp;
  Pace pace = Pace::realtime;
  double timeout_s = 5;               ///< nothing from the source for so long: it has stalled, reconnect
  double detect_fps = 10;             ///< frames a second that are looked at, at most; 0 = every frame
  bool motion_gate = true;            ///< skip detection on frames in which nothing moves
  std::vector<Polygon> motion_masks;  ///< 0..1; movement inside is ignored (trees, a clock)
  std::vector<Zone> zones;
  std::vector<FloorPair> floor_points;  ///< empty: not on the floor plan; else fit_homography() takes them
};

struct DetectorConfig {
  std::filesystem::path model;    ///< .onnx, or the .json of a TensorFlow.js graph model
  std::filesystem::path labels;   ///< one class name a line; empty: from the model's metadata, or COCO-80
  std::filesystem::path runtime;  ///< libonnxruntime.so to open; empty: the one the build installed
  std::string provider = "cpu";   ///< cpu, cuda, tensorrt
  int workers = 0;                ///< detections that run at the same time, one thread each; 0 = one a core
  float threshold = 0.6F;         ///< score from which a box begins a track; lower ones only go on with one
};

struct TrackerConfig {
  bool appearance = true;  ///< use clothing colour to bridge occlusions
};

struct RecordConfig {
  double pre_roll_s = 5, post_roll_s = 5;  ///< of a clip, before and after the incident's evidence
  double ring_s = 30;                      ///< seconds of compressed video kept in memory a camera
};

/// One entry of `rules:`. What is absent keeps what Shrike ships for the kind.
struct RuleConfig {
  std::string kind;  ///< an evidence kind (behaviour/evidence.h) or a new name with `zone` and `dwell_s`
  bool enabled = true;
  std::optional<double> weight;   ///< multiplies the log-likelihood ratio; 0 = listed but without effect
  std::optional<double> llr;      ///< log-likelihood ratio, natural logarithm; negative = against theft
  std::optional<ZoneKind> zone;   ///< for a new kind: a stay in a zone of this kind
  std::optional<double> dwell_s;  ///< … of at least so long
  std::string where;              ///< file:line:column of the entry, for whoever finds a fault in it later
};

struct RiskConfig {
  double prior = 0.002;          ///< probability that a visit is a theft, before any evidence
  std::filesystem::path priors;  ///< what `shrike usl priors --json` printed: `prior` follows from it; empty: as given
  std::map<std::string, double> units_a_day;  ///< from `priors`: theft-like loss by zone that a camera watches
  std::array<double, 24> loss_hours{};        ///< from `priors`: shares of the day by local hour; zeros: not known
  double visits_a_day = 0;                    ///< people who come in a day; with `priors`
  double threshold = 0.5;                     ///< posterior probability from which a visit is an incident
  double false_alerts_a_day = 0;              ///< chooses `threshold` from the kept visits; 0: as given
  std::filesystem::path weights;              ///< what `shrike risk fit` wrote; empty: as shipped
  std::filesystem::path canary;               ///< weights that are only scored beside those in use; empty: none
};

struct HubConfig {
  std::string bind = "127.0.0.1";
  int port = 8080;
  std::filesystem::path token_file;  ///< holds the token that every request must carry when `bind` is not loopback
};

struct SiteConfig {
  std::string store = "store";     ///< store_id in every record
  std::string time_zone = "UTC";   ///< IANA name
  std::filesystem::path data_dir;  ///< database, clips, spool
  FloorConfig floor;
  std::filesystem::path planogram;  ///< CSV of site/planogram.h; empty: no product is known
  std::vector<CameraConfig> cameras;
  DetectorConfig detector;
  TrackerConfig tracker;
  PoseConfig pose;
  RecordConfig record;
  RiskConfig risk;
  std::vector<RuleConfig> rules;
  SensorsConfig sensors;
  StaffConfig staff;
  HubConfig hub;
  InsightConfig insight;
  WatchListConfig watch_list;
};

[[nodiscard]] const char* to_string(ZoneKind kind);
[[nodiscard]] std::optional<ZoneKind> zone_kind_from(std::string_view name);

/// Reads and checks a configuration. Every fault is named as file:line:column with what was expected, all of them at
/// once (one a line of the error's message); an unknown key is named with the nearest known one. Relative paths are
/// taken from the file's folder; `${NAME}` in a camera's source is replaced from the environment, so that passwords
/// stay out of the file.
[[nodiscard]] Result<SiteConfig> load_site(const std::filesystem::path& file);
/// As load_site() from text already read; `file` names it in messages and relative paths are taken from `base`.
[[nodiscard]] Result<SiteConfig> parse_site(std::string_view yaml, const std::string& file,
                                            const std::filesystem::path& base);

}  // namespace shrike

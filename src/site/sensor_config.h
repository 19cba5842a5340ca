#pragma once
// The shop's sensors and tills as configured: `sensors:` of config/shrike.yml, which is the manual of every key.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace shrike {

class YamlMap;

/// An MQTT broker that sensors publish to.
struct BrokerConfig {
  std::string name, host;
  int port = 1883;
  bool version_5 = false;  ///< MQTT 5 instead of 3.1.1
  std::string client_id;   ///< empty: one by chance, anew each time
  std::string user;
  std::filesystem::path password_file;  ///< its first line is the password; read when a connection is made
  std::string password_variable;        ///< of the environment, instead of a file
  bool tls = false;
  std::filesystem::path ca;                ///< who signs the broker; empty: whom the system trusts
  std::filesystem::path certificate, key;  ///< of this client, where the broker asks for one
};

/// An RFID reader whose antennas stand on both sides of a door, or over a shelf.
struct RfidConfig {
  std::string name, host;
  int port = 5084;
  std::string zone;                  ///< of the floor: the door
  std::vector<int> inside, outside;  ///< antennas on the shop's side and on the street's
  double still_dbm = -75;            ///< reads below that are of tags far away, and count for little
};

/// Load cells below one shelf, or one part of it.
struct WeightConfig {
  std::string name, broker, topic;  ///< topic filter
  std::string zone, shelf;          ///< of the planogram; an empty shelf: all products of the zone
  double noise_g = 2;               ///< standard deviation of a reading of a shelf that nobody touches, at most
  double capacity_g = 50'000;       ///< at which the cells saturate
};

/// A depth camera or LiDAR whose pictures come over MQTT.
struct DepthConfig {
  enum class Use { shelf, exit };
  std::string name, broker, topic, zone;
  Use use = Use::shelf;
  double near_mm = 40;      ///< so much nearer than the background is something
  double area = 0.004;      ///< part of the picture that a hand or an object covers at least
  double floor_mm = 2'500;  ///< exit: from the camera down to the floor
  double tall_mm = 1'100;   ///< exit: what is higher is a person, what is lower is an object
};

/// Events that other systems find (cameras' own analytics, gates, doors), over MQTT.
struct EventsConfig {
  std::string name, broker;
  std::vector<std::string> topics;  ///< filters
  std::string mapping;              ///< one that is built in (onvif, frigate, …), or a file
  std::string zone;                 ///< where the mapping finds none in the event
};

/// A file or folder to which tills write their log.
struct TillsConfig {
  std::string name;
  std::filesystem::path path;
  std::vector<std::string> self_checkout;  ///< tills without a cashier, as 34 or STORE/34
};

struct SensorsConfig {
  std::vector<BrokerConfig> brokers;
  std::vector<RfidConfig> rfid;
  std::vector<WeightConfig> weight;
  std::vector<DepthConfig> depth;
  std::vector<EventsConfig> events;
  std::vector<TillsConfig> tills;

  /// Null where there is none of that name.
  [[nodiscard]] const BrokerConfig* broker(const std::string& name) const;
};

/// Reads `sensors:`; faults go to `map`. Relative paths are taken from `base`.
[[nodiscard]] SensorsConfig read_sensors(YamlMap map, const std::filesystem::path& base);

/// Whether MQTT allows `filter` to subscribe with: + and # alone in their level, # last (MQTT 5.0, 4.7).
[[nodiscard]] bool is_topic_filter(const std::string& filter);

}  // namespace shrike

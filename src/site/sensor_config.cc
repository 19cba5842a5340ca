#include "site/sensor_config.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/yaml.h"

namespace shrike {
namespace {

using std::filesystem::path;

/// A sensor's name becomes part of metrics and of what an incident says.
bool usable_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
             std::string::npos;
}

void read_file_name(YamlMap& map, const char* key, path& file, const path& base) {
  std::string text;
  map.read(key, text);
  if (!text.empty()) file = base / text;
}

void need(YamlMap& map, const char* key, const std::string& value, const char* example) {
  if (value.empty()) map.fault(key, fmt::format("missing; e.g. {}: {}", key, example));
}

std::vector<int> read_antennas(YamlMap& map, const char* key) {
  std::vector<int> antennas;
  for (const auto& text : map.texts(key)) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > 65'535)
      map.fault(key, fmt::format("expected antenna numbers from 1 on, found '{}'", text.substr(0, 60)));
    antennas.push_back(number);
  }
  return antennas;
}

BrokerConfig read_broker(const std::string& name, YamlMap& map, const path& base) {
  BrokerConfig broker;
  broker.name = name;
  map.read("host", broker.host);
  need(map, "host", broker.host, "192.168.1.10");
  map.read("tls", broker.tls);
  broker.port = broker.tls ? 8883 : 1883;
  map.read("port", broker.port, {1, 65'535});
  const auto from = [](const std::string& word) -> std::optional<bool> {
    return word == "3.1.1" || word == "5" ? std::optional(word == "5") : std::nullopt;
  };
  map.read_word("version", broker.version_5, from, {"3.1.1", "5"});
  map.read("client_id", broker.client_id);
  map.read("user", broker.user);
  read_file_name(map, "password_file", broker.password_file, base);
  map.read("password_variable", broker.password_variable);
  if (!broker.password_file.empty() && !broker.password_variable.empty())
    map.fault("password_variable", "password_file is given too; leave one of them out");
  read_file_name(map, "ca", broker.ca, base);
  read_file_name(map, "certificate", broker.certificate, base);
  read_file_name(map, "key", broker.key, base);
  if (!broker.tls && !(broker.ca.empty() && broker.certificate.empty() && broker.key.empty()))
    map.fault("tls", "ca, certificate and key are for TLS; write tls: true");
  if (broker.certificate.empty() != broker.key.empty())
    map.fault("certificate", "certificate and key belong together; give both or none");
  map.finish();
  return broker;
}

RfidConfig read_rfid(const std::string& name, YamlMap& map) {
  RfidConfig rfid;
  rfid.name = name;
  map.read("host", rfid.host);
  need(map, "host", rfid.host, "192.168.1.70");
  map.read("port", rfid.port, {1, 65'535});
  map.read("zone", rfid.zone);
  need(map, "zone", rfid.zone, "door");
  rfid.inside = read_antennas(map, "inside");
  rfid.outside = read_antennas(map, "outside");
  for (const int antenna : rfid.inside) {
    if (std::find(rfid.outside.begin(), rfid.outside.end(), antenna) != rfid.outside.end())
      map.fault("outside", fmt::format("antenna {} stands inside too", antenna));
  }
  if (rfid.inside.empty() || rfid.outside.empty())
    map.fault("inside", "inside and outside need an antenna each: their order tells in from out");
  map.read("still_dbm", rfid.still_dbm, {-120, 0});
  map.finish();
  return rfid;
}

/// Name, broker, topic and zone, which all sensors on MQTT have.
template <class Sensor>
void read_on_mqtt(Sensor& sensor, YamlMap& map) {
  map.read("broker", sensor.broker);
  need(map, "broker", sensor.broker, "shop");
  map.read("topic", sensor.topic);
  need(map, "topic", sensor.topic, "shelves/razors");
  if (!sensor.topic.empty() && !is_topic_filter(sensor.topic))
    map.fault("topic", fmt::format("'{}' is no topic filter of MQTT", sensor.topic.substr(0, 60)));
  map.read("zone", sensor.zone);
  need(map, "zone", sensor.zone, "razors");
}

WeightConfig read_weight(const std::string& name, YamlMap& map) {
  WeightConfig weight;
  weight.name = name;
  read_on_mqtt(weight, map);
  map.read("shelf", weight.shelf);
  map.read("noise_g", weight.noise_g, {0.01, 1'000});
  map.read("capacity_g", weight.capacity_g, {10, 1e7});
  map.finish();
  return weight;
}

DepthConfig read_depth(const std::string& name, YamlMap& map) {
  DepthConfig depth;
  depth.name = name;
  read_on_mqtt(depth, map);
  const auto from = [](const std::string& word) -> std::optional<DepthConfig::Use> {
    if (word == "shelf") return DepthConfig::Use::shelf;
    if (word == "exit") return DepthConfig::Use::exit;
    return std::nullopt;
  };
  map.read_word("use", depth.use, from, {"shelf", "exit"});
  map.read("near_mm", depth.near_mm, {1, 5'000});
  map.read("area", depth.area, {1e-5, 1});
  map.read("floor_mm", depth.floor_mm, {500, 20'000});
  map.read("tall_mm", depth.tall_mm, {100, 3'000});
  map.finish();
  return depth;
}

EventsConfig read_events(const std::string& name, YamlMap& map, const path& base) {
  EventsConfig events;
  events.name = name;
  map.read("broker", events.broker);
  need(map, "broker", events.broker, "shop");
  events.topics = map.texts("topics");
  if (events.topics.empty()) map.fault("topics", "missing; e.g. topics: [frigate/events]");
  for (const auto& topic : events.topics) {
    if (!is_topic_filter(topic))
      map.fault("topics", fmt::format("'{}' is no topic filter of MQTT", topic.substr(0, 60)));
  }
  map.read("mapping", events.mapping);
  need(map, "mapping", events.mapping, "onvif");
  if (events.mapping.ends_with(".yml")) events.mapping = (base / events.mapping).string();
  map.read("zone", events.zone);
  map.finish();
  return events;
}

TillsConfig read_tills(const std::string& name, YamlMap& map, const path& base) {
  TillsConfig tills;
  tills.name = name;
  read_file_name(map, "path", tills.path, base);
  need(map, "path", tills.path.string(), "/srv/pos/out");
  tills.self_checkout = map.texts("self_checkout");
  map.finish();
  return tills;
}

template <class Sensor>
void check_brokers(YamlMap& map, const char* key, const std::vector<Sensor>& sensors, const SensorsConfig& all) {
  for (const auto& sensor : sensors) {
    if (!sensor.broker.empty() && all.broker(sensor.broker) == nullptr)
      map.fault(key, fmt::format("{}: no broker '{}' below sensors.mqtt", sensor.name, sensor.broker));
  }
}

/// Names must differ over all sorts of sensors, because records and metrics only say the name.
template <class Sensor>
void check_names(YamlMap& map, const char* key, const std::vector<Sensor>& sensors, std::set<std::string>& seen) {
  for (const auto& sensor : sensors) {
    if (!usable_name(sensor.name))
      map.fault(key, fmt::format("name '{}': use 1 to 64 letters, digits, - and _", sensor.name.substr(0, 80)));
    if (!seen.insert(sensor.name).second)
      map.fault(key, fmt::format("'{}' is the name of another sensor too; names must differ", sensor.name));
  }
}

/// A reader serves one client: two entries for one would cut each other off, over and over.
void check_readers(YamlMap& map, const std::vector<RfidConfig>& readers) {
  std::map<std::pair<std::string, int>, std::string> names;
  for (const RfidConfig& reader : readers) {
    const auto [first, fresh] = names.try_emplace({reader.host, reader.port}, reader.name);
    if (!fresh && !reader.host.empty())
      map.fault("rfid", fmt::format("{} and {} are both {}:{}; give one reader all its antennas", first->second,
                                    reader.name, reader.host, reader.port));
  }
}

}  // namespace

const BrokerConfig* SensorsConfig::broker(const std::string& name) const {
  const auto found = std::find_if(brokers.begin(), brokers.end(), [&](const auto& each) { return each.name == name; });
  return found == brokers.end() ? nullptr : &*found;
}

SensorsConfig read_sensors(YamlMap map, const path& base) {
  SensorsConfig all;
  for (auto& [name, entry] : map.named("mqtt")) all.brokers.push_back(read_broker(name, entry, base));
  for (auto& [name, entry] : map.named("rfid")) all.rfid.push_back(read_rfid(name, entry));
  for (auto& [name, entry] : map.named("weight")) all.weight.push_back(read_weight(name, entry));
  for (auto& [name, entry] : map.named("depth")) all.depth.push_back(read_depth(name, entry));
  for (auto& [name, entry] : map.named("events")) all.events.push_back(read_events(name, entry, base));
  for (auto& [name, entry] : map.named("tills")) all.tills.push_back(read_tills(name, entry, base));
  check_brokers(map, "weight", all.weight, all);
  check_brokers(map, "depth", all.depth, all);
  check_brokers(map, "events", all.events, all);
  check_readers(map, all.rfid);
  std::set<std::string> names;
  check_names(map, "mqtt", all.brokers, names);
  check_names(map, "rfid", all.rfid, names);
  check_names(map, "weight", all.weight, names);
  check_names(map, "depth", all.depth, names);
  check_names(map, "events", all.events, names);
  check_names(map, "tills", all.tills, names);
  map.finish();
  return all;
}

bool is_topic_filter(const std::string& filter) {
  if (filter.empty() || filter.size() > 65'535 || filter.find('\0') != std::string::npos) return false;
  for (size_t i = 0; i < filter.size(); ++i) {
    const bool begins = i == 0 || filter[i - 1] == '/';
    const bool ends = i + 1 == filter.size() || filter[i + 1] == '/';
    if (filter[i] == '+' && !(begins && ends)) return false;
    if (filter[i] == '#' && !(begins && i + 1 == filter.size())) return false;
  }
  return true;
}

}  // namespace shrike

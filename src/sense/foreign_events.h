#pragma once
// Events of other systems (cameras' own analytics, gates, doors) in our words, by a mapping file. A value machine.

#include <cstdint>
#include <deque>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "sense/event_mapping.h"
#include "sense/item_event.h"
#include "sense/mqtt.h"
#include "sense/sensor_clock.h"
#include "sense/zone_fact.h"

namespace shrike {

struct ForeignFindings {
  std::vector<ZoneFact> facts;
  std::vector<ItemEvent> items;
};

struct ForeignState {
  uint64_t messages = 0, findings = 0;
  uint64_t unread = 0;       ///< messages that are no event of the mapping's form
  std::string last_problem;  ///< of the newest of those
  double clock_offset_s = 0;
};

class ForeignEvents {
 public:
  /// `source` is the sensor's name; `zone` where the event names none.
  ForeignEvents(EventMapping mapping, std::string source, std::string zone);

  /// What a message says. A retained one says only what was: it is remembered as such and gives no finding.
  [[nodiscard]] ForeignFindings observe(const MqttMessage& message);
  [[nodiscard]] ForeignState state() const;

 private:
  struct Seen;  // one event, or one element of it, with its message
  [[nodiscard]] Result<std::vector<nlohmann::json>> events_of(const MqttMessage& message) const;
  void apply(const EventRule& rule, const Seen& seen, ForeignFindings& findings);
  [[nodiscard]] bool rises(const std::string& key, bool fits);
  [[nodiscard]] bool is_new(const std::string& key);
  [[nodiscard]] Timestamp time_of(const EventRule& rule, const Seen& seen);
  void say(const EventRule& rule, const Seen& seen, ForeignFindings& findings);

  EventMapping mapping_;
  std::string source_, zone_;
  std::map<std::string, bool> fitted_;  // by rule, topic and id: whether its last message did
  std::set<std::string> said_;          // by rule, zone and id
  std::deque<std::string> said_order_;  // oldest first
  SensorClock clock_;
  ForeignState state_;
};

}  // namespace shrike

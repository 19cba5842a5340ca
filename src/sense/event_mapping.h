#pragma once
// How events of another system are read: one mapping file a system. docs/sense.md is the manual of its keys.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace shrike {

/// A place in an event: "/after/label" (JSON pointer), "./dwell" (in the list element that `each` takes), "topic:1" (a
/// level of the topic, from 0), or a text that stands for itself. Of several, the first that is there counts.
using EventPlaces = std::vector<std::string>;

struct EventCondition {
  EventPlaces at;
  /// Texts, * stands for any part; booleans are true and false. What is not there is no `is`, and passes `is_not`.
  std::vector<std::string> is, is_not;
  std::optional<double> at_least;
};

/// What one kind of event means.
struct EventRule {
  std::string name, topic;  ///< topic filter; empty: any
  std::vector<EventCondition> when;
  std::string each;  ///< a list in the event: its elements are taken one by one
  EventPlaces id;    ///< what happened under one id is said once
  EventPlaces time, zone;
  bool rising = false;  ///< only if the last message of this topic, and id, did not fit
  std::string fact;     ///< a kind of evidence, or …
  std::string item;     ///< … what happened to goods: taken, put_back, carried_in, carried_out
  EventPlaces product;
  double probability = 0.5;  ///< that goods moved, for `item`
  std::string says;
};

enum class EventForm { json, onvif };

struct EventMapping {
  EventForm form = EventForm::json;
  std::vector<EventRule> rules;
};

/// Errors name file:line:column of every fault.
[[nodiscard]] Result<EventMapping> parse_event_mapping(std::string_view yaml, const std::string& file);
/// One that is built in (onvif, frigate, …), or a .yml file.
[[nodiscard]] Result<EventMapping> load_event_mapping(const std::string& name);

}  // namespace shrike

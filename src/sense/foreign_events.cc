#include "sense/foreign_events.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "sense/bounded_json.h"
#include "sense/onvif_event.h"
#include "sense/weight_reading.h"

namespace shrike {
namespace {

using nlohmann::json;

constexpr size_t kRemembered_max = 4'096;
constexpr size_t kElements_max = 256;  // of one list in one event
constexpr size_t kText_bytes_max = 256;

/// `text` against `pattern`, in which * stands for any part. Greedy with one way back: linear for what people write.
bool fits_pattern(std::string_view text, std::string_view pattern) {
  size_t t = 0, p = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool fits_any(const std::string& text, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const auto& each) { return fits_pattern(text, each); });
}

/// A value as a text; nothing for lists, objects and null.
std::optional<std::string> text_of(const json& value) {
  if (value.is_string()) return value.get<std::string>().substr(0, kText_bytes_max);
  if (value.is_boolean() || value.is_number()) return shown_json(value);
  return std::nullopt;
}

const json* at_pointer(const json& value, const std::string& pointer) {
  if (pointer == "/") return &value;
  try {
    const json::json_pointer at(pointer);
    return value.contains(at) ? &value.at(at) : nullptr;
  } catch (const json::exception&) {
    return nullptr;  // an index that is none of this list
  }
}

std::optional<std::string> level_of(const std::string& topic, std::string_view number) {
  size_t level = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), level).ec != std::errc()) return std::nullopt;
  size_t from = 0;
  for (; level > 0; --level) {
    from = topic.find('/', from);
    if (from == std::string::npos) return std::nullopt;
    ++from;
  }
  return topic.substr(from, topic.find('/', from) - from);
}

}  // namespace

struct ForeignEvents::Seen {
  const MqttMessage& message;
  const json& event;
  const json* element = nullptr;

  /// What stands at the first of `places` that is there.
  [[nodiscard]] std::optional<std::string> text(const EventPlaces& places) const {
    for (const auto& place : places) {
      std::optional<std::string> found;
      if (place.starts_with("/")) {
        if (const json* value = at_pointer(event, place)) found = text_of(*value);
      } else if (place.starts_with("./")) {
        const json* value = element == nullptr ? nullptr : at_pointer(*element, place.substr(1));
        if (value != nullptr) found = text_of(*value);
      } else if (place.starts_with("topic:")) {
        found = level_of(message.topic, std::string_view(place).substr(6));
      } else {
        found = place;
      }
      if (found) return found;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool fits(const EventCondition& condition) const {
    const auto found = text(condition.at);
    if (found && fits_any(*found, condition.is_not)) return false;
    if (!condition.is.empty() && !(found && fits_any(*found, condition.is))) return false;
    if (!condition.at_least) return true;
    double number = 0;
    if (!found || std::from_chars(found->data(), found->data() + found->size(), number).ec != std::errc()) return false;
    return number >= *condition.at_least;
  }
};

ForeignEvents::ForeignEvents(EventMapping mapping, std::string source, std::string zone)
    : mapping_(std::move(mapping)), source_(std::move(source)), zone_(std::move(zone)) {}

Result<std::vector<json>> ForeignEvents::events_of(const MqttMessage& message) const {
  if (mapping_.form == EventForm::onvif) return read_onvif_events(message.topic, message.payload);
  const size_t first = message.payload.find_first_not_of(" \t\r\n");
  const bool is_json =
      first != std::string::npos && std::string_view("{[").find(message.payload[first]) != std::string::npos;
  // Many doors and gates say a bare word.
  if (!is_json) return std::vector<json>{{{"text", message.payload.substr(0, kText_bytes_max)}}};
  TRY(auto event, parse_bounded_json(message.payload));
  return std::vector<json>{std::move(event)};
}

ForeignFindings ForeignEvents::observe(const MqttMessage& message) {
  ++state_.messages;
  ForeignFindings findings;
  const auto events = events_of(message);
  if (!events) {
    ++state_.unread;
    state_.last_problem = events.error().message;
    return findings;
  }
  for (const auto& event : *events) {
    for (const auto& rule : mapping_.rules) {
      if (!rule.topic.empty() && !matches_topic(rule.topic, message.topic)) continue;
      if (rule.each.empty()) {
        apply(rule, {message, event}, findings);
        continue;
      }
      const json* list = at_pointer(event, rule.each);
      if (list == nullptr || !list->is_array()) continue;
      for (size_t i = 0; i < std::min(list->size(), kElements_max); ++i)
        apply(rule, {message, event, &(*list)[i]}, findings);
    }
  }
  state_.findings += findings.facts.size() + findings.items.size();
  return findings;
}

void ForeignEvents::apply(const EventRule& rule, const Seen& seen, ForeignFindings& findings) {
  const bool fits = std::all_of(rule.when.begin(), rule.when.end(), [&](const auto& each) { return seen.fits(each); });
  const auto id = seen.text(rule.id).value_or("");
  if (rule.rising && !rises(fmt::format("{}\n{}\n{}", rule.name, seen.message.topic, id), fits)) return;
  if (!fits || seen.message.retained) return;
  const auto zone = seen.text(rule.zone).value_or(zone_);
  if (!id.empty() && !rule.rising && !is_new(fmt::format("{}\n{}\n{}", rule.name, zone, id))) return;
  say(rule, seen, findings);
}

bool ForeignEvents::rises(const std::string& key, bool fits) {
  const auto known = fitted_.find(key);
  const bool before = known != fitted_.end() && known->second;
  if (known != fitted_.end()) {
    known->second = fits;
  } else if (fitted_.size() < kRemembered_max) {
    fitted_.emplace(key, fits);
  }
  return fits && !before;
}

bool ForeignEvents::is_new(const std::string& key) {
  if (!said_.insert(key).second) return false;
  said_order_.push_back(key);
  if (said_order_.size() > kRemembered_max) {
    said_.erase(said_order_.front());
    said_order_.pop_front();
  }
  return true;
}

Timestamp ForeignEvents::time_of(const EventRule& rule, const Seen& seen) {
  const auto text = seen.text(rule.time);
  const auto stated = text ? sensor_time(*text) : std::nullopt;
  return stated ? clock_.observe(*stated, seen.message.received) : seen.message.received;
}

void ForeignEvents::say(const EventRule& rule, const Seen& seen, ForeignFindings& findings) {
  const Timestamp time = time_of(rule, seen);
  auto zone = seen.text(rule.zone).value_or(zone_);
  if (!rule.fact.empty()) {
    findings.facts.push_back({.kind = rule.fact,
                              .from = time,
                              .to = time,
                              .source = source_,
                              .zone = std::move(zone),
                              .detail = rule.says.empty() ? rule.name : rule.says});
    return;
  }
  using Kind = ItemEvent::Kind;
  const Kind kind = rule.item == "taken"        ? Kind::taken
                    : rule.item == "put_back"   ? Kind::put_back
                    : rule.item == "carried_in" ? Kind::carried_in
                                                : Kind::carried_out;
  findings.items.push_back(
      {.kind = kind,
       .from = time,
       .to = time,
       .source = source_,
       .zone = std::move(zone),
       .visit_id = {},
       .guesses = {{.product = seen.text(rule.product).value_or(""), .count = 1, .probability = rule.probability}}});
}

ForeignState ForeignEvents::state() const {
  auto state = state_;
  state.clock_offset_s = clock_.offset_s();
  return state;
}

}  // namespace shrike

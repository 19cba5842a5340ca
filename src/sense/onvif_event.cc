#include "sense/onvif_event.h"

#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "sense/bounded_json.h"

namespace shrike {
namespace {

using nlohmann::json;

constexpr size_t kPayload_bytes_max = size_t{1} << 20;
constexpr size_t kEvents_max = 1'000;
constexpr int kDepth_max = 64;

/// "tns1:Device/tnsaxis:IO/Port" as "Device/IO/Port".
std::string without_prefixes(std::string_view topic) {
  std::string out;
  while (true) {
    const size_t slash = topic.find('/');
    auto level = topic.substr(0, slash);
    if (const size_t colon = level.find(':'); colon != std::string_view::npos) level.remove_prefix(colon + 1);
    out += level;
    if (slash == std::string_view::npos) return out;
    out += '/';
    topic.remove_prefix(slash + 1);
  }
}

bool is_element(const pugi::xml_node& node, const char* local) {
  const char* colon = std::strrchr(node.name(), ':');
  return std::strcmp(colon == nullptr ? node.name() : colon + 1, local) == 0;
}

pugi::xml_node child(const pugi::xml_node& node, const char* local) {
  for (const auto& each : node) {
    if (is_element(each, local)) return each;
  }
  return {};
}

json simple_items(const pugi::xml_node& node) {
  json items = json::object();
  for (const auto& each : node) {
    if (is_element(each, "SimpleItem")) items[each.attribute("Name").value()] = each.attribute("Value").value();
  }
  return items;
}

/// Elements of that name anywhere below `node`, in order; pugixml's own walker keeps no stack.
class Finder : public pugi::xml_tree_walker {
 public:
  std::vector<pugi::xml_node> found;
  bool for_each(pugi::xml_node& node) override {
    if (is_element(node, "NotificationMessage")) found.push_back(node);
    return depth() < kDepth_max && found.size() <= kEvents_max;
  }
};

Result<std::vector<json>> events_of_xml(std::string_view payload) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(payload.data(), payload.size());
  if (!parsed)
    return bad_input(
        fmt::format("found no XML at byte {} ({}), expected ONVIF events", parsed.offset, parsed.description()));
  Finder finder;
  document.traverse(finder);
  if (finder.found.size() > kEvents_max) return bad_input("found over 1,000 events in one message");
  std::vector<json> events;
  for (const auto& notification : finder.found) {
    const auto message = child(child(notification, "Message"), "Message");
    const auto topic = child(notification, "Topic");
    if (!message || !topic) continue;
    const char* operation = message.attribute("PropertyOperation").value();
    events.push_back({{"topic", without_prefixes(topic.text().get())},
                      {"time", message.attribute("UtcTime").value()},
                      {"operation", *operation == '\0' ? "Changed" : operation},
                      {"source", simple_items(child(message, "Source"))},
                      {"key", simple_items(child(message, "Key"))},
                      {"data", simple_items(child(message, "Data"))}});
  }
  if (events.empty()) return bad_input("found XML without an event, expected wsnt:NotificationMessage");
  return events;
}

/// An object whose values are texts; something else is an empty one.
json texts_of(const json& object, const char* field) {
  json texts = json::object();
  const auto found = object.find(field);
  if (found == object.end() || !found->is_object()) return texts;
  for (const auto& [name, value] : found->items())
    texts[name] = value.is_string() ? value.get<std::string>() : shown_json(value);
  return texts;
}

std::string text_in(const json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : shown_json(*found);
}

/// Axis: topic and time outside, the rest below "message".
json event_of_axis(const json& object) {
  const json& message = object["message"];
  return {{"topic", without_prefixes(text_in(object, "topic"))},
          {"time", text_in(object, "timestamp")},
          {"operation", "Changed"},
          {"source", texts_of(message, "source")},
          {"key", texts_of(message, "key")},
          {"data", texts_of(message, "data")}};
}

/// Profile M: the topic is MQTT's own, behind "onvif-ej/", and ends with what stands behind '&'.
json event_of_profile_m(std::string_view topic, const json& object) {
  constexpr std::string_view kPrefix = "onvif-ej/";
  if (const size_t at = topic.find(kPrefix); at != std::string_view::npos) topic.remove_prefix(at + kPrefix.size());
  if (const size_t source = topic.find("/&"); source != std::string_view::npos) topic = topic.substr(0, source);
  const auto operation = text_in(object, "PropertyOperation");
  return {{"topic", without_prefixes(topic)},
          {"time", text_in(object, "UtcTime")},
          {"operation", operation.empty() ? "Changed" : operation},
          {"source", texts_of(object, "Source")},
          {"key", texts_of(object, "Key")},
          {"data", texts_of(object, "Data")}};
}

}  // namespace

Result<std::vector<json>> read_onvif_events(std::string_view topic, std::string_view payload) {
  if (payload.size() > kPayload_bytes_max)
    return bad_input(fmt::format("found {} bytes, expected at most {}", payload.size(), kPayload_bytes_max));
  const size_t first = payload.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  if (first != std::string_view::npos && payload[first] == '<') return events_of_xml(payload);
  TRY(const auto object, parse_bounded_json(payload, kPayload_bytes_max));
  if (!object.is_object()) return bad_input(fmt::format("found {}, expected an event", shown_json(object)));
  if (object.contains("topic") && object.contains("message") && object["message"].is_object())
    return std::vector<json>{event_of_axis(object)};
  if (object.contains("Data") || object.contains("Source")) return std::vector<json>{event_of_profile_m(topic, object)};
  return bad_input(fmt::format("found {}, expected Data and Source, or topic and message", shown_json(object)));
}

}  // namespace shrike

#include "sense/event_mapping.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file.h"
#include "base/yaml.h"
#include "sense/event_mappings_embedded.h"
#include "site/sensor_config.h"

namespace shrike {
namespace {

EventCondition read_condition(YamlMap& map) {
  EventCondition condition;
  condition.at = map.texts("at");
  if (condition.at.empty()) map.fault("at", "missing; e.g. at: /after/label");
  condition.is = map.texts("is");
  condition.is_not = map.texts("is_not");
  map.read("at_least", condition.at_least, {});
  if (condition.is.empty() && condition.is_not.empty() && !condition.at_least)
    map.fault("is", "missing; say is, is_not or at_least");
  map.finish();
  return condition;
}

EventRule read_rule(const std::string& name, YamlMap& map) {
  EventRule rule;
  rule.name = name;
  map.read("topic", rule.topic);
  if (!rule.topic.empty() && !is_topic_filter(rule.topic))
    map.fault("topic", fmt::format("'{}' is no topic filter of MQTT", rule.topic));
  for (auto& condition : map.list("when")) rule.when.push_back(read_condition(condition));
  map.read("each", rule.each);
  if (!rule.each.empty() && rule.each[0] != '/') map.fault("each", "expected a JSON pointer, e.g. /after/zones");
  rule.id = map.texts("id");
  rule.time = map.texts("time");
  rule.zone = map.texts("zone");
  map.read("rising", rule.rising);
  map.read("fact", rule.fact);
  const std::vector<std::string> items{"taken", "put_back", "carried_in", "carried_out"};
  const auto from = [&](const std::string& word) {
    return std::find(items.begin(), items.end(), word) == items.end() ? std::nullopt : std::optional(word);
  };
  map.read_word("item", rule.item, from, items);
  rule.product = map.texts("product");
  map.read("probability", rule.probability, {0.001, 1});
  map.read("says", rule.says);
  if (rule.fact.empty() == rule.item.empty()) map.fault("fact", "say what it means: either fact: or item:");
  map.finish();
  return rule;
}

EventMapping read_mapping(YamlMap& root) {
  EventMapping mapping;
  const auto form = [](const std::string& word) -> std::optional<EventForm> {
    if (word == "json") return EventForm::json;
    if (word == "onvif") return EventForm::onvif;
    return std::nullopt;
  };
  root.read_word("form", mapping.form, form, {"json", "onvif"});
  for (auto& [name, rule] : root.named("events")) mapping.rules.push_back(read_rule(name, rule));
  if (mapping.rules.empty()) root.fault("events", "missing; name at least one kind of event");
  root.finish();
  return mapping;
}

}  // namespace

Result<EventMapping> parse_event_mapping(std::string_view yaml, const std::string& file) {
  TRY(const YAML::Node node, parse_yaml(yaml, file));
  YamlFaults faults(file);
  try {
    YamlMap root(node, "", faults);
    auto mapping = read_mapping(root);
    if (faults.any()) return faults.error();
    return mapping;
  } catch (const YAML::Exception& e) {
    faults.add(e.mark, e.msg);
    return faults.error();
  }
}

Result<EventMapping> load_event_mapping(const std::string& name) {
  constexpr size_t kBytes_max = size_t{1} << 20;
  if (name.ends_with(".yml")) {
    TRY(const auto text, read_file(name, kBytes_max));
    return parse_event_mapping(text, name);
  }
  std::vector<std::string_view> known;
  for (const auto& each : kEmbeddedEventMappings) {
    const auto stem = each.name.substr(0, each.name.rfind('.'));
    if (stem == name) return parse_event_mapping(each.text, std::string(each.name));
    known.push_back(stem);
  }
  return bad_input(fmt::format("mapping '{}': found neither a built-in one ({}) nor a name that ends in .yml", name,
                               fmt::join(known, ", ")));
}

}  // namespace shrike

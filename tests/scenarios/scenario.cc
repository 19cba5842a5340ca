#include "scenarios/scenario.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "base/file.h"
#include "base/yaml.h"

namespace shrike {
namespace {

/// "a, b" as {"a", "b"}.
std::vector<std::string> words(YamlMap& map, const char* key) {
  std::string text;
  map.read(key, text);
  std::ranges::replace(text, ',', ' ');
  std::istringstream in(text);
  std::vector<std::string> found;
  for (std::string word; in >> word;) found.push_back(word);
  std::ranges::sort(found);
  return found;
}

ScriptedPoint read_waypoint(YamlMap map) {
  ScriptedPoint point;
  map.read("t", point.t, {0, 86400});
  map.read("x", point.x, {-0.5, 1.5});
  map.read("y", point.y, {-0.5, 1.5});
  map.finish();
  return point;
}

Fault read_fault(YamlMap map) {
  constexpr std::array<const char*, 5> kKnown{"jump", "scale", "missing", "nan", "swap"};
  Fault fault;
  map.read("at", fault.at);
  map.read("frames", fault.frames, {1, 1000});
  map.read("box", fault.what);
  if (std::ranges::find(kKnown, fault.what) == kKnown.end())
    map.fault("box", "expected jump, scale, missing, nan, swap");
  map.read("x", fault.x);
  map.read("y", fault.y);
  map.read("scale", fault.scale, {0.1, 10});
  map.read("with", fault.with);
  map.finish();
  return fault;
}

Person read_person(const std::string& name, YamlMap& map) {
  Person person;
  person.name = name;
  map.read("height", person.height, {0.01, 1});
  for (YamlMap& point : map.list("path")) person.path.push_back(read_waypoint(point));
  if (person.path.size() < 2) map.fault("path", "expected at least two points {t, x, y}");
  if (!std::ranges::is_sorted(person.path, {}, &ScriptedPoint::t)) map.fault("path", "times must not go back");
  for (YamlMap& thing : map.list("with")) {
    auto& read = person.things.emplace_back();
    thing.read("label", read.label);
    thing.read("from", read.from);
    thing.read("to", read.to);
    thing.finish();
  }
  for (YamlMap& fault : map.list("faults")) person.faults.push_back(read_fault(fault));
  map.finish();
  return person;
}

FromElsewhere read_elsewhere(YamlMap map) {
  FromElsewhere from;
  map.read("at", from.at);
  map.read("person", from.person);
  map.read("kind", from.evidence.kind);
  map.read("llr", from.evidence.llr);
  map.read("source", from.evidence.source);
  map.read("detail", from.evidence.detail);
  map.finish();
  return from;
}

ExpectedIncident read_expected(YamlMap map) {
  ExpectedIncident incident;
  map.read("person", incident.person);
  map.read("type", incident.type);
  incident.speaks_for = words(map, "for");
  incident.against = words(map, "against");
  map.read("summary", incident.summary);
  map.read("from", incident.from);
  map.read("to", incident.to);
  map.read("ends", incident.ends);
  map.finish();
  return incident;
}

Noise read_noise(YamlMap map) {
  Noise noise;
  map.read("jitter", noise.jitter, {0, 1});
  map.read("missing", noise.missing, {0, 1});
  map.read("wild", noise.wild, {0, 1});
  map.finish();
  return noise;
}

void read_expectations(YamlMap map, Scenario& scenario) {
  for (YamlMap& incident : map.list("incidents")) scenario.incidents.push_back(read_expected(incident));
  auto evidence = map.map("evidence");
  for (const Person& person : scenario.people) {
    if (evidence.has(person.name.c_str())) {
      scenario.evidence.emplace_back(person.name, words(evidence, person.name.c_str()));
    }
  }
  evidence.finish();
  map.finish();
}

}  // namespace

Result<Scenario> load_scenario(const std::filesystem::path& file) {
  TRY(const std::string text, read_file(file, 1 << 20));
  TRY(const YAML::Node node, parse_yaml(text, file.string()));
  YamlFaults faults(file.string());
  YamlMap root(node, "", faults);
  Scenario scenario;
  scenario.name = file.stem().string();
  std::string shop, shop_file;
  root.read("about", scenario.about);
  root.read("shop", shop);
  root.read("shop_file", shop_file);
  if (shop_file.empty()) {
    TRY(scenario.shop, parse_site(shop, file.string() + ": shop", file.parent_path()));
  } else {
    TRY(scenario.shop, load_site(file.parent_path() / shop_file));
  }
  root.read("width", scenario.width, {16, 16384});
  root.read("height", scenario.height, {16, 16384});
  root.read("fps", scenario.fps, {0.5, 60});
  root.read("seeds", scenario.seeds, {1, 1000});
  root.read("clock_set_back", scenario.clock_set_back);
  scenario.noise = read_noise(root.map("noise"));
  for (auto& [name, map] : root.named("people")) scenario.people.push_back(read_person(name, map));
  for (YamlMap& map : root.list("elsewhere")) scenario.elsewhere.push_back(read_elsewhere(map));
  read_expectations(root.map("expect"), scenario);
  if (scenario.about.empty()) root.fault("about", "say in one sentence what the scenario shows");
  root.finish();
  if (faults.any()) return faults.error();
  return scenario;
}

}  // namespace shrike

#pragma once
// The numbers of a simulated world's file: sections of keys, each within its bounds, all of them needed.

#include <set>
#include <string>

#include "base/yaml.h"

namespace shrike {

template <class World>
struct WorldKey {
  const char* section;
  const char* name;
  double& (*at)(World&);
  double low, high;
};

template <class T>
void read_needed(YamlMap& map, const char* key, T& value, Bounds bounds) {
  if (!map.has(key)) map.fault(key, "missing");
  map.read(key, value, bounds);
}

template <class World, size_t N>
void read_sections(YamlMap& root, const WorldKey<World> (&keys)[N], World& world) {
  std::set<std::string> sections;
  for (const auto& key : keys) sections.insert(key.section);
  for (const std::string& section : sections) {
    YamlMap map = root.map(section.c_str());
    for (const auto& key : keys)
      if (section == key.section) read_needed(map, key.name, key.at(world), {key.low, key.high});
    map.finish();
  }
}

}  // namespace shrike

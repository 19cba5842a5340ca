// Any bytes as another system's event, read by every mapping that is built in: findings of known form, or nothing.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sense/foreign_events.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  constexpr Timestamp kNow{1'772'355'600'000'000};
  const std::string payload(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"onvif", "frigate", "scenescape", "eas", "door"}) {
    auto mapping = load_event_mapping(name);
    if (!mapping) std::abort();
    ForeignEvents events(std::move(*mapping), "sensor", "door");
    for (const char* topic : {"frigate/events", "scenescape/event/region/a/b/objects", "x/onvif-ej/RuleEngine/&1"}) {
      const auto found = events.observe({.topic = topic, .payload = payload, .received = kNow});
      for (const auto& fact : found.facts) {
        if (fact.kind.empty() || fact.to > kNow || fact.to < fact.from) std::abort();
      }
    }
  }
  return 0;
}

#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace shrike {

/// A camera that has its own detector and publishes what it sees: `source: mqtt://BROKER/TOPIC`.
struct ObjectSource {
  std::string broker;  ///< of `sensors: mqtt:`
  std::string topic;
};

/// None where `source` names no such camera.
[[nodiscard]] std::optional<ObjectSource> object_source(std::string_view source);

}  // namespace shrike

#pragma once
// What a scale says, from the forms in which scales say it over MQTT. docs/sense.md shows them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace shrike {

struct WeightReading {
  std::string sensor;               ///< as it calls itself; empty where it does not
  std::optional<Timestamp> stated;  ///< on its clock
  double grams = 0;                 ///< finite
  std::optional<double> temperature_c;

  bool operator==(const WeightReading&) const = default;
};

/// One message: the plain form {"sensor", "time", "grams", "temperature_c"}, also with "kg"; a list of those; a bare
/// number of grams; or Sparkplug B as JSON ({"timestamp", "metrics": [{"name", "value", …}]}), of which metrics named
/// grams, weight, mass (or …/grams and so on) with an optional engineering unit, and temperature are read. Readings in
/// the order of the message. Errors name the field, what was found and what was expected; over 4,096 readings in one
/// message, or 1 MiB, are refused.
[[nodiscard]] Result<std::vector<WeightReading>> read_weight(std::string_view payload);

/// RFC 3339, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970 (told apart by size).
[[nodiscard]] std::optional<Timestamp> sensor_time(std::string_view text);
[[nodiscard]] std::optional<Timestamp> sensor_time(double number);

}  // namespace shrike

#include "sense/weight_reading.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sense/bounded_json.h"

namespace shrike {
namespace {

using nlohmann::json;

constexpr size_t kReadings_max = 4096;

/// A number, also one that is written as text.
std::optional<double> number_in(const json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<Timestamp> time_in(const json& value) {
  if (value.is_number()) return sensor_time(value.get<double>());
  return value.is_string() ? sensor_time(value.get_ref<const std::string&>()) : std::nullopt;
}

/// Grams a unit of that name.
std::optional<double> grams_in(std::string_view unit) {
  if (unit == "g" || unit == "gram" || unit == "grams") return 1;
  if (unit == "kg" || unit == "kilogram" || unit == "kilograms") return 1000;
  if (unit == "mg") return 1e-3;
  if (unit == "lb" || unit == "lbs") return 453.59237;
  if (unit == "oz") return 28.349523125;
  return std::nullopt;
}

Result<double> number_of(const json& object, const char* field, double scale) {
  const auto number = number_in(object.at(field));
  if (!number || !std::isfinite(*number * scale))
    return bad_input(fmt::format("{}: found {}, expected a number", field, shown_json(object.at(field))));
  return *number * scale;
}

Result<WeightReading> plain_reading(const json& object) {
  if (!object.is_object()) return bad_input(fmt::format("found {}, expected an object of a scale", shown_json(object)));
  WeightReading reading;
  const bool kilograms = !object.contains("grams") && object.contains("kg");
  if (!kilograms && !object.contains("grams"))
    return bad_input(fmt::format("grams: found nothing in {}, expected a number", shown_json(object)));
  TRY(reading.grams, number_of(object, kilograms ? "kg" : "grams", kilograms ? 1000 : 1));
  if (const auto found = object.find("sensor"); found != object.end() && !found->is_null())
    reading.sensor = found->is_string() ? found->get<std::string>().substr(0, 256) : shown_json(*found);
  if (const auto found = object.find("time"); found != object.end() && !found->is_null()) {
    reading.stated = time_in(*found);
    if (!reading.stated)
      return bad_input(fmt::format("time: found {}, expected RFC 3339 or a number since 1970", shown_json(*found)));
  }
  if (const auto found = object.find("temperature_c"); found != object.end() && !found->is_null()) {
    TRY(reading.temperature_c, number_of(object, "temperature_c", 1));
  }
  return reading;
}

/// The last level of a metric's name, in small letters.
std::string last_level(std::string name) {
  if (const size_t slash = name.rfind('/'); slash != std::string::npos) name.erase(0, slash + 1);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

/// What one unit of the metric is in grams, by its name or by the property engUnit; nothing where it is no weight.
Result<std::optional<double>> scale_of(const std::string& name, const json& metric) {
  std::optional<double> scale;
  if (name == "grams" || name == "weight" || name == "mass" || name == "weight_g") scale = 1;
  if (name == "kg" || name == "weight_kg") scale = 1000;
  if (!scale) return scale;
  const json::json_pointer unit_at("/properties/engUnit/value");
  const json* unit = metric.contains(unit_at) ? &metric.at(unit_at) : nullptr;
  if (unit == nullptr) return scale;
  scale = unit->is_string() ? grams_in(last_level(unit->get<std::string>())) : std::nullopt;
  if (scale) return scale;
  return bad_input(fmt::format("{}: found the unit {}, expected g, kg, mg, lb or oz", name, shown_json(*unit)));
}

Result<std::vector<WeightReading>> sparkplug_readings(const json& message) {
  const auto& metrics = message.at("metrics");
  if (!metrics.is_array()) return bad_input(fmt::format("metrics: found {}, expected a list", shown_json(metrics)));
  if (metrics.size() > kReadings_max) return bad_input(fmt::format("metrics: {} of them, too many", metrics.size()));
  const auto sent = message.contains("timestamp") ? time_in(message.at("timestamp")) : std::nullopt;
  std::vector<WeightReading> readings;
  std::optional<double> temperature_c;
  for (const auto& metric : metrics) {
    // Data messages may leave names out and give aliases; which is which only births say, and those we may have missed.
    if (!metric.is_object() || !metric.contains("name") || !metric.at("name").is_string()) continue;
    if (metric.value("is_null", json()) == json(true) || !metric.contains("value")) continue;
    const auto name = last_level(metric.at("name").get<std::string>());
    if (name == "temperature" || name == "temperature_c") {
      TRY(temperature_c, number_of(metric, "value", 1));
      continue;
    }
    TRY(const auto scale, scale_of(name, metric));
    if (!scale) continue;
    WeightReading reading;
    TRY(reading.grams, number_of(metric, "value", *scale));
    reading.stated = metric.contains("timestamp") ? time_in(metric.at("timestamp")) : sent;
    readings.push_back(std::move(reading));
  }
  for (auto& reading : readings) reading.temperature_c = temperature_c;
  return readings;
}

}  // namespace

std::optional<Timestamp> sensor_time(double number) {
  // 1e8 seconds is 1973, 1e11 ms likewise: between the scales lies a factor of a thousand, the years 1973 to 5138.
  const double size = std::abs(number);
  if (!(size >= 1e8 && size < 1e20)) return std::nullopt;
  const double us = size < 1e11 ? number * 1e6 : size < 1e14 ? number * 1e3 : size < 1e17 ? number : number * 1e-3;
  return Timestamp{static_cast<int64_t>(us)};
}

std::optional<Timestamp> sensor_time(std::string_view text) {
  if (const auto time = parse_rfc3339(text)) return *time;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? sensor_time(number) : std::nullopt;
}

Result<std::vector<WeightReading>> read_weight(std::string_view payload) {
  TRY(const auto message, parse_bounded_json(payload));
  if (message.is_object() && message.contains("metrics")) return sparkplug_readings(message);
  std::vector<WeightReading> readings;
  if (message.is_number()) {
    const double grams = message.get<double>();
    if (!std::isfinite(grams)) return bad_input("found a number without end, expected grams");
    readings.push_back({.grams = grams});
    return readings;
  }
  if (!message.is_array()) {
    TRY(auto reading, plain_reading(message));
    readings.push_back(std::move(reading));
    return readings;
  }
  if (message.size() > kReadings_max)
    return bad_input(fmt::format("{} readings in one message, too many", message.size()));
  for (const auto& each : message) {
    TRY(auto reading, plain_reading(each));
    readings.push_back(std::move(reading));
  }
  return readings;
}

}  // namespace shrike

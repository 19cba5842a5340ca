#include "hub/edge_alert.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/ulid.h"

namespace shrike {
namespace {

using Json = nlohmann::json;

constexpr size_t kWordLength_max = 128;
constexpr size_t kObjects_max = 100;
constexpr size_t kObjectsShown = 8;
constexpr Timestamp kEarliest{946'684'800'000'000};  // 2000-01-01: before, a device's clock was never set

/// What was found, short enough to show.
std::string shown(const Json& value) {
  auto text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return text;
}

bool is_word(const std::string& text) {
  return !text.empty() && text.size() <= kWordLength_max &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

/// "Check-out bypass" as CHECK_OUT_BYPASS, the form that Shrike's own types have.
std::string as_type(std::string text) {
  for (char& c : text) {
    c = std::isalnum(static_cast<unsigned char>(c)) != 0
            ? static_cast<char>(std::toupper(static_cast<unsigned char>(c)))
            : '_';
  }
  return text;
}

/// A time since 1970 in the unit that puts it nearest to today.
Timestamp from_epoch(double value) {
  const double unit_us = value < 1e11 ? 1e6 : value < 1e14 ? 1e3 : 1;
  return {std::llround(std::min(value * unit_us, 9e18))};
}

std::optional<Timestamp> time_of(const Json& value, std::string_view time_zone) {
  if (value.is_number()) {
    const auto number = value.get<double>();
    return number >= 0 ? std::optional(from_epoch(number)) : std::nullopt;
  }
  if (!value.is_string()) return std::nullopt;
  auto text = value.get<std::string>();
  if (text.size() > 64) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error == std::errc() && end == text.data() + text.size() && number >= 0) return from_epoch(number);
  if (const auto exact = parse_rfc3339(text)) return *exact;
  std::replace(text.begin(), text.end(), ' ', 'T');
  const auto local = parse_local(text, time_zone);
  return local ? std::optional(*local) : std::nullopt;
}

/// Reads one field after another of a body and keeps the first fault; what is at fault reads as empty.
class Fields {
 public:
  explicit Fields(const Json& body) : body_(body) {}

  [[nodiscard]] const std::optional<AlertFault>& fault() const { return fault_; }

  /// The first of `names` that the body has, as a short text; empty where it has none.
  std::string word(std::initializer_list<const char*> names) {
    for (const char* name : names) {
      if (const auto* value = find(name)) return word_of(*value, name);
    }
    return "";
  }

  Timestamp time(const AlertContext& context) {
    const auto* value = find("timestamp");
    if (value == nullptr) return blame<Timestamp>("timestamp", "is missing; send RFC 3339 or seconds since 1970");
    const auto time = time_of(*value, context.time_zone);
    if (!time) {
      return blame<Timestamp>("timestamp",
                              "expected RFC 3339 such as 2026-03-01T09:30:00Z, or seconds or milliseconds "
                              "since 1970, found " +
                                  shown(*value));
    }
    if (*time < kEarliest || *time > context.now.plus_s(86400)) {
      return blame<Timestamp>("timestamp",
                              fmt::format("{} is {}, which is not between 2000 and a day from now; set the "
                                          "device's clock",
                                          shown(*value), to_rfc3339(*time)));
    }
    return *time;
  }

  /// Where, in words; empty where the body does not say.
  std::string position() {
    const auto* value = find("position");
    if (value == nullptr) return "";
    if (value->is_string()) return word_of(*value, "position");
    const auto point = [](const Json& x, const Json& y) {
      return x.is_number() && y.is_number() ? fmt::format("({:g}, {:g})", x.get<double>(), y.get<double>()) : "";
    };
    std::string text;
    if (value->is_array() && (value->size() == 2 || value->size() == 3)) text = point((*value)[0], (*value)[1]);
    if (value->is_object() && value->contains("x") && value->contains("y")) text = point((*value)["x"], (*value)["y"]);
    if (!text.empty()) return text;
    return blame<std::string>("position", "expected [x, y], {\"x\", \"y\"} or a few words, found " + shown(*value));
  }

  /// Labels, comma between; empty where the body has none.
  std::string objects() {
    const auto* list = find("objects");
    if (list == nullptr) return "";
    if (!list->is_array() || list->size() > kObjects_max) {
      return blame<std::string>("objects",
                                fmt::format("expected a list of at most {}, found {}", kObjects_max, shown(*list)));
    }
    std::string labels;
    for (size_t i = 0; i < list->size(); ++i) {
      const auto label = label_of((*list)[i], fmt::format("objects[{}]", i));
      if (i < kObjectsShown) labels += (labels.empty() ? "" : ", ") + label;
    }
    if (list->size() > kObjectsShown) labels += fmt::format(" and {} more", list->size() - kObjectsShown);
    return labels;
  }

  double confidence() {
    for (const char* name : {"confidence", "risk", "score"}) {
      const auto* value = find(name);
      if (value == nullptr) continue;
      if (value->is_number() && *value >= 0.0 && *value <= 1.0) return value->get<double>();
      return blame<double>(name, "expected a number from 0 to 1, found " + shown(*value));
    }
    return 0;
  }

 private:
  /// Null where the body does not have it, or has null.
  [[nodiscard]] const Json* find(const char* name) const {
    const auto it = body_.find(name);
    return it == body_.end() || it->is_null() ? nullptr : &*it;
  }

  template <class T>
  T blame(std::string field, std::string message) {
    if (!fault_) fault_ = AlertFault{std::move(field), std::move(message)};
    return {};
  }

  std::string word_of(const Json& value, std::string field) {
    if (value.is_number_integer()) return value.dump();
    if (value.is_string() && is_word(value.get_ref<const std::string&>())) return value.get<std::string>();
    return blame<std::string>(std::move(field), fmt::format("expected a text of 1 to {} characters, found {}",
                                                            kWordLength_max, shown(value)));
  }

  std::string label_of(const Json& object, std::string field) {
    if (!object.is_object()) return word_of(object, std::move(field));
    for (const char* name : {"label", "class", "name", "type"}) {
      if (object.contains(name)) return word_of(object[name], field + "." + name);
    }
    return "object";
  }

  const Json& body_;
  std::optional<AlertFault> fault_;
};

std::string summary_of(const std::string& type, const std::string& source, const std::string& objects,
                       const std::string& position) {
  std::string what = type;
  std::transform(what.begin(), what.end(), what.begin(),
                 [](unsigned char c) { return c == '_' ? ' ' : std::tolower(c); });
  return fmt::format("Possible {}, reported by {}{}{}", what, source, objects.empty() ? "" : ": " + objects,
                     position.empty() ? "" : " at " + position);
}

tl::unexpected<AlertFault> fault(std::string field, std::string message) {
  return tl::unexpected<AlertFault>(AlertFault{std::move(field), std::move(message)});
}

}  // namespace

tl::expected<EdgeAlert, AlertFault> parse_edge_alert(std::string_view body, const AlertContext& context) {
  const auto json = Json::parse(body, nullptr, false);
  if (json.is_discarded()) return fault("", "the body is not JSON");
  if (!json.is_object()) return fault("", "expected a JSON object with type and timestamp, found " + shown(json));
  Fields fields(json);
  const auto type = fields.word({"type"});
  if (type.empty() && !fields.fault()) return fault("type", "is missing; say what happened, such as LOITERING");
  const auto time = fields.time(context);
  const auto position = fields.position();
  const auto objects = fields.objects();
  const auto confidence = fields.confidence();
  const auto camera = fields.word({"camera", "camera_id"});
  auto source = fields.word({"source", "device", "device_id"});
  const auto event_id = fields.word({"event_id"});
  if (fields.fault()) return tl::unexpected<AlertFault>(*fields.fault());
  if (source == "shrike") return fault("source", "is the name of Shrike itself; use the device's own");
  if (source.empty()) source = "edge";

  EdgeAlert alert;
  alert.idempotency_key = context.idempotency_key.empty() ? event_id : std::string(context.idempotency_key);
  alert.body = body;
  alert.received = context.now;
  auto& incident = alert.incident;
  incident.event_id = is_ulid(event_id) ? event_id : new_ulid(time);
  incident.type = as_type(type);
  incident.source = source;
  incident.store_id = context.store_id;
  incident.camera = camera;
  incident.time = incident.from = incident.to = time;
  incident.risk = confidence;
  incident.clip_state = "missing";
  incident.summary = summary_of(incident.type, source, objects, position);
  incident.evidence.push_back({{"edge_report", time, time, source, "", 0, incident.summary}, 1, 0});
  return alert;
}

}  // namespace shrike

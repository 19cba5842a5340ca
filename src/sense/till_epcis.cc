#include "sense/till_epcis.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "ledger/epcis.h"
#include "sense/till_json.h"

namespace shrike {
namespace {

using nlohmann::json;

/// A vocabulary word without the URI around it: "urn:epcglobal:cbv:bizstep:retail_selling",
/// "https://ref.gs1.org/cbv/BizStep-retail_selling".
std::string bare(std::string word) {
  word = word.substr(word.find_last_of(":/#") + 1);
  for (const std::string_view prefix : {"BizStep-", "Disp-", "BTT-"}) {
    if (word.starts_with(prefix)) word.erase(0, prefix.size());
  }
  return word;
}

std::string text_at(const json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  return found->is_object() ? text_at(*found, "id") : std::string();
}

const json& list_at(const json& object, const char* key) {
  static const json kNone = json::array();
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : kNone;
}

const json& events_of(const json& document) {
  static const json kNone = json::array();
  const auto body = document.find("epcisBody");
  if (body == document.end() || !body->is_object()) return kNone;
  for (const char* path : {"/eventList", "/queryResults/resultsBody/eventList"}) {
    const json::json_pointer pointer(path);
    if (body->contains(pointer) && body->at(pointer).is_array()) return body->at(pointer);
  }
  return kNone;
}

json lines_of(const json& event) {
  auto lines = json::array();
  for (const auto& epc : list_at(event, "epcList")) {
    if (!epc.is_string()) {  // the reader of the JSON form refuses it by name
      lines.push_back({{"epc", false}});
      continue;
    }
    const auto urn = epc.get<std::string>();
    lines.push_back({{"epc", urn}, {"item_id", gtin_of(urn).value_or(urn)}, {"quantity", 1}, {"entry_method", "rfid"}});
  }
  for (const auto& each : list_at(event, "quantityList")) {
    if (!each.is_object()) continue;
    const auto epc_class = text_at(each, "epcClass");
    json line{{"item_id", gtin_of(epc_class).value_or(epc_class)}, {"unit", text_at(each, "uom")}};
    if (const auto quantity = each.find("quantity"); quantity != each.end())
      line["quantity"] = quantity->is_structured() ? json(false) : *quantity;
    lines.push_back(std::move(line));
  }
  return lines;
}

/// The day at the place of the event, from the time and its offset.
std::string local_day(const json& event) {
  auto time = parse_rfc3339(text_at(event, "eventTime"));
  const auto offset = text_at(event, "eventTimeZoneOffset");
  const auto zero = parse_rfc3339("2000-01-01T00:00:00" + offset);
  if (!time || !zero || offset.empty()) return {};
  const auto utc_midnight = parse_rfc3339("2000-01-01T00:00:00Z");
  return to_rfc3339(Timestamp{time->us + (utc_midnight->us - zero->us)}).substr(0, 10);
}

Result<TillTransaction> sale_of(const json& event, TillContext& context) {
  const auto store = text_at(event, "bizLocation"), till = text_at(event, "readPoint");
  std::string number;
  for (const auto& each : list_at(event, "bizTransactionList")) {
    if (number.empty()) number = text_at(each, "bizTransaction");
  }
  if (number.empty()) number = text_at(event, "eventID");
  const auto error = event.find("errorDeclaration");
  const json object{{"store", store.empty() ? till : store},
                    {"till", till.empty() ? store : till},
                    {"sequence", number},
                    {"business_day", local_day(event)},
                    {"end", text_at(event, "eventTime")},
                    {"kind", error == event.end() ? "sale" : "void"},
                    {"type", "ObjectEvent"},
                    {"detail", bare(text_at(event, "disposition"))},
                    {"reason", error == event.end() ? std::string() : bare(text_at(*error, "reason"))},
                    {"lines", lines_of(event)}};
  return till_from_json(object, context);
}

/// Sure but for the reader: a tag that stays near a door is told of, now and then, as one that left.
constexpr double kPassed = 0.95;

std::optional<ItemEvent::Kind> way_of(const std::string& step) {
  if (step == "departing" || step == "entering_exiting") return ItemEvent::Kind::carried_out;
  if (step == "arriving") return ItemEvent::Kind::carried_in;
  return std::nullopt;
}

bool take_door(const json& event, ItemEvent::Kind way, std::vector<ItemEvent>& doors) {
  const auto time = parse_rfc3339(text_at(event, "eventTime"));
  const auto point = text_at(event, "readPoint");
  const auto zone = point.substr(point.find_last_of(":/.#") + 1);
  if (!time || zone.empty() || event.contains("errorDeclaration")) return false;
  for (const auto& epc : list_at(event, "epcList")) {
    if (!epc.is_string()) continue;
    doors.push_back({.kind = way,
                     .from = *time,
                     .to = *time,
                     .source = point,
                     .zone = zone,
                     .visit_id = {},
                     .guesses = {{.product = {}, .probability = kPassed, .serial = epc.get<std::string>()}}});
  }
  return true;
}

}  // namespace

EpcisEvents shop_events_of_epcis(const json& document, TillContext& context) {
  EpcisEvents out;
  const auto take = [&](const json& event) {
    const bool is_object = event.is_object() && bare(text_at(event, "type")) == "ObjectEvent";
    const std::string step = is_object ? bare(text_at(event, "bizStep")) : std::string();
    const auto way = way_of(step);
    if (step == "retail_selling") {
      out.transactions.push_back(sale_of(event, context));
    } else if (!way || !take_door(event, *way, out.doors)) {
      ++out.others;
    }
  };
  if (document.contains("epcisBody")) {
    for (const auto& event : events_of(document)) take(event);
  } else {
    take(document);
  }
  return out;
}

}  // namespace shrike

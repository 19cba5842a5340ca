#include "ledger/epcis.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

namespace shrike {
namespace {

using nlohmann::json;

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// GS1 General Specifications 7.9: weights 3 and 1 from the right.
char check_digit(std::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) sum += (digits[digits.size() - 1 - i] - '0') * (i % 2 == 0 ? 3 : 1);
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

/// "urn:epcglobal:cbv:bizstep:receiving", "https://ref.gs1.org/cbv/BizStep-receiving" and "receiving" are one step.
std::string bare_word(const std::string& text) {
  const size_t at = text.find_last_of(":/");
  std::string word = at == std::string::npos ? text : text.substr(at + 1);
  for (const std::string_view prefix : {"BizStep-", "Disp-"}) {
    if (word.starts_with(prefix)) word.erase(0, prefix.size());
  }
  return word;
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  if (found->is_object()) return text_at(*found, "id");
  return found->is_number() ? found->dump() : std::string();
}

/// The entry of a typed list, e.g. of sourceList the `source` whose type is location.
std::string typed_entry(const json& event, const char* list, const char* key,
                        std::initializer_list<std::string_view> types) {
  const auto found = event.find(list);
  if (found == event.end() || !found->is_array()) return {};
  for (const auto type : types) {
    for (const auto& entry : *found) {
      if (entry.is_object() && bare_word(text_at(entry, "type")) == type) return text_at(entry, key);
    }
  }
  return {};
}

struct Amount {
  double quantity = 0;
  bool known = true;
  std::string uom;
};

std::string class_of(const std::string& epc) { return gtin_of(epc).value_or(epc); }

void add_products(const json& event, const char* epcs, const char* quantities,
                  std::map<std::string, Amount>& products) {
  if (const auto list = event.find(epcs); list != event.end() && list->is_array()) {
    for (const auto& epc : *list) {
      if (epc.is_string()) products[class_of(epc.get<std::string>())].quantity += 1;
    }
  }
  if (const auto list = event.find(quantities); list != event.end() && list->is_array()) {
    for (const auto& entry : *list) {
      if (!entry.is_object()) continue;
      auto& amount = products[class_of(text_at(entry, "epcClass"))];
      const auto quantity = entry.find("quantity");
      if (quantity != entry.end() && quantity->is_number()) {
        amount.quantity += quantity->get<double>();
      } else {
        amount.known = false;
      }
      amount.uom = text_at(entry, "uom");
    }
  }
}

void add_event(const json& event, std::vector<FlatObject>& rows) {
  if (!event.is_object()) return;
  std::map<std::string, Amount> products;
  add_products(event, "epcList", "quantityList", products);
  add_products(event, "childEPCs", "childQuantityList", products);
  const auto location = text_at(event, "bizLocation");
  FlatObject common{
      {"event_type", text_at(event, "type")},
      {"event_id", text_at(event, "eventID")},
      {"event_time", text_at(event, "eventTime")},
      {"action", text_at(event, "action")},
      {"biz_step", bare_word(text_at(event, "bizStep"))},
      {"disposition", bare_word(text_at(event, "disposition"))},
      {"location", location.empty() ? text_at(event, "readPoint") : location},
      {"source", typed_entry(event, "sourceList", "source", {"location", "possessing_party", "owning_party"})},
      {"destination",
       typed_entry(event, "destinationList", "destination", {"location", "possessing_party", "owning_party"})},
      {"document",
       typed_entry(event, "bizTransactionList", "bizTransaction", {"desadv", "recadv", "po", "inv", "bol"})},
      {"error_declared", event.contains("errorDeclaration") ? "yes" : ""}};
  // An event that names no product still makes a row, so that it is counted among what was left out.
  if (products.empty()) products[""].known = false;
  for (const auto& [product, amount] : products) {
    auto row = common;
    row.emplace_back("product", product);
    row.emplace_back("quantity", amount.known ? json(amount.quantity).dump() : "");
    row.emplace_back("uom", amount.uom);
    rows.push_back(std::move(row));
  }
}

const json* event_list(const json& document) {
  const auto body = document.find("epcisBody");
  if (body == document.end() || !body->is_object()) return nullptr;
  for (const char* path : {"/eventList", "/queryResults/resultsBody/eventList", "/event"}) {
    const json::json_pointer pointer(path);
    if (body->contains(pointer)) return &body->at(pointer);
  }
  return nullptr;
}

}  // namespace

bool is_epcis(const json& document) {
  if (!document.is_object()) return false;
  if (document.contains("epcisBody")) return true;
  return document.contains("eventTime") && document.contains("type") && document["type"].is_string() &&
         document["type"].get<std::string>().ends_with("Event");
}

std::vector<FlatObject> epcis_rows(const json& document) {
  std::vector<FlatObject> rows;
  if (!document.contains("epcisBody")) {
    add_event(document, rows);
    return rows;
  }
  const auto* events = event_list(document);
  if (events != nullptr && events->is_array()) {
    for (const auto& event : *events) add_event(event, rows);
  } else if (events != nullptr) {
    add_event(*events, rows);
  }
  return rows;
}

std::optional<std::string> gtin_of(std::string_view epc) {
  static constexpr std::array<std::string_view, 3> kPrefixes{
      "urn:epc:id:sgtin:", "urn:epc:class:lgtin:", "urn:epc:idpat:sgtin:"};
  for (const auto prefix : kPrefixes) {
    if (!epc.starts_with(prefix)) continue;
    const auto rest = epc.substr(prefix.size());
    const size_t dot = rest.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto company = rest.substr(0, dot);
    const auto item = rest.substr(dot + 1, rest.find('.', dot + 1) - dot - 1);
    // EPC Tag Data Standard 7.1: the item reference starts with the indicator digit.
    if (!all_digits(company) || !all_digits(item) || company.size() + item.size() != 13) return std::nullopt;
    const std::string digits = std::string(1, item[0]) + std::string(company) + std::string(item.substr(1));
    return digits + check_digit(digits);
  }
  const size_t at = epc.find("/01/");
  if (epc.starts_with("http") && at != std::string_view::npos) {
    const auto rest = epc.substr(at + 4);
    const auto digits = rest.substr(0, rest.find_first_of("/?"));
    if (all_digits(digits) && digits.size() <= 14 && digits.size() >= 8)
      return std::string(14 - digits.size(), '0') + std::string(digits);
  }
  return std::nullopt;
}

}  // namespace shrike

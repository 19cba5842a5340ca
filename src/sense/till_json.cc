#include "sense/till_json.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "ledger/cells.h"

namespace shrike {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr size_t kListMax = 64;  ///< discounts of one line, links and totals of one transaction

ordered_json maybe(const std::string& text) { return text.empty() ? ordered_json(nullptr) : ordered_json(text); }
ordered_json maybe(const std::optional<Decimal>& value) {
  return value ? ordered_json(value->value()) : ordered_json(nullptr);
}
ordered_json maybe(const std::optional<Timestamp>& time) {
  return time ? ordered_json(to_rfc3339(*time)) : ordered_json(nullptr);
}
ordered_json maybe(const std::optional<bool>& value) { return value ? ordered_json(*value) : ordered_json(nullptr); }

ordered_json local_time(const TillTransaction& t) {
  const auto time = t.time();
  const auto text = time ? to_rfc3339(*time, t.zone) : Result<std::string>(std::string());
  return maybe(text ? *text : std::string());
}

ordered_json json_of(const std::vector<TillDiscount>& discounts) {
  auto list = ordered_json::array();
  for (const auto& each : discounts) {
    list.push_back({{"amount", each.amount.value()},
                    {"reason", maybe(each.reason)},
                    {"promotion", maybe(each.promotion)},
                    {"manual", each.manual}});
  }
  return list;
}

ordered_json json_of(const TillLine& line) {
  return {{"line", line.number},
          {"kind", line.returned ? "return" : "sale"},
          {"item_id", maybe(line.item_id)},
          {"pos_item_id", maybe(line.pos_item_id)},
          {"item_id_type", maybe(line.item_id_type)},
          {"item", maybe(line.item)},
          {"epc", maybe(line.epc)},
          {"item_type", maybe(line.item_type)},
          {"description", maybe(line.description)},
          {"department", maybe(line.department)},
          {"quantity", maybe(line.quantity)},
          {"unit", maybe(line.unit)},
          {"weighed", line.weighed},
          {"regular_price", maybe(line.regular_price)},
          {"price", maybe(line.price)},
          {"amount", maybe(line.amount)},
          {"discount", maybe(line.discount)},
          {"discounts", json_of(line.discounts)},
          {"price_override", line.price_override},
          {"override_reason", maybe(line.override_reason)},
          {"entry", maybe(std::string(to_string(line.entry)))},
          {"entry_method", maybe(line.entry_method)},
          {"voided", line.voided},
          {"voids_line", maybe(line.voids_line)},
          {"void_reason", maybe(line.void_reason)},
          {"has_receipt", line.has_receipt},
          {"approved", line.approved}};
}

ordered_json json_of_balance(const TillTransaction& transaction) {
  const auto balance = balance_of(transaction);
  return {{"lines", balance.lines.value()},
          {"line_discounts", balance.line_discounts.value()},
          {"discounts", balance.discounts.value()},
          {"reading", maybe(balance.reading)},
          {"agrees", maybe(balance.agrees)}};
}

/// The fields of one object, each asked for by name. The first fault is kept; after it everything reads as absent.
class Fields {
 public:
  Fields(const json& object, std::string path, std::string& fault)
      : object_(object), path_(std::move(path)), fault_(fault) {
    if (!object.is_object()) refuse("", object, "an object");
  }

  std::string text(const char* key) const {
    const json* value = find(key);
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(trimmed(value->get_ref<const std::string&>()));
    if (value->is_number_integer()) return value->dump();
    refuse(key, *value, "a text");
    return {};
  }

  std::optional<Decimal> number(const char* key) const {
    const json* value = find(key);
    if (value == nullptr || (value->is_string() && trimmed(value->get_ref<const std::string&>()).empty())) return {};
    if (value->is_string()) {
      auto parsed = parse_decimal(value->get_ref<const std::string&>());
      if (parsed) return *parsed;
      fail_at(key, parsed.error().message);
      return {};
    }
    constexpr double kBelow = 1e9;
    if (value->is_number() && std::abs(value->get<double>()) < kBelow)
      return Decimal{std::llround(value->get<double>() * 1e6)};
    refuse(key, *value, "a number below 1000000000");
    return {};
  }

  std::optional<bool> flag(const char* key) const {
    const json* value = find(key);
    if (value == nullptr) return {};
    if (value->is_boolean()) return value->get<bool>();
    if (value->is_string() && trimmed(value->get_ref<const std::string&>()).empty()) return {};
    const auto word = value->is_string() ? parse_bool(value->get_ref<const std::string&>()) : std::nullopt;
    if (!word) refuse(key, *value, "true or false");
    return word;
  }

  std::optional<Timestamp> time(const char* key, const std::string& zone) const {
    const auto given = text(key);
    if (given.empty()) return {};
    auto parsed = till_time(given, zone);
    if (parsed) return *parsed;
    fail_at(key, parsed.error().message);
    return {};
  }

  /// The elements below `key`, at most `count_max`; none where it is absent.
  const json& list(const char* key, size_t count_max) const {
    static const json kNone = json::array();
    const json* value = find(key);
    if (value == nullptr) return kNone;
    if (value->is_array() && value->size() <= count_max) return *value;
    if (value->is_array()) {
      fail_at(key, fmt::format("found {} elements, expected at most {}", value->size(), count_max));
    } else {
      refuse(key, *value, "a list");
    }
    return kNone;
  }

  [[nodiscard]] std::string place(const char* key) const { return path_.empty() ? key : path_ + "." + key; }
  void fail_at(const char* key, const std::string& what) const {
    const auto where = place(key);
    if (fault_.empty()) fault_ = where.empty() ? what : where + ": " + what;
  }

 private:
  const json* find(const char* key) const {
    if (!fault_.empty()) return nullptr;
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  void refuse(const char* key, const json& found, const char* expected) const {
    // Never dumped where it may be nested: that is as deep as the sender likes.
    const auto shown = found.is_structured() ? std::string("an ") + found.type_name()
                                             : found.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 40);
    fail_at(key, fmt::format("found {}, expected {}", shown, expected));
  }

  const json& object_;
  std::string path_;
  std::string& fault_;
};

std::vector<TillDiscount> discounts_of(const Fields& fields, const std::string& path, size_t count_max,
                                       std::string& fault) {
  std::vector<TillDiscount> discounts;
  for (const auto& each : fields.list("discounts", count_max)) {
    const Fields f(each, fmt::format("{}discounts[{}]", path, discounts.size()), fault);
    discounts.push_back({f.number("amount").value_or(Decimal{}), f.text("reason"), f.text("promotion"),
                         f.flag("manual").value_or(false)});
  }
  return discounts;
}

bool is_return(const Fields& f) {
  const auto kind = f.text("kind");
  if (!kind.empty() && kind != "sale" && kind != "return")
    f.fail_at("kind", fmt::format("found '{}', expected sale or return", kind.substr(0, 40)));
  return kind == "return";
}

TillLine line_of(const json& object, const std::string& path, std::string& fault) {
  const Fields f(object, path, fault);
  TillLine line;
  line.number = f.text("line");
  line.returned = is_return(f);
  line.item_id = f.text("item_id");
  line.pos_item_id = f.text("pos_item_id");
  line.item_id_type = f.text("item_id_type");
  line.epc = f.text("epc");
  line.item = item_of(!line.item_id.empty() ? line.item_id : line.pos_item_id.empty() ? line.epc : line.pos_item_id);
  line.item_type = f.text("item_type");
  line.description = f.text("description");
  line.department = f.text("department");
  line.quantity = f.number("quantity");
  line.unit = f.text("unit");
  line.weighed = f.flag("weighed").value_or(false);
  line.regular_price = f.number("regular_price");
  line.price = f.number("price");
  line.amount = f.number("amount");
  line.discount = f.number("discount");
  line.discounts = discounts_of(f, path + ".", kListMax, fault);
  line.price_override = f.flag("price_override").value_or(false);
  line.override_reason = f.text("override_reason");
  line.entry_method = f.text("entry_method");
  line.entry = till_entry(line.entry_method.empty() ? f.text("entry") : line.entry_method);
  line.voided = f.flag("voided").value_or(false);
  line.voids_line = f.text("voids_line");
  line.void_reason = f.text("void_reason");
  line.has_receipt = f.flag("has_receipt").value_or(false);
  line.approved = f.flag("approved").value_or(false);
  return line;
}

TillTender tender_of(const json& object, const std::string& path, std::string& fault) {
  const Fields f(object, path, fault);
  return {f.text("line"),
          f.text("type"),
          f.number("amount"),
          f.number("change").value_or(Decimal{}),
          f.flag("refund").value_or(false),
          f.flag("voided").value_or(false)};
}

void read_header(const Fields& f, TillTransaction& t, const std::string& zone_of_all) {
  t.zone = f.text("zone");
  if (t.zone.empty()) t.zone = zone_of_all;
  if (!zone_exists(t.zone)) f.fail_at("zone", fmt::format("found '{}', expected an IANA name", t.zone.substr(0, 40)));
  t.key = {f.text("store"), f.text("till"), f.text("business_day"), f.text("sequence")};
  if (!t.key.business_day.empty()) {
    auto day = till_day(t.key.business_day);
    if (day) {
      t.key.business_day = *day;
    } else {
      f.fail_at("business_day", day.error().message);
    }
  }
  t.business_day_assumed = f.flag("business_day_assumed").value_or(false);
  t.begin = f.time("begin", t.zone);
  t.end = f.time("end", t.zone);
  t.type = f.text("type");
  t.detail = f.text("detail");
  t.status = f.text("status");
  t.reason = f.text("reason");
  t.operator_id = f.text("operator");
  t.self_checkout = f.flag("self_checkout");
  t.currency = f.text("currency");
  t.training = f.flag("training").value_or(false);
  t.approved = f.flag("approved").value_or(false);
  t.tax = f.number("tax").value_or(Decimal{});
  t.rounding = f.number("rounding").value_or(Decimal{});
}

void read_lists(const Fields& f, TillTransaction& t, const std::vector<int64_t>* line_rows, std::string& fault) {
  for (const auto& each : f.list("lines", kTillEntriesMax)) {
    const size_t i = t.lines.size();
    t.lines.push_back(line_of(each,
                              line_rows != nullptr && i < line_rows->size() ? fmt::format("row {}", (*line_rows)[i])
                                                                            : fmt::format("lines[{}]", i),
                              fault));
    if (t.lines.back().number.empty()) t.lines.back().number = std::to_string(i + 1);
  }
  for (const auto& each : f.list("tenders", kTillEntriesMax)) {
    t.tenders.push_back(tender_of(each, fmt::format("tenders[{}]", t.tenders.size()), fault));
  }
  t.discounts = discounts_of(f, "", kTillEntriesMax, fault);
  for (const auto& each : f.list("totals", kListMax)) {
    const Fields total(each, fmt::format("totals[{}]", t.totals.size()), fault);
    t.totals.push_back({total.text("type"), total.number("amount").value_or(Decimal{})});
  }
  if (const auto total = f.number("total"); total && !t.total()) t.totals.push_back({"TransactionGrandAmount", *total});
  for (const auto& each : f.list("links", kListMax)) {
    const Fields link(each, fmt::format("links[{}]", t.links.size()), fault);
    t.links.push_back(
        {link.text("store"), link.text("till"), link.text("business_day"), link.text("sequence"), link.text("reason")});
  }
}

}  // namespace

ordered_json json_of(const TillTransaction& t) {
  ordered_json out{{"store", t.key.store},
                   {"till", t.key.till},
                   {"sequence", t.key.sequence},
                   {"business_day", t.key.business_day},
                   {"business_day_assumed", t.business_day_assumed},
                   {"calendar_day", maybe(t.calendar_day)},
                   {"begin", maybe(t.begin)},
                   {"end", maybe(t.end)},
                   {"local_time", local_time(t)},
                   {"zone", t.zone},
                   {"kind", to_string(t.kind)},
                   {"type", maybe(t.type)},
                   {"detail", maybe(t.detail)},
                   {"status", maybe(t.status)},
                   {"reason", maybe(t.reason)},
                   {"operator", maybe(t.operator_id)},
                   {"self_checkout", maybe(t.self_checkout)},
                   {"training", t.training},
                   {"approved", t.approved},
                   {"currency", maybe(t.currency)},
                   {"total", maybe(t.total())},
                   {"tax", t.tax.value()},
                   {"rounding", t.rounding.value()},
                   {"line_items", t.line_items}};
  for (const char* list : {"totals", "lines", "discounts", "tenders", "links"}) out[list] = ordered_json::array();
  for (const auto& each : t.totals)
    out["totals"].push_back({{"type", maybe(each.type)}, {"amount", each.amount.value()}});
  for (const auto& line : t.lines) out["lines"].push_back(json_of(line));
  out["discounts"] = json_of(t.discounts);
  for (const auto& each : t.tenders) {
    out["tenders"].push_back({{"line", each.number},
                              {"type", maybe(each.type)},
                              {"amount", maybe(each.amount)},
                              {"change", each.change.value()},
                              {"refund", each.refund},
                              {"voided", each.voided}});
  }
  for (const auto& each : t.links) {
    out["links"].push_back({{"store", maybe(each.store)},
                            {"till", maybe(each.till)},
                            {"business_day", maybe(each.business_day)},
                            {"sequence", maybe(each.sequence)},
                            {"reason", maybe(each.reason)}});
  }
  out["balance"] = json_of_balance(t);
  return out;
}

Result<TillTransaction> till_from_json(const json& object, TillContext& context,
                                       const std::vector<int64_t>* line_rows) {
  std::string fault;
  const Fields fields(object, "", fault);
  TillTransaction t;
  read_header(fields, t, context.zone);
  read_lists(fields, t, line_rows, fault);
  const auto word = fields.text("kind");
  const auto kind = till_kind(word);
  if (!word.empty() && !kind) {
    fields.fail_at("kind",
                   fmt::format("found '{}', expected one of sale, return, exchange, void, post_void, suspended, "
                               "resumed, no_sale, sign_on, sign_off, tender_control, control, other",
                               word.substr(0, 40)));
  }
  const auto entries = static_cast<int64_t>(t.lines.size() + t.tenders.size());
  t.line_items = std::max(entries, fields.number("line_items").value_or(Decimal{}).micro / 1'000'000);
  if (!fault.empty()) return bad_input(fault);
  apply_line_voids(t.lines);
  settle_voids_by_total(t);
  t.kind = kind ? *kind : kind_of_status(t.status).value_or(kind_of_lines(t.lines));
  TRY_VOID(complete_till(t, context));
  return t;
}

}  // namespace shrike

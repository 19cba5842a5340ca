#include "sense/till_csv.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "ledger/cells.h"
#include "sense/till_context.h"

namespace shrike {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 20> kTransactionFields{
    "store",  "till",   "sequence", "business_day",  "begin",    "end",      "zone",  "kind", "type",     "detail",
    "status", "reason", "operator", "self_checkout", "training", "approved", "total", "tax",  "rounding", "currency"};
/// A line's fields have their own names where the transaction has one of that name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kLineFields{
    {{"line", "line"},
     {"line_kind", "kind"},
     {"item_id", "item_id"},
     {"pos_item_id", "pos_item_id"},
     {"item_id_type", "item_id_type"},
     {"epc", "epc"},
     {"item_type", "item_type"},
     {"description", "description"},
     {"department", "department"},
     {"quantity", "quantity"},
     {"unit", "unit"},
     {"weighed", "weighed"},
     {"regular_price", "regular_price"},
     {"price", "price"},
     {"amount", "amount"},
     {"discount", "discount"},
     {"price_override", "price_override"},
     {"override_reason", "override_reason"},
     {"entry", "entry_method"},
     {"voided", "voided"},
     {"void_reason", "void_reason"},
     {"has_receipt", "has_receipt"}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTenderFields{
    {{"tender", "type"}, {"tender_amount", "amount"}, {"tender_change", "change"}}};

bool same_transaction(const json& a, const json& b) {
  for (const char* field : {"sequence", "business_day"}) {
    if (a.value(field, "") != b.value(field, "")) return false;
  }
  return true;
}

}  // namespace

Result<void> TillRowJoiner::header(const Row& row) {
  std::vector<std::string> seen;
  for (size_t i = 0; i < row.cells.size(); ++i) {
    auto name = normal_name(row.cells[i]);
    std::replace(name.begin(), name.end(), ' ', '_');
    if (name.empty()) continue;
    if (std::find(seen.begin(), seen.end(), name) != seen.end())
      return bad_input(fmt::format("row {}: found the column '{}' twice, expected it once", row.number, name));
    seen.push_back(name);
    using Of = Column::Of;
    const auto named = [&](const auto& pair) { return pair.first == name; };
    const auto* line = std::find_if(kLineFields.begin(), kLineFields.end(), named);
    const auto* tender = std::find_if(kTenderFields.begin(), kTenderFields.end(), named);
    if (std::find(kTransactionFields.begin(), kTransactionFields.end(), name) != kTransactionFields.end()) {
      columns_.push_back({Of::transaction, name, i});
    } else if (line != kLineFields.end()) {
      columns_.push_back({Of::line, std::string(line->second), i});
    } else if (tender != kTenderFields.end()) {
      columns_.push_back({Of::tender, std::string(tender->second), i});
    } else {
      unread_.push_back(row.cells[i].substr(0, 60));
    }
  }
  for (const std::string_view needed : {"store", "till", "sequence"}) {
    if (std::find(seen.begin(), seen.end(), needed) == seen.end()) {
      return bad_input(
          fmt::format("row {}: found no column '{}', expected store, till and sequence at least "
                      "(docs/tills.md lists the columns)",
                      row.number, needed));
    }
  }
  return {};
}

std::string TillRowJoiner::cell(const Row& row, std::string_view field) const {
  for (const auto& column : columns_) {
    if (column.of != Column::Of::transaction || column.field != field) continue;
    return column.index < row.cells.size() ? std::string(trimmed(row.cells[column.index])) : std::string();
  }
  return {};
}

std::optional<TillRows> TillRowJoiner::add(const Row& row) {
  json head = json::object(), line = json::object(), tender = json::object();
  for (const auto& column : columns_) {
    if (column.index >= row.cells.size()) continue;
    const auto value = trimmed(row.cells[column.index]);
    if (value.empty()) continue;
    json& into = column.of == Column::Of::transaction ? head : column.of == Column::Of::line ? line : tender;
    into[column.field] = std::string(value);
  }
  if (head.empty() && line.empty() && tender.empty()) return std::nullopt;
  auto& open = open_[{cell(row, "store"), cell(row, "till")}];
  std::optional<TillRows> done;
  const bool full = open.object && (*open.object)["lines"].size() >= kTillEntriesMax;
  if (open.object && (full || !same_transaction(*open.object, head))) done = std::exchange(open, {});
  if (!open.object) {
    open.first_row = row.number;
    open.object = std::make_shared<json>(std::move(head));
    (*open.object)["lines"] = json::array();
    (*open.object)["tenders"] = json::array();
  }
  open.last_row = row.number;
  if (!line.empty()) {
    (*open.object)["lines"].push_back(std::move(line));
    open.line_rows.push_back(row.number);
  }
  if (!tender.empty()) (*open.object)["tenders"].push_back(std::move(tender));
  return done;
}

std::vector<TillRows> TillRowJoiner::rest() {
  std::vector<TillRows> all;
  for (auto& [key, rows] : open_) {
    if (rows.object) all.push_back(std::move(rows));
  }
  open_.clear();
  std::sort(all.begin(), all.end(), [](const TillRows& a, const TillRows& b) { return a.first_row < b.first_row; });
  return all;
}

}  // namespace shrike

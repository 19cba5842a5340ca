#include "ledger/reason_sections.h"

#include <algorithm>
#include <array>
#include <optional>

#include "ledger/cells.h"
#include "ledger/totals.h"

namespace shrike {
namespace {

constexpr size_t kHeaderRows = 60;  ///< the header is looked for so far down

/// The loss that a heading names and nothing else: "Spoilage", "Reason: Shrink", "Shrink Report".
std::string reason_of(const Row& row, const std::vector<Mapping>& mappings) {
  if (filled(row) == 0 || filled(row) > 2) return {};
  std::string text;
  for (const auto& cell : row.cells) text += std::string(trimmed(cell)) + " ";
  std::string name;
  for (const auto& word : words_of(normal_name(text)))
    if (word != "reason" && word != "report" && word != "detail" && word != "details" && word != "code")
      name += (name.empty() ? "" : " ") + word;
  for (const auto& mapping : mappings) {
    const auto found = mapping.reasons.find(name);
    if (found != mapping.reasons.end() && !found->second.reason_class.empty() && !found->second.in_text) return name;
  }
  return {};
}

/// "Purchases", "Vendor Credits": a heading over what is no loss.
bool begins_another(const Row& row) {
  static constexpr std::array<std::string_view, 16> kOthers{
      "purchases", "sales",    "deliveries", "receipts", "received", "credits",  "credit",   "returns",
      "transfers", "transfer", "orders",     "opening",  "closing",  "invoices", "purchase", "delivery"};
  for (const auto& cell : row.cells)
    for (const auto& word : words_of(normal_name(cell)))
      if (among(kOthers, word)) return true;
  return false;
}

/// Whether these columns are a list of losses once they have a reason, and not before.
bool lacks_a_reason(const Row& header, const std::vector<Mapping>& mappings, const std::string& place) {
  if (filled(header) < 3) return false;
  auto named = header.cells;
  named.emplace_back("Reason");
  const auto with = recognise(mappings, named, place);
  if (!with || with->rule->kind != "adjustment" || !with->wide.empty() || !with->has("reason")) return false;
  const auto plain = recognise(mappings, header.cells, place);
  return !plain || plain->rule->into->name != "movement";
}

}  // namespace

std::vector<Row> with_reasons_of_sections(const std::vector<Row>& rows, const std::vector<Mapping>& mappings,
                                          const std::string& place) {
  // Most sheets have none: they are told before anything is recognised.
  if (std::count_if(rows.begin(), rows.end(), [&](const Row& row) { return !reason_of(row, mappings).empty(); }) < 2)
    return {};
  size_t header = 0;
  while (header < std::min(rows.size(), kHeaderRows) && !lacks_a_reason(rows[header], mappings, place)) ++header;
  if (header >= std::min(rows.size(), kHeaderRows)) return {};
  const auto& names = rows[header].cells;
  std::vector<Row> out;
  std::string reason;
  for (size_t r = 0; r < rows.size(); ++r) {
    if (auto named = reason_of(rows[r], mappings); !named.empty()) {
      reason = std::move(named);
      continue;
    }
    if (filled(rows[r]) == 1 && begins_another(rows[r])) return {};
    out.push_back(rows[r]);
    if (r < header) continue;
    auto& row = out.back();
    const bool again =
        r > header && filled(row) > 2 &&
        std::equal(row.cells.begin(),
                   row.cells.begin() + static_cast<std::ptrdiff_t>(std::min(row.cells.size(), names.size())),
                   names.begin());
    if (again) {
      out.pop_back();
      continue;
    }
    const auto label =
        std::find_if(row.cells.begin(), row.cells.end(), [](const auto& c) { return !trimmed(c).empty(); });
    if (r != header && (filled(row) < 3 || is_total_label(*label))) continue;
    if (r != header && reason.empty()) return {};  // whose reason nobody says
    row.cells.resize(std::max(row.cells.size(), names.size()));
    row.cells.emplace_back(r == header ? "Reason" : reason);
  }
  return out;
}

}  // namespace shrike

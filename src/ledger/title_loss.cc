#include "ledger/title_loss.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>

#include "ledger/cells.h"
#include "ledger/column_evidence.h"
#include "ledger/preamble.h"

namespace shrike {
namespace {

constexpr size_t kHeaderRows = 50;  ///< a header is looked for so far down

/// What reports of losses are called. Other words of reasons ("sample", "over", "count") stand in titles of all kinds.
constexpr std::array<std::string_view, 15> kTitles{
    "spoil",    "wast",        "shrink",    "theft",   "damage",       "breakage",   "stales",       "write off",
    "writeoff", "written off", "donations", "overage", "unknown loss", "stock loss", "unknown stock"};
constexpr std::array<std::string_view, 3> kExtended{"total", "ext", "extended"};
constexpr std::array<std::string_view, 6> kQuantities{"qty", "quantity", "units", "pieces", "pcs", "items"};
constexpr std::array<std::string_view, 14> kMeasures{"cost", "cogs",     "retail", "price", "value",   "amount", "amt",
                                                     "$",    "extended", "ext",    "total", "dollars", "at",     "of"};

/// "Total Cost" after a spoilage: "spoilage cost".
std::string called_after(std::string loss, const std::vector<std::string>& words) {
  for (const auto& word : words)
    if (!among(kExtended, word)) loss += " " + word;
  return loss;
}

/// A bare "Cost" beside an "Extended Cost" is that of one.
bool is_extended_beside(const std::vector<std::string>& header, const std::vector<std::string>& words) {
  if (words.size() != 1 || (words[0] != "cost" && words[0] != "retail" && words[0] != "price")) return false;
  return std::any_of(header.begin(), header.end(), [&](const auto& other) {
    const auto name = normal_name(other);
    return std::any_of(kExtended.begin(), kExtended.end(), [&](auto word) {
      return name == fmt::format("{} {}", word, words[0]) || name == fmt::format("{} {}", words[0], word);
    });
  });
}

/// Whether a text is about something else than losses, or about that too.
bool names_another_kind(std::string_view text) {
  static constexpr std::array<std::string_view, 13> kKinds{
      "sales",    "sold",         "inventory", "on hand", "stock",      "received",  "receipts",
      "products", "product list", "catalog",   "prices",  "price list", "deliveries"};
  auto padded = fmt::format(" {} ", normal_name(text));
  for (const std::string_view loss : {"stock loss", "inventory loss", "stock losses", "inventory losses"})
    if (const size_t at = padded.find(loss); at != std::string::npos) padded.erase(at, loss.size());
  return std::any_of(kKinds.begin(), kKinds.end(), [&](auto kind) { return holds_words(padded, kind); });
}

/// What stands beside it in the names of files.
constexpr std::array<std::string_view, 36> kOther{
    "report",   "reports", "detail",  "details", "summary", "log",      "data",     "export",   "by",
    "store",    "site",    "product", "item",    "items",   "customer", "location", "week",     "month",
    "monthly",  "weekly",  "daily",   "ytd",     "q1",      "q2",       "q3",       "q4",       "january",
    "february", "march",   "april",   "june",    "july",    "august",   "october",  "november", "december"};
constexpr std::array<std::string_view, 14> kMonths{"jan", "feb", "mar", "apr", "may",  "jun",       "jul",
                                                   "aug", "sep", "oct", "nov", "sept", "september", "dec"};

/// A file is called after a loss where its name says little else: "Spoilage April 2024", and not "Waste Management HQ".
bool only_names_a_report(std::string_view file, const std::string& loss) {
  auto padded = fmt::format(" {} ", normal_name(file));
  if (const size_t at = padded.find(loss); at != std::string::npos) padded.erase(at, loss.size());
  const auto words = words_of(padded);
  return std::all_of(words.begin(), words.end(), [](const auto& word) {
    return among(kOther, word) || among(kMonths, word) || word.find_first_not_of("0123456789") == std::string::npos;
  });
}

/// What the title speaks of, else the sheet's name, else the file's; what speaks of something else silences the rest.
std::string loss_of(const TitledSheet& sheet, const std::string& title) {
  const auto sheet_name = normal_name(sheet.sheet);
  const bool named_sheet = !sheet_name.empty() && !sheet_name.starts_with("sheet");
  if (names_another_kind(title) || (named_sheet && names_another_kind(sheet.sheet))) return {};
  if (auto loss = only_loss_in(sheet.general, title); !loss.empty()) return loss;
  if (named_sheet) return only_loss_in(sheet.general, sheet.sheet);
  const auto file = std::filesystem::path(sheet.file).stem().string();
  auto loss = only_loss_in(sheet.general, file);
  return only_names_a_report(file, loss) ? loss : std::string();
}

}  // namespace

void name_measures_by_title(std::vector<Row>& rows, const TitledSheet& sheet) {
  const std::span<const Row> head(rows.data(), std::min(rows.size(), kHeaderRows));
  const auto plain = find_header(head, sheet.mappings, sheet.place);
  if (plain && plain->table.rule->into->name == "movement") return;
  std::string title;
  for (size_t i = 0; i < head.size(); ++i) {
    const auto loss = loss_of(sheet, title);
    for (const auto& text : head[i].cells) title += " | " + text;
    auto named = head[i].cells;
    if ((plain && plain->row != i) || loss.empty() || !name_measures(named, loss)) continue;
    const auto found = recognise(sheet.mappings, named, sheet.place);
    if (!found || found->wide.empty()) continue;
    rows[i].cells = std::move(named);
    return;
  }
}

bool name_money_of_one_loss(std::vector<std::string>& header, const std::vector<WideColumn>& wide,
                            std::span<const Row> rows) {
  if (wide.size() != 1 || wide.front().measure != Measure::quantity) return false;
  std::vector<size_t> bare, total;
  bool proved = false;
  for (size_t c = 0; c < header.size(); ++c) {
    const auto words = words_of(normal_name(header[c]));
    const bool money = !words.empty() &&
                       std::all_of(words.begin(), words.end(), [](const auto& word) { return among(kMeasures, word); });
    if (!money || says_each(header[c])) continue;
    if (std::find(words.begin(), words.end(), "price") != words.end()) {
      if (is_added_up(rows, c, {})) total.push_back(c);
      continue;
    }
    if (words.size() > 1 || words.front() == "$" || words.front() == "amount" || words.front() == "value") {
      total.push_back(c);
      continue;
    }
    bare.push_back(c);
    proved = proved || is_added_up(rows, c, {}) || is_value_of_all(rows, c, wide.front().column, std::nullopt, {});
  }
  if (proved) total.insert(total.end(), bare.begin(), bare.end());
  for (const size_t c : total) header[c] = called_after(wide.front().reason, words_of(normal_name(header[c])));
  return !total.empty();
}

void measure_by_title(std::vector<WideColumn>& wide, const std::string& title, bool has_currency) {
  const auto says = [&](std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&](const char* word) { return holds_words(title, word); });
  };
  if (says({"units", "qty", "quantity", "quantities", "pieces"})) return;
  const bool cost = says({"cost", "cost value", "cogs"});
  const bool retail = says({"at retail", "retail value", "at selling price", "selling value", "sales value"});
  if (!cost && !retail && !has_currency && !says({"$", "value", "amount", "eur", "usd", "gbp"})) return;
  for (auto& column : wide) {
    if (column.measure_named) continue;
    column.measure = cost == retail ? Measure::money : cost ? Measure::cost : Measure::retail;
  }
}

std::string only_loss_in(const Mapping& general, std::string_view title) {
  const auto name = normal_name(title);
  std::string best, its_class;
  for (const auto& [phrase, meaning] : general.reasons) {
    const bool names_report = std::any_of(kTitles.begin(), kTitles.end(),
                                          [&](auto word) { return std::string_view(phrase).starts_with(word); });
    if (!names_report || meaning.reason_class.empty() || meaning.in_text || !holds_words(name, phrase)) continue;
    if (!its_class.empty() && its_class != meaning.reason_class) return {};
    its_class = meaning.reason_class;
    if (phrase.size() > best.size()) best = phrase;
  }
  return best;
}

bool name_measures(std::vector<std::string>& header, const std::string& loss) {
  auto named = header;
  bool quantities = false;
  for (auto& name : named) {
    const auto words = words_of(normal_name(name));
    const bool quantity =
        std::any_of(words.begin(), words.end(), [](const auto& word) { return among(kQuantities, word); });
    const bool measures = !words.empty() && std::all_of(words.begin(), words.end(), [](const auto& word) {
      return among(kQuantities, word) || among(kMeasures, word);
    });
    if (!measures || (!quantity && (says_each(name) || is_extended_beside(header, words)))) continue;
    quantities = quantities || quantity;
    name = called_after(loss, words);
  }
  if (quantities) header = std::move(named);
  return quantities;
}

}  // namespace shrike

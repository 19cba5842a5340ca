#include "ledger/mapping.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <yaml-cpp/yaml.h>

#include "base/sha256.h"
#include "ledger/cells.h"
#include "ledger/mappings_embedded.h"

namespace shrike {
namespace {

constexpr std::array<std::string_view, 11> kKinds{"sale",         "return",     "receipt",   "transfer_in",
                                                  "transfer_out", "transfer",   "count",     "opening",
                                                  "ignore",       "adjustment", "book_stock"};
/// Targets that are no staged column: parts from which one is made.
constexpr std::array<std::string_view, 9> kHelpers{"code",   "flow",     "time", "period_to",     "sold",
                                                   "retail", "customer", "cost", "error_declared"};

std::string at(const YAML::Node& node, const std::string& file) {
  return fmt::format("{}:{}", file, node.Mark().line + 1);
}

std::string sha256_12(const std::string& text) { return sha256_of(text).substr(0, 12); }

/// "adjustment - SPOILAGE by_reason", "COUNT_VAR loss", "receipt".
Result<Meaning> parse_meaning(const YAML::Node& node, const std::string& file) {
  Meaning meaning;
  for (const auto& word : words_of(node.as<std::string>())) {
    if (std::find(kKinds.begin(), kKinds.end(), word) != kKinds.end()) {
      meaning.kind = word;
    } else if (const auto* found = reason_class(word); found != nullptr) {
      meaning.reason_class = word;
      meaning.direction = found->direction;
    } else if (word == "+" || word == "-") {
      meaning.sign = word == "+" ? 1 : -1;
    } else if (word == "loss" || word == "gain" || word == "signed") {
      meaning.direction = word == "loss" ? Direction::loss : word == "gain" ? Direction::gain : Direction::signed_;
    } else if (word == "by_reason") {
      meaning.by_reason = true;
    } else if (word == "in_text") {
      meaning.in_text = true;
    } else {
      return bad_input(
          fmt::format("{}: '{}' is no kind ({}), no reason class, and none of + - loss gain signed by_reason in_text",
                      at(node, file), word, fmt::join(kKinds, " ")));
    }
  }
  return meaning;
}

Result<std::vector<std::string>> parse_list(const YAML::Node& node, const std::string& file) {
  std::vector<std::string> list;
  if (node.IsScalar()) list.push_back(node.as<std::string>());
  if (node.IsSequence()) {
    for (const auto& each : node) list.push_back(each.as<std::string>());
  }
  if (list.empty()) return bad_input(at(node, file) + ": expected a name or a list of names");
  return list;
}

/// "a / b" into its normal names.
std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> parts;
  for (size_t from = 0;;) {
    const size_t end = text.find(by, from);
    parts.push_back(text.substr(from, end - from));
    if (end == std::string::npos) return parts;
    from = end + by.size();
  }
}

Result<ColumnRule> parse_column(const std::string& target, const YAML::Node& names, const TableRule& table,
                                const std::string& file) {
  const bool helper = std::find(kHelpers.begin(), kHelpers.end(), target) != kHelpers.end();
  if (!helper && !table.into->index_of(target)) {
    return bad_input(fmt::format("{}: table '{}' has no column '{}'", at(names, file), table.table, target));
  }
  ColumnRule rule{.target = target};
  TRY(const auto list, parse_list(names, file));
  for (const auto& name : list) {
    auto& alternative = rule.alternatives.emplace_back();
    for (const auto& part : split(name, " / ")) alternative.push_back(normal_name(part));
  }
  return rule;
}

Result<TableRule> parse_table(const YAML::Node& node, const std::string& file) {
  TableRule table;
  table.table = node["table"].as<std::string>("");
  table.into = stage_table(node["into"].as<std::string>(table.table));
  if (table.into == nullptr)
    return bad_input(fmt::format("{}: no table '{}'", at(node, file), node["into"].as<std::string>(table.table)));
  table.kind = node["kind"].as<std::string>("");
  table.wide_reasons = node["wide_reasons"].as<bool>(false);
  table.wide_covariates = node["wide_covariates"].as<bool>(false);
  const auto sign = node["sign"].as<std::string>("automatic");
  static const std::map<std::string, SignRule> kSigns{{"automatic", SignRule::automatic},
                                                      {"effect", SignRule::effect},
                                                      {"magnitude", SignRule::magnitude},
                                                      {"loss_positive", SignRule::loss_positive}};
  if (!kSigns.contains(sign))
    return bad_input(
        fmt::format("{}: sign '{}'; expected automatic, effect, magnitude or loss_positive", at(node, file), sign));
  table.sign = kSigns.at(sign);
  for (const auto& column : node["columns"]) {
    TRY(auto rule, parse_column(column.first.as<std::string>(), column.second, table, file));
    table.columns.push_back(std::move(rule));
  }
  for (const auto& need : node["needs"]) table.needs.push_back(split(need.as<std::string>(), "|"));
  for (const auto& hint : node["hints"]) table.hints.push_back(hint.as<std::string>());
  for (const auto& word : node["unless"]) table.unless.push_back(normal_name(word.as<std::string>()));
  for (const auto& code : node["codes"]) {
    TRY(auto meaning, parse_meaning(code.second, file));
    table.codes.emplace(normal_name(code.first.as<std::string>()), std::move(meaning));
  }
  if (table.columns.empty() || table.needs.empty())
    return bad_input(at(node, file) + ": a table needs `columns` and `needs`");
  return table;
}

Result<Mapping> parse_nodes(const YAML::Node& root, const std::string& file) {
  Mapping mapping;
  mapping.system = root["system"].as<std::string>("");
  if (mapping.system.empty()) return bad_input(file + ": `system` is missing: the source system's short name");
  mapping.title = root["title"].as<std::string>(mapping.system);
  mapping.rank = root["rank"].as<int>(10);
  mapping.time_zone = root["time_zone"].as<std::string>("");
  for (const auto& reason : root["reasons"]) {
    TRY(auto meaning, parse_meaning(reason.second, file));
    mapping.reasons.emplace(normal_name(reason.first.as<std::string>()), std::move(meaning));
  }
  for (const auto& label : root["labels"]) {
    TRY(const auto names, parse_list(label.second, file));
    for (const auto& name : names) mapping.labels[label.first.as<std::string>()].push_back(normal_name(name));
  }
  for (const auto& table : root["tables"]) {
    TRY(auto rule, parse_table(table, file));
    mapping.tables.push_back(std::move(rule));
  }
  return mapping;
}

constexpr std::array<std::string_view, 9> kQuantityWords{"qty", "quantity", "units", "unit", "count",
                                                         "ea",  "each",     "pcs",   "items"};
constexpr std::array<std::string_view, 2> kCostWords{"cost", "cogs"};
constexpr std::array<std::string_view, 4> kRetailWords{"retail", "price", "sales", "revenue"};
constexpr std::array<std::string_view, 6> kMoneyWords{"$", "amount", "amt", "value", "dollars", "usd"};
constexpr std::array<std::string_view, 6> kShareWords{"%", "percent", "pct", "percentage", "rate", "ratio"};
constexpr std::array<std::string_view, 10> kFillers{"at",  "adj", "adjustment", "adjustments", "of",
                                                    "the", "in",  "lost",       "by",          "which"};
/// "Spoilage Total Cost", "Spoilage Loss $"
constexpr std::array<std::string_view, 4> kSumWords{"total", "ext", "extended", "loss"};
constexpr std::array<std::string_view, 7> kCurrencyWords{"$", "usd", "eur", "gbp", "cad", "aud", "dollars"};

/// A header that consists of a reason's words and at most measure words: "Spoilage", "Shrink $", "Qty Damaged".
std::optional<WideColumn> wide_reason(const Mapping& mapping, const std::string& header) {
  WideColumn wide;
  std::string rest;
  bool cost = false;
  bool retail = false;
  bool money = false;
  for (const auto& word : words_of(header)) {
    if (among(kShareWords, word)) return std::nullopt;
    const bool is_measure =
        among(kQuantityWords, word) || among(kCostWords, word) || among(kRetailWords, word) || among(kMoneyWords, word);
    cost = cost || among(kCostWords, word);
    retail = retail || among(kRetailWords, word);
    money = money || among(kMoneyWords, word);
    wide.measure_named = wide.measure_named || is_measure;
    if (!is_measure && !among(kFillers, word)) rest += (rest.empty() ? "" : " ") + word;
  }
  // Money of one piece is no loss: "Spoilage Unit Cost", "Shrink Price".
  const auto said = words_of(header);
  const auto holds = [&](const char* word) { return std::find(said.begin(), said.end(), word) != said.end(); };
  if ((holds("unit") || holds("each") || holds("ea")) && (cost || retail)) return std::nullopt;
  if (holds("price") && !holds("at") && !holds("sales") && !holds("selling")) return std::nullopt;
  auto found = mapping.reasons.find(rest);
  if (found == mapping.reasons.end() && wide.measure_named) {
    std::string shorter;
    for (const auto& word : words_of(rest))
      if (!among(kSumWords, word)) shorter += (shorter.empty() ? "" : " ") + word;
    rest = std::move(shorter);
    found = mapping.reasons.find(rest);
  }
  // Only what is written off or found: a column "received" or "sold" is no reason.
  if (found == mapping.reasons.end() || found->second.reason_class.empty() || found->second.in_text)
    return std::nullopt;
  wide.reason = rest;
  wide.measure = retail ? Measure::retail : cost ? Measure::cost : money ? Measure::money : Measure::quantity;
  return wide;
}

struct HeaderIndex {
  std::map<std::string, size_t> columns;  ///< by normal name; of equal names the first
  std::map<std::string, size_t> without_currency;
  explicit HeaderIndex(const std::vector<std::string>& header) {
    for (size_t i = 0; i < header.size(); ++i) {
      auto name = normal_name(header[i]);
      if (name.empty() || name.starts_with("unnamed ")) continue;
      std::string plain;
      for (const auto& word : words_of(name))
        if (!among(kCurrencyWords, word)) plain += (plain.empty() ? "" : " ") + word;
      if (!plain.empty() && plain != name) without_currency.emplace(std::move(plain), i);
      columns.emplace(std::move(name), i);
    }
  }
  /// "Unit Cost ($)" is a unit cost, where no column is called so without the currency.
  [[nodiscard]] std::optional<size_t> find(const std::string& name) const {
    for (const auto* names : {&columns, &without_currency})
      if (const auto found = names->find(name); found != names->end()) return found->second;
    return std::nullopt;
  }
};

bool hint_holds(const std::string& hint, const Recognised& found, const HeaderIndex& header, const std::string& place) {
  if (hint.starts_with("file:")) return place.find(hint.substr(5)) != std::string::npos;
  if (hint.starts_with("header:")) return header.columns.contains(hint.substr(7));
  return found.has(hint);
}

/// Whether a column says that this is another table: a list of products has no reasons.
bool ruled_out(const TableRule& rule, const HeaderIndex& header) {
  return std::any_of(rule.unless.begin(), rule.unless.end(), [&](const auto& words) {
    return std::any_of(header.columns.begin(), header.columns.end(),
                       [&](const auto& column) { return holds_words(column.first, words); });
  });
}

/// Fills the columns of one table rule; the score is 0 where its needs are not met, and `missing` says which.
Recognised match(const Mapping& mapping, const TableRule& rule, const HeaderIndex& header, const std::string& place,
                 std::vector<std::string>* missing) {
  Recognised found{.mapping = &mapping, .rule = &rule};
  found.columns.resize(rule.columns.size());
  std::set<size_t> used;
  for (size_t t = 0; t < rule.columns.size(); ++t) {
    for (const auto& names : rule.columns[t].alternatives) {
      std::vector<size_t> parts;
      for (const auto& name : names) {
        if (const auto column = header.find(name)) parts.push_back(*column);
      }
      // The first name of a joined one must be there; a category may stop at any level below, a year alone is no date.
      if (parts.empty() || !header.find(names.front())) continue;
      if (rule.columns[t].target == "ts" && parts.size() < names.size()) continue;
      used.insert(parts.begin(), parts.end());
      // In a table of figures the known figures are covariates like the unknown ones.
      if (rule.wide_covariates && rule.columns[t].target == "value") found.covariates.push_back(parts.front());
      found.columns[t].push_back(std::move(parts));
    }
  }
  for (const auto& [name, column] : header.columns) {
    if (rule.wide_reasons) {
      if (auto wide = wide_reason(mapping, name); wide) {
        wide->column = column;
        found.wide.push_back(std::move(*wide));
        used.insert(column);
      }
    } else if (rule.wide_covariates && !used.contains(column)) {
      found.covariates.push_back(column);
    }
  }
  bool complete = !rule.wide_reasons || !found.wide.empty();
  if (!complete && missing != nullptr)
    missing->push_back("a column named after a reason, such as Spoilage or Shrinkage");
  for (const auto& need : rule.needs) {
    if (std::any_of(need.begin(), need.end(), [&](const auto& target) { return found.has(target); })) continue;
    complete = false;
    if (missing != nullptr) missing->push_back(fmt::format("{}", fmt::join(need, " or ")));
  }
  const bool hinted = std::any_of(rule.hints.begin(), rule.hints.end(),
                                  [&](const auto& hint) { return hint_holds(hint, found, header, place); });
  complete = complete && (rule.hints.empty() || hinted);
  const bool file_hinted = std::any_of(rule.hints.begin(), rule.hints.end(), [&](const auto& hint) {
    return hint.starts_with("file:") && hint_holds(hint, found, header, place);
  });
  found.score =
      static_cast<double>(used.size()) + 0.5 * static_cast<double>(rule.needs.size()) + (file_hinted ? 1.5 : 0);
  if (!complete) found.score = missing != nullptr ? found.score : 0;
  return found;
}

}  // namespace

bool Recognised::has(std::string_view target) const {
  for (size_t t = 0; t < columns.size(); ++t) {
    if (rule->columns[t].target == target) return !columns[t].empty();
  }
  return false;
}

Result<Mapping> parse_mapping(const std::string& text, const std::string& name) {
  try {
    const auto root = YAML::Load(text);
    if (!root.IsMap()) return bad_input(name + ": expected keys such as `system:` and `tables:`");
    TRY(auto mapping, parse_nodes(root, name));
    mapping.version = sha256_12(text);
    return mapping;
  } catch (const YAML::Exception& e) {
    return bad_input(fmt::format("{}:{}: {}", name, e.mark.line + 1, e.msg));
  }
}

Result<std::vector<Mapping>> load_mappings(const std::vector<std::filesystem::path>& files) {
  std::vector<Mapping> mappings;
  for (const auto& [name, text] : kEmbeddedMappings) {
    TRY(auto mapping, parse_mapping(std::string(text), std::string(name)));
    mappings.push_back(std::move(mapping));
  }
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return bad_input(fmt::format("{}: no such mapping file", file.string()));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    TRY(auto mapping, parse_mapping(text, file.string()));
    mapping.rank += 1000;
    mappings.push_back(std::move(mapping));
  }
  return mappings;
}

std::optional<Recognised> recognise(const std::vector<Mapping>& mappings, const std::vector<std::string>& header,
                                    const std::string& place) {
  const HeaderIndex index(header);
  if (index.columns.size() < 2) return std::nullopt;
  std::optional<Recognised> best;
  for (const auto& mapping : mappings) {
    for (const auto& rule : mapping.tables) {
      if (ruled_out(rule, index)) continue;
      auto found = match(mapping, rule, index, place, nullptr);
      if (found.score <= 0) continue;
      const bool better =
          !best || found.score > best->score || (found.score == best->score && mapping.rank > best->mapping->rank);
      if (better) best = std::move(found);
    }
  }
  return best;
}

std::string nearest_table(const std::vector<Mapping>& mappings, const std::vector<std::string>& header) {
  const HeaderIndex index(header);
  std::string nearest;
  double best = 1.5;
  for (const auto& mapping : mappings) {
    for (const auto& rule : mapping.tables) {
      if (ruled_out(rule, index)) continue;
      std::vector<std::string> missing;
      const auto found = match(mapping, rule, index, "", &missing);
      const double score =
          found.score - 0.5 * static_cast<double>(rule.needs.size()) - static_cast<double>(missing.size());
      if (score <= best) continue;
      best = score;
      nearest =
          missing.empty()
              ? fmt::format("it could be {}: rename the file so that its name says so, or give a mapping", rule.table)
              : fmt::format("nearest is {} ({}), which lacks {}", rule.table, mapping.system, fmt::join(missing, ", "));
    }
  }
  return nearest;
}

namespace {

void add_words(const std::string& text, KnownWords& known) {
  for (auto& word : words_of(text)) known.words.insert(std::move(word));
}

}  // namespace

bool KnownWords::holds_all(std::string_view text) const {
  const auto said = words_of(normal_name(text));
  return std::all_of(said.begin(), said.end(), [&](const std::string& word) {
    return words.contains(word) || word.find_first_not_of("0123456789") == std::string::npos;
  });
}

KnownWords words_of_names(const std::vector<Mapping>& mappings) {
  KnownWords known;
  add_words(
      "user username employee name email cashier entered approved operator comment comments note notes phone staff "
      "member created updated manager clerk associate initials unnamed by index total net gross rate % $",
      known);
  for (const auto& mapping : mappings) {
    for (const auto& [phrase, meaning] : mapping.reasons) add_words(phrase, known);
    for (const auto& [group, names] : mapping.labels) {
      for (const auto& name : names) add_words(name, known);
    }
    for (const auto& table : mapping.tables) {
      for (const auto& column : table.columns) {
        for (const auto& names : column.alternatives) {
          for (const auto& name : names) add_words(name, known);
        }
      }
    }
  }
  return known;
}

KnownWords words_of_reasons(const Mapping& mapping, const Mapping& general) {
  KnownWords known;
  add_words(
      "and or of in the to by at a for from with no not item items product products goods stock store customer "
      "staff adjustment adjust code reason other misc life inventory",
      known);
  for (const auto* each : {&mapping, &general}) {
    for (const auto& [phrase, meaning] : each->reasons) add_words(phrase, known);
  }
  return known;
}

const Meaning* find_reason(const Mapping& mapping, const Mapping* general, std::string_view raw, std::string* phrase) {
  const auto name = normal_name(raw);
  for (const auto* each : {&mapping, general}) {
    if (each == nullptr) continue;
    if (const auto found = each->reasons.find(name); found != each->reasons.end()) return &found->second;
  }
  // The longest phrase that stands in the reason as whole words: "Write-off: expired product" holds "expired". What
  // became of goods says more than how they came: "received damaged" is damage.
  const Meaning* best = nullptr;
  size_t best_length = 0;
  bool best_tells = false;
  const auto padded = fmt::format(" {} ", name);
  for (const auto* each : {&mapping, general}) {
    if (each == nullptr) continue;
    for (const auto& [known, meaning] : each->reasons) {
      const bool tells = !meaning.reason_class.empty() && !meaning.in_text;
      const bool better = tells == best_tells ? known.size() > best_length : tells;
      if (better && padded.find(fmt::format(" {} ", known)) != std::string::npos) {
        best = &meaning;
        best_length = known.size();
        best_tells = tells;
        if (phrase != nullptr) *phrase = known;
      }
    }
  }
  return best;
}

}  // namespace shrike

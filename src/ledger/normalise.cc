#include "ledger/normalise.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <functional>
#include <set>

#include "ledger/blocks.h"
#include "ledger/cells.h"
#include "ledger/column_evidence.h"
#include "ledger/cross_table.h"
#include "ledger/reason_book.h"
#include "ledger/sum_rows.h"
#include "ledger/title_loss.h"
#include "ledger/wide_columns.h"

namespace shrike {
namespace {

constexpr size_t kLookRows = 200;             ///< a header is looked for so far down
constexpr size_t kSampleRows = 5'000;         ///< rows that decide how numbers and dates are written
constexpr size_t kBlockRowsMax = 16'000'000;  ///< rows whose fingerprints are kept to find duplicate blocks
constexpr int64_t kDay = 86'400'000'000;
constexpr const char* kNoReason = "(no reason)";  ///< what an adjustment's reason is called where it has none

/// Columns whose values add up over rows: what a subtotal may state.
constexpr std::array<std::string_view, 7> kAdditive{"qty",        "qty_expected", "sold",    "net_value",
                                                    "cost_value", "retail_value", "qty_ship"};

std::string plain_id(std::string_view text) {
  text = trimmed(text);
  // ="0012" is how a spreadsheet is told to keep the zeros.
  if (text.size() > 3 && text.starts_with("=\"") && text.ends_with('"')) text = text.substr(2, text.size() - 3);
  // pandas writes a whole number in a column with gaps as 1234.0.
  if (text.size() > 2 && text.ends_with(".0") && text.find_first_not_of("0123456789") == text.size() - 2)
    text.remove_suffix(2);
  return std::string(text);
}

uint64_t mix(uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return (hash ^ 0xFFU) * 0x100000001B3ULL;
}

std::string day_text(int64_t day) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(day))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                     static_cast<unsigned>(ymd.day()));
}

int64_t last_day_of_month(int64_t first_day) {
  const std::chrono::year_month_day first{std::chrono::sys_days(std::chrono::days(first_day))};
  return std::chrono::sys_days(first.year() / first.month() / std::chrono::last).time_since_epoch().count();
}

/// Reads one sheet. A pass may find that its guess of the style was wrong; then the sheet is read again.
class SheetReader {
 public:
  SheetReader(RowSource& source, const std::string& place, const std::vector<Mapping>& mappings, StageSink& sink,
              const std::function<void(double)>& progress)
      : source_(source),
        place_(place),
        mappings_(mappings),
        general_(mappings.front()),
        sink_(sink),
        progress_(progress) {
    for (const auto& mapping : mappings) {
      if (mapping.system == "generic") general_ = mapping;
    }
  }

  /// False: no table in this sheet; `nearest` then says what came nearest.
  Result<bool> read(SheetReport& report, std::string& nearest) {
    TRY(const bool found, look(nearest));
    if (!found) return false;
    for (int attempt = 0; attempt < 4; ++attempt) {
      restart_ = false;
      report_ = {};
      TRY_VOID(pass());
      if (!restart_) {
        TRY_VOID(finish());
        report = std::move(report_);
        return true;
      }
    }
    return bad_input(
        fmt::format("{}{}: numbers or dates are written in two ways that exclude each other", place_, in_sheet()));
  }

 private:
  [[nodiscard]] std::string in_sheet() const {
    return source_.sheet().empty() ? "" : ", sheet '" + source_.sheet() + "'";
  }

  // --- Looking ahead -------------------------------------------------------------------------------------------------

  Result<bool> look(std::string& nearest) {
    std::vector<Row> sample;
    while (sample.size() < kSampleRows) {
      Row row;
      TRY(const bool more, source_.next(row));
      if (!more) break;
      sample.push_back(std::move(row));
    }
    join_header_rows(sample);
    const std::span<const Row> head(sample.data(), std::min(sample.size(), kLookRows));
    name_measures_by_title(sample, {mappings_, general_, source_.sheet(), place_, lower_place()});
    auto header = find_header(head, mappings_, lower_place());
    if (!header) {
      const auto widest =
          std::max_element(head.begin(), head.end(), [](const Row& a, const Row& b) { return filled(a) < filled(b); });
      if (widest != head.end()) nearest = describe(*widest);
      return false;
    }
    if (auto named = head[header->row].cells;
        name_money_of_one_loss(named, header->table.wide, std::span<const Row>(sample).subspan(header->row + 1))) {
      if (auto again = recognise(mappings_, named, lower_place()); again && again->wide.size() > 1) {
        sample[header->row].cells = std::move(named);
        header->table = std::move(*again);
      }
    }
    table_ = std::move(header->table);
    for (const auto& row : head.first(header->row)) preamble_.insert(text_of(row));
    reasons_ = std::make_unique<ReasonBook>(*table_.mapping, general_);
    header_ = head[header->row];
    header_index_ = header->row;
    if (std::none_of(sample.begin() + static_cast<std::ptrdiff_t>(header->row) + 1, sample.end(),
                     [](const Row& row) { return filled(row) > 0; })) {
      empty_ = true;
    }
    lay_plan();
    decide_style(std::span<const Row>(sample).subspan(header->row + 1));
    read_facts(head.first(header->row), general_, style_, facts_);
    if (!facts_.period) facts_.period = period_in_name(source_.sheet());
    if (!facts_.period) facts_.period = period_in_name(fmt::format("{} {}", source_.sheet(), year_in(place_)));
    if (!facts_.period) facts_.period = period_in_name(place_);
    if (table_.rule->wide_reasons && table_.wide.empty())
      return bad_input(fmt::format("{}{}: its columns of losses hold shares (%), no figures that could be added up",
                                   place_, in_sheet()));
    if (const auto residual = residual_of_snapshots(std::span<const Row>(sample).subspan(header->row + 1))) {
      return bad_input(fmt::format(
          "{}{}: column '{}' is the stock before, less what was sold, less the stock after, with nothing of what was "
          "received: that is no loss. Import write-offs, or counts with sales and receipts",
          place_, in_sheet(), trimmed(header_.cells[*residual])));
    }
    const auto title = title_around(sample, header->row);
    if (table_.rule->into->name == "movement" && states_thousands(title))
      return bad_input(fmt::format("{}{}: its figures are in thousands; export whole amounts", place_, in_sheet()));
    measure_by_title(table_.wide, title, !facts_.currency.empty());
    return true;
  }

  /// A column of losses that two snapshots of a stock and the sales between them leave over.
  [[nodiscard]] std::optional<size_t> residual_of_snapshots(std::span<const Row> rows) {
    constexpr size_t kRows = 60;
    const auto* sold = columns_of("sold");
    if (table_.wide.empty() || sold == nullptr || sold->empty()) return std::nullopt;
    const auto some = rows.first(std::min(rows.size(), kRows));
    const auto is_wide = [&](size_t c) {
      return std::any_of(table_.wide.begin(), table_.wide.end(), [&](const auto& wide) { return wide.column == c; });
    };
    const size_t gone = sold->front().front();
    std::vector<size_t> stocks;
    for (size_t c = 0; c < header_.cells.size(); ++c) {
      const auto numbers = std::count_if(some.begin(), some.end(), [&](const Row& row) {
        return c < row.cells.size() && parse_number(row.cells[c], style_, 4).has_value();
      });
      if (c != gone && !is_wide(c) && numbers * 2 > std::ssize(some)) stocks.push_back(c);
    }
    for (const auto& wide : table_.wide) {
      for (const size_t start : stocks)
        for (const size_t end : stocks)
          if (start != end && wide.measure == Measure::quantity &&
              is_residual(some, wide.column, start, end, gone, style_))
            return wide.column;
    }
    return std::nullopt;
  }

  static std::string text_of(const Row& row) {
    std::string text;
    for (const auto& cell : row.cells) text += fmt::format("{}|", trimmed(cell));
    return text.substr(0, text.find_last_not_of('|') + 1);
  }

  /// What stands above the table, and below it alone in a row: normal names, each in blanks.
  [[nodiscard]] std::string title_around(std::span<const Row> rows, size_t header) const {
    std::string title = normal_name(source_.sheet());
    for (size_t i = 0; i < rows.size(); ++i) {
      if (i == header || (i > header && filled(rows[i]) != 1)) continue;
      for (const auto& text : rows[i].cells) title += fmt::format(" | {}", normal_name(text));
    }
    return fmt::format(" {} ", title);
  }

  /// Where two rows together make a better header than either alone, they are one from here on.
  void join_header_rows(std::vector<Row>& sample) const {
    const std::span<const Row> head(sample.data(), std::min(sample.size(), kLookRows));
    const auto plain = find_header(head, mappings_, lower_place());
    double best = plain ? plain->table.score : 0;
    size_t at = 0;
    for (size_t i = 1; i < head.size() && i < kLookRows / 4; ++i) {
      if (filled(head[i - 1]) < 2 || filled(head[i]) < 2) continue;
      const auto joined = recognise(mappings_, joined_header(head[i - 1].cells, head[i].cells), lower_place());
      if (!joined || joined->score <= best) continue;
      best = joined->score;
      at = i;
    }
    if (at > 0) sample[at].cells = joined_header(head[at - 1].cells, head[at].cells);
  }

  [[nodiscard]] std::string lower_place() const {
    std::string place = place_ + " " + source_.sheet();
    std::transform(place.begin(), place.end(), place.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return place;
  }

  [[nodiscard]] std::string describe(const Row& row) const {
    std::string names;
    for (const auto& cell : row.cells) {
      if (trimmed(cell).empty() || names.size() > 200) continue;
      names += (names.empty() ? "" : ", ") + std::string(trimmed(cell)).substr(0, 40);
    }
    const auto near = nearest_table(mappings_, row.cells);
    return fmt::format("no table was recognised; row {} reads: {}; {}{}", row.number, names,
                       near.empty() ? "" : near + "; ",
                       "--mapping FILE tells what columns are (config/mappings/README.md)");
  }

  /// Looks up once what every row needs.
  void lay_plan() {
    const auto& rule = *table_.rule;
    stage_.clear();
    types_.clear();
    for (const auto& column : rule.columns) {
      const auto index = rule.into->index_of(column.target);
      stage_.push_back(index);
      types_.push_back(index ? rule.into->columns[*index].type : helper_type(column.target));
    }
    std::set<size_t> used;
    for (const auto& target : table_.columns) {
      for (const auto& alternative : target) used.insert(alternative.begin(), alternative.end());
    }
    for (const auto& wide : table_.wide) used.insert(wide.column);
    for (const auto column : table_.covariates) used.insert(column);
    used_.assign(used.begin(), used.end());
    additive_.clear();
    const auto into = rule.into->name;
    if (into == "movement" || into == "transfer" || into == "count_line" || into == "book_stock") {
      for (size_t t = 0; t < rule.columns.size(); ++t) {
        if (std::find(kAdditive.begin(), kAdditive.end(), rule.columns[t].target) != kAdditive.end() &&
            !table_.columns[t].empty()) {
          additive_.push_back(t);
        }
      }
    }
    dated_ =
        table_.has("ts") || table_.has("doc") || table_.has("ts_ship") || table_.has("from_ts") || table_.has("day");
  }

  static CellType helper_type(const std::string& target) {
    if (target == "sold") return CellType::quantity;
    if (target == "cost" || target == "retail") return CellType::money;
    return target == "period_to" ? CellType::date : CellType::text;
  }

  static bool numeric(CellType type) {
    return type == CellType::quantity || type == CellType::money || type == CellType::real || type == CellType::factor;
  }
  static bool temporal(CellType type) { return type == CellType::time || type == CellType::date; }

  void decide_style(std::span<const Row> rows) {
    std::map<CellEvidence, int> comma;
    std::map<CellEvidence, int> day_first;
    bool dotted_dates = false;
    const auto cells = [&](size_t column, auto&& each) {
      for (const auto& row : rows) {
        if (column < row.cells.size() && !row.cells[column].empty()) each(row.cells[column]);
      }
    };
    for (size_t t = 0; t < types_.size(); ++t) {
      for (const auto& alternative : table_.columns[t]) {
        if (numeric(types_[t]))
          cells(alternative.front(), [&](const auto& cell) { ++comma[comma_decimal_evidence(cell)]; });
        if (temporal(types_[t]))
          cells(alternative.front(), [&](const auto& cell) {
            ++day_first[day_first_evidence(cell)];
            dotted_dates = dotted_dates || (cell.find('.') != cell.rfind('.') && parse_time(cell, style_));
          });
      }
    }
    for (const auto& wide : table_.wide)
      cells(wide.column, [&](const auto& cell) { ++comma[comma_decimal_evidence(cell)]; });
    style_.comma_decimal = comma[CellEvidence::yes] > comma[CellEvidence::no];
    style_.day_first = day_first[CellEvidence::yes] > day_first[CellEvidence::no];
    comma_proved_ = comma[CellEvidence::yes] + comma[CellEvidence::no] > 0;
    comma_matters_ = comma[CellEvidence::either] > 0;
    // Nothing proves what 24,000 is: those who write 31.01.2024 or cut cells with ';' mean twenty-four.
    if (!comma_proved_ && comma_matters_) style_.comma_decimal = dotted_dates || source_.delimiter() == ';';
    order_proved_ = day_first[CellEvidence::yes] + day_first[CellEvidence::no] > 0;
    order_matters_ = day_first[CellEvidence::either] > 0;
    for (auto& wide : table_.wide) {
      if (!wide.measure_named && (is_money(rows, wide.column) || is_difference_of_money(rows, wide.column)))
        wide.measure = Measure::money;
    }
    look_notes_ = figures_left_out(table_, header_, used_, mappings_, general_, rows, style_);
    std::erase_if(table_.wide, [&](const auto& wide) { return holds_shares(rows, wide.column); });
    const auto related = relate_columns(table_.wide, table_.mapping->reasons, rows, style_);
    look_notes_.insert(look_notes_.end(), related.begin(), related.end());
    forget_what_is_no_date(rows);
    tell_change_from_level(rows);
    tell_totals_from_prices(rows);
    tell_sign_of_variances(rows);
    tell_names_said_once(rows);
    tell_sum_rows(rows);
    tell_void_columns(rows);
    sales_have_sign_ = table_.rule->kind != "sale" && sales_go_out_as_negative(rows);
  }

  /// The columns of target t; empty where the table has none such.
  [[nodiscard]] std::vector<std::vector<size_t>>* columns_of(std::string_view target) {
    for (size_t t = 0; t < table_.columns.size(); ++t) {
      if (table_.rule->columns[t].target == target) return &table_.columns[t];
    }
    return nullptr;
  }

  /// The difference of two columns of money is money.
  [[nodiscard]] bool is_difference_of_money(std::span<const Row> rows, size_t column) const {
    std::vector<size_t> money;
    for (size_t c = 0; c < header_.cells.size(); ++c) {
      const auto name = normal_name(header_.cells[c]);
      const bool says = holds_words(name, "value") || holds_words(name, "cost") || holds_words(name, "$") ||
                        holds_words(name, "amount") || holds_words(name, "retail");
      if (c != column && says) money.push_back(c);
    }
    const auto some = rows.first(std::min(rows.size(), kLookRows));
    for (const size_t a : money)
      for (const size_t b : money)
        if (a != b && sign_of_variance(some, column, a, b, style_) != 0) return true;
    return false;
  }

  /// Beside a column of changes a bare quantity may be the level after it: where it is never below nothing, and what
  /// was lost is a change below nothing in every row.
  void tell_change_from_level(std::span<const Row> rows) {
    static constexpr std::array<std::string_view, 4> kChanges{"adjustment", "adjustments", "change", "delta"};
    auto* qty = columns_of("qty");
    if (qty == nullptr || qty->size() < 2 || table_.rule->kind != "adjustment") return;
    const auto change = std::find_if(qty->begin() + 1, qty->end(), [&](const std::vector<size_t>& columns) {
      return among(kChanges, normal_name(header_.cells[columns.front()]));
    });
    if (change == qty->end() || is_money(rows, change->front())) return;
    int64_t losses = 0;
    for (const auto& row : rows) {
      const auto level = parse_number(joined(row, qty->front(), false), style_, 3);
      const auto text = joined(row, *change, false);
      if (text.empty()) continue;
      const auto number = parse_number(text, style_, 3);
      if (!level || !number || level->scaled < 0) return;
      fetch(row);
      if (reasons_->of(value("reason")).meaning.direction != Direction::loss) continue;
      if (number->scaled >= 0) return;
      ++losses;
    }
    if (losses < 2) return;
    std::rotate(qty->begin(), change, change + 1);
    look_notes_.push_back(
        {"level_beside_change", fmt::format("column '{}' is the stock after each change and was not taken",
                                            trimmed(header_.cells[(*qty)[1].front()]))});
  }

  /// A bare "Cost" beside an adjusted quantity may be that of one or of all of them: what the rows do decides.
  void tell_totals_from_prices(std::span<const Row> rows) {
    const auto* sku = columns_of("sku");
    const auto* qty = columns_of("qty");
    if (qty == nullptr || qty->empty()) return;
    for (const auto& [each, all] : {std::pair{"unit_cost", "cost_value"}, {"unit_retail", "retail_value"}}) {
      auto* price = columns_of(each);
      auto* total = columns_of(all);
      if (price == nullptr || price->empty() || total == nullptr || !total->empty()) continue;
      const size_t column = price->front().front();
      if (says_each(header_.cells[column])) continue;
      const auto key = sku == nullptr || sku->empty() ? std::nullopt : std::optional(sku->front().front());
      const bool summed = key == std::nullopt || is_added_up(rows, column, style_);
      if (!summed && !is_value_of_all(rows, column, qty->front().front(), key, style_)) continue;
      total->push_back(price->front());
      price->erase(price->begin());
      look_notes_.push_back(
          {"value_of_all", fmt::format("column '{}' {}: it was read as the value of all units, not of one",
                                       trimmed(header_.cells[column]),
                                       !key     ? "stands beside no product"
                                       : summed ? "is added up in total rows"
                                                : "moves with the quantity")});
    }
  }

  /// A store or a customer that is named in the first row of its block alone speaks for the rows below it.
  void tell_names_said_once(std::span<const Row> rows) {
    said_once_.clear();
    const auto* sku = columns_of("sku");
    if (sku == nullptr || sku->empty()) return;
    for (size_t t = 0; t < table_.columns.size(); ++t) {
      const auto& target = table_.rule->columns[t].target;
      if ((target != "store" && target != "store_name" && target != "customer" && target != "category") ||
          table_.columns[t].empty())
        continue;
      int64_t named = 0;
      int64_t blank = 0;
      for (const auto& row : rows) {
        if (joined(row, sku->front(), false).empty() || is_header_again(row)) continue;
        const bool is_blank = joined(row, table_.columns[t].front(), false).empty();
        if (is_blank && named == 0) blank = INT64_MIN / 2;  // nobody is named above the first
        ++(is_blank ? blank : named);
      }
      if (named > 0 && blank >= named) said_once_.push_back({t, {}});
    }
    if (!said_once_.empty())
      look_notes_.push_back({"names_said_once",
                             "names that stand in the first row of a block were read for its other "
                             "rows too"});
  }

  /// Whose row it is: its store, its customer, its department, else what it begins with.
  [[nodiscard]] std::string label_of(const Row& row) const {
    for (const std::string_view target : {"store", "store_name", "customer", "category"})
      if (!value(target).empty()) return normal_name(value(target));
    return normal_name(first_text(row));
  }

  /// Losses of whole stores or departments, with no products.
  [[nodiscard]] bool is_summary() const {
    return table_.rule->into->name == "movement" && !table_.has("sku") && additive_.size() + table_.wide.size() > 0;
  }

  static bool states_thousands(std::string_view title) {
    constexpr std::array<const char*, 6> kSaid{"$ in thousands",       "figures in thousands", "amounts in thousands",
                                               "dollars in thousands", "all in thousands",     "| in thousands |"};
    return std::any_of(kSaid.begin(), kSaid.end(), [&](const char* said) { return holds_words(title, said); });
  }

  /// Rows called "All Stores", "Company" or "District 1", or anything, that add up the others.
  void tell_sum_rows(std::span<const Row> rows) {
    sum_labels_.clear();
    if (!is_summary()) return;
    std::vector<LabelledFigures> figures;
    for (const auto& row : rows) {
      fetch(row);
      const auto label = label_of(row);
      if (label.empty() || is_total_label(label) || !has_numbers(row) || is_header_again(row)) continue;
      figures.push_back({label, additive_values(row)});
    }
    sum_labels_ = labels_of_sums(figures);
  }

  /// Columns that say of a row whether it stands: "Status", "Voided".
  void tell_void_columns(std::span<const Row> rows) {
    void_columns_.clear();
    const auto into = table_.rule->into->name;
    if (into != "movement" && into != "count_line") return;
    for (size_t c = 0; c < header_.cells.size(); ++c) {
      if (std::binary_search(used_.begin(), used_.end(), c) || !says_whether_it_stands(header_.cells[c])) continue;
      const auto voided = std::count_if(rows.begin(), rows.end(), [&](const Row& row) {
        return c < row.cells.size() && is_void(header_.cells[c], row.cells[c]);
      });
      if (voided == 0 && rows.size() < kSampleRows) continue;
      void_columns_.push_back(c);
    }
  }

  [[nodiscard]] bool is_void_row(const Row& row) const {
    return std::any_of(void_columns_.begin(), void_columns_.end(),
                       [&](size_t c) { return c < row.cells.size() && is_void(header_.cells[c], row.cells[c]); });
  }

  /// The header's column of what was counted, as the generic mapping calls it.
  [[nodiscard]] std::optional<size_t> counted_column() const {
    for (const auto& rule : general_.tables) {
      if (rule.table != "count_line") continue;
      for (const auto& column : rule.columns) {
        if (column.target != "qty") continue;
        for (size_t c = 0; c < header_.cells.size(); ++c) {
          const std::vector<std::string> name{normal_name(header_.cells[c])};
          if (std::find(column.alternatives.begin(), column.alternatives.end(), name) != column.alternatives.end())
            return c;
        }
      }
    }
    return std::nullopt;
  }

  /// Beside what the book said and what was counted, a column of variances shows how it is signed.
  void tell_sign_of_variances(std::span<const Row> rows) {
    variance_sign_ = 0;
    const auto count = counted_column();
    if (!count) return;
    // What the book's column is called does not matter: its figures show that it is the book.
    const auto some = rows.first(std::min(rows.size(), kLookRows));
    const auto sign_of = [&](size_t column) {
      for (size_t book = 0; book < header_.cells.size() && column != *count; ++book) {
        if (book == column || book == *count) continue;
        if (const int sign = sign_of_variance(some, column, book, *count, style_); sign != 0) return sign;
      }
      return 0;
    };
    const auto* qty = columns_of("qty");
    if (table_.wide.empty() && table_.rule->kind == "adjustment" && table_.rule->sign == SignRule::automatic &&
        qty != nullptr && qty->size() == 1) {
      variance_sign_ = sign_of(qty->front().front());
    }
    for (auto& wide : table_.wide) {
      if (wide.measure != Measure::quantity) continue;
      const int sign = sign_of(wide.column);
      for (auto& same : table_.wide)
        if (sign != 0 && same.reason == wide.reason) same.sign = sign;
    }
  }

  /// In a list of all kinds of movements: whether what is sold is written as going out, as -3, or as 3 sold.
  [[nodiscard]] bool sales_go_out_as_negative(std::span<const Row> rows) {
    const auto* qty = columns_of("qty");
    if (qty == nullptr || qty->empty()) return false;
    int64_t balance = 0;
    for (const auto& row : rows) {
      fetch(row);
      if (!table_.wide.empty() || meaning_of_row().kind != "sale") continue;
      const auto number = parse_number(value("qty"), style_, 3);
      if (number) balance += number->scaled < 0 ? -1 : number->scaled > 0 ? 1 : 0;
    }
    return balance < 0;
  }

  /// "Spoilage" over amounts such as 3.75 or 3 EUR is money, whatever its header leaves unsaid.
  [[nodiscard]] bool is_money(std::span<const Row> rows, size_t column) const {
    int64_t money = 0;
    int64_t all = 0;
    for (const auto& row : rows) {
      if (column >= row.cells.size()) continue;
      const auto number = parse_number(row.cells[column], style_, 4);
      if (!number || number->scaled == 0) continue;
      ++all;
      money += !number->currency.empty() || number->scaled % 10'000 != 0 ? 1 : 0;
    }
    return money * 2 > all;
  }

  /// "Shrink" over 93% and 4.5% is a rate, whatever its header leaves unsaid.
  [[nodiscard]] static bool holds_shares(std::span<const Row> rows, size_t column) {
    int64_t shares = 0;
    int64_t all = 0;
    for (const auto& row : rows) {
      if (column >= row.cells.size() || is_blank(row.cells[column])) continue;
      ++all;
      shares += trimmed(row.cells[column]).ends_with('%') ? 1 : 0;
    }
    return shares * 2 > all;
  }

  /// A column called "Period" or "Week" that holds no date in any row says nothing about time; losses still count.
  void forget_what_is_no_date(std::span<const Row> rows) {
    for (size_t t = 0; t < types_.size(); ++t) {
      const auto& target = table_.rule->columns[t].target;
      const bool needed = std::any_of(table_.rule->needs.begin(), table_.rule->needs.end(),
                                      [&](const auto& need) { return need.size() == 1 && need.front() == target; });
      if (target != "ts" || needed) continue;
      std::erase_if(table_.columns[t], [&](const auto& alternative) {
        int64_t filled_cells = 0;
        int64_t dates = 0;
        for (const auto& row : rows) {
          const auto text = joined(row, alternative, false);
          if (text.empty()) continue;
          ++filled_cells;
          dates += parse_time(text, style_) ? 1 : 0;
        }
        if (filled_cells == 0 || dates > 0) return false;
        no_dates_ = true;
        look_notes_.push_back({"no_dates",
                               fmt::format("column '{}' holds no date that can be read: its rows have none",
                                           trimmed(header_.cells[alternative.front()])),
                               filled_cells});
        return true;
      });
    }
  }

  // --- One pass over the sheet ---------------------------------------------------------------------------------------

  Result<void> pass() {
    TRY_VOID(source_.rewind_sheet());
    TRY_VOID(sink_.begin_sheet(source_.sheet()));
    section_ = facts_;
    for (auto& [t, name] : said_once_) name.clear();
    totals_ = std::make_unique<Totals>(additive_.size() + table_.wide.size());
    hashes_.clear();
    taken_rows_.clear();
    rounded_ = void_rows_ = 0;
    Row row;
    for (size_t i = 0;; ++i) {
      TRY(const bool more, source_.next(row));
      if (!more || restart_) return {};
      if (i % 4096 == 0) progress_(source_.progress());
      if (i > header_index_) TRY_VOID(read_row(row));
    }
  }

  Result<void> read_row(const Row& row) {
    if (filled(row) == 0) return {};
    fetch(row);
    if (is_header_again(row)) return {};
    // The whole report once more, its title and address too.
    if (preamble_.contains(text_of(row))) {
      read_facts(std::span<const Row>(&row, 1), general_, style_, section_);
      return {};
    }
    if (is_void_row(row)) {
      ++void_rows_;
      ++report_.rows;
      ++report_.ignored;
      return {};
    }
    const auto label = first_text(row);
    const bool numbers = has_numbers(row);
    if (numbers && is_summary()) {
      const auto whose = label_of(row);
      if (restates_no_loss(whose)) {
        ++report_.rows;
        ++report_.ignored;
        return {};
      }
      if (sum_labels_.contains(whose)) {
        totals_->total(row.number, additive_values(row));
        return {};
      }
    }
    const bool totals_possible = !additive_.empty() || !table_.wide.empty();
    if (totals_possible && numbers &&
        (is_plain_total_label(label) || keyless() || (is_total_label(label) && alone(label)))) {
      totals_->total(row.number, additive_values(row));
      return {};
    }
    if (!numbers && totals_possible && filled(row) <= 2) return read_between(row);
    ++report_.rows;
    for (auto& [t, name] : said_once_) {
      if (values_[t].empty()) values_[t] = name;
      name = values_[t];
    }
    if (totals_possible) totals_->add(additive_values(row));
    return table_.rule->into->name == "movement" ? movement(row)
           : table_.covariates.empty()           ? plain(row)
                                                 : covariates(row);
  }

  /// values_[t]: what the row says for target t; empty where nothing. Of several columns the first that is filled, but
  /// rather one that can be read: a reason's code or its name, a period or a date.
  void fetch(const Row& row) {
    values_.resize(table_.columns.size());
    way_ = 0;
    for (size_t t = 0; t < values_.size(); ++t) {
      values_[t].clear();
      const auto& target = table_.rule->columns[t].target;
      const bool several = table_.columns[t].size() > 1;
      const bool choose = several && (target == "ts" || target == "reason" || target == "qty");
      if (several && target == "reason") way_ = way_beside(row, table_.columns[t]);
      for (const auto& alternative : table_.columns[t]) {
        auto text = joined(row, alternative, target == "code");
        if (text.empty()) continue;
        const bool reads = !choose || (target == "ts"    ? parse_time(text, style_).has_value()
                                       : target == "qty" ? parse_number(text, style_, 3).has_value()
                                                         : way_of(text) == 0 && reasons_->of(text).known);
        if (reads || values_[t].empty()) values_[t] = std::move(text);
        if (reads) break;
      }
    }
  }

  /// Cells of a row joined by '/'. A code may well be called NONE.
  [[nodiscard]] static std::string joined(const Row& row, const std::vector<size_t>& columns, bool code) {
    std::string text;
    for (const auto column : columns) {
      if (column >= row.cells.size()) continue;
      if (code ? trimmed(row.cells[column]).empty() : is_blank(row.cells[column])) continue;
      if (!text.empty()) text += '/';
      text += trimmed(row.cells[column]);
    }
    return text;
  }

  [[nodiscard]] const std::string& value(std::string_view target) const {
    static const std::string kNone;
    for (size_t t = 0; t < values_.size(); ++t) {
      if (table_.rule->columns[t].target == target) return values_[t];
    }
    return kNone;
  }

  bool is_header_again(const Row& row) const {
    size_t same = 0;
    for (const auto column : used_) {
      if (column >= row.cells.size()) continue;
      const auto& name = header_.cells[column];
      if (!name.empty() && normal_name(row.cells[column]) == normal_name(name)) ++same;
    }
    return same > 1 && same * 2 > used_.size();
  }

  static std::string_view first_text(const Row& row) {
    for (const auto& cell : row.cells) {
      if (!trimmed(cell).empty()) return trimmed(cell);
    }
    return {};
  }

  [[nodiscard]] bool has_numbers(const Row& row) const {
    const bool listed = std::any_of(additive_.begin(), additive_.end(), [&](size_t t) { return !values_[t].empty(); });
    return listed || std::any_of(table_.wide.begin(), table_.wide.end(), [&](const auto& wide) {
             return wide.column < row.cells.size() && !is_blank(row.cells[wide.column]);
           });
  }

  /// A row of numbers that names neither product nor document nor reason adds up others.
  [[nodiscard]] bool keyless() const {
    if (!table_.has("sku"))
      return table_.has("store") && value("store").empty() && value("category").empty() && value("customer").empty();
    for (const std::string_view key : {"sku", "doc", "reason", "code", "count_id"}) {
      if (!value(key).empty()) return false;
    }
    return true;
  }

  /// "Beverages Total" is a total where nothing else names a product: neither code nor reason.
  [[nodiscard]] bool alone(std::string_view label) const {
    const auto& sku = value("sku");
    return (sku.empty() || sku == label) && value("doc").empty() && value("reason").empty();
  }

  /// A row without numbers between rows of data: the next section's heading, or a remark.
  Result<void> read_between(const Row& row) {
    const auto before = section_;
    read_facts(std::span<const Row>(&row, 1), general_, style_, section_);
    if (section_.store != before.store || section_.category != before.category) return {};
    if (!table_.has("store") && filled(row) == 1 && may_be_heading(first_text(row))) {
      // Below a report that says whose it is, headings are departments.
      if (!facts_.store.empty() && !is_pseudonym(facts_.store) && !table_.has("category")) {
        section_.category = heading_of(first_text(row));
      } else {
        section_.store = table_.has("customer") ? pseudonym(first_text(row)) : heading_of(first_text(row));
      }
      return {};
    }
    ++report_.rejected;
    ++report_.rows;
    return sink_.reject({row.number, table_.rule->table, "", "", "is a remark, no record: it names no figure"});
  }

  /// A store's name, and not "Counted by …", "Note: …" or a rule of dashes.
  static bool may_be_heading(std::string_view text) {
    if (text.find_first_not_of("-=_*. ") == std::string_view::npos || text.find(':') != std::string_view::npos)
      return false;
    const auto name = fmt::format(" {} ", normal_name(text));
    constexpr std::array<const char*, 7> kRemarks{" by ",   " note ",    " notes ",  " signed ",
                                                  " page ", " printed ", " manager "};
    return std::none_of(kRemarks.begin(), kRemarks.end(),
                        [&](const char* word) { return name.find(word) != std::string::npos; });
  }

  Totals::Values additive_values(const Row& row) {
    Totals::Values values(additive_.size() + table_.wide.size());
    const auto read = [&](std::string_view text, size_t slot) {
      if (is_blank(text)) return;
      const auto number = parse_number(text, style_, 4);
      if (number) values[slot] = number->scaled;
    };
    for (size_t i = 0; i < additive_.size(); ++i) read(values_[additive_[i]], i);
    for (size_t i = 0; i < table_.wide.size(); ++i) {
      const auto column = table_.wide[i].column;
      if (column < row.cells.size()) read(row.cells[column], additive_.size() + i);
    }
    return values;
  }

  // --- Cells ---------------------------------------------------------------------------------------------------------

  Result<void> refuse(const Row& row, const std::string& column, const std::string& text, const std::string& why) {
    ++report_.rejected;
    return sink_.reject({row.number, table_.rule->table, column, text, why});
  }

  /// The other reading of the style is proved by `cell`, and nothing has proved the present one: read the sheet again.
  bool flip(CellEvidence evidence, bool& style, bool& proved) {
    if ((evidence != CellEvidence::yes && evidence != CellEvidence::no) || (evidence == CellEvidence::yes) == style ||
        proved)
      return false;
    style = !style;
    proved = true;
    restart_ = true;
    return true;
  }

  /// Parses `text` into `cell`; an error says what is wrong with it.
  Result<void> parse(const std::string& text, CellType type, StageCell& cell) {
    cell.null = false;
    switch (type) {
      case CellType::text:
        cell.text = text;
        return {};
      case CellType::quantity:
      case CellType::money:
      case CellType::factor:
        return parse_decimal(text, type, cell);
      case CellType::time:
      case CellType::date:
        return parse_temporal(text, type, cell);
      case CellType::boolean: {
        const auto value = parse_bool(text);
        if (!value) return bad_input("is neither yes nor no");
        cell.integer = *value ? 1 : 0;
        return {};
      }
      case CellType::integer: {
        TRY(const auto number, parse_number(text, style_, 0));
        cell.integer = number.scaled;
        return {};
      }
      case CellType::real: {
        TRY(const auto number, parse_number(text, style_, 6));
        cell.real = static_cast<double>(number.scaled) / 1e6;
        return {};
      }
    }
    return {};
  }

  Result<void> parse_decimal(const std::string& text, CellType type, StageCell& cell) {
    const auto evidence = comma_decimal_evidence(text);
    if (flip(evidence, style_.comma_decimal, comma_proved_)) return {};
    TRY(auto number, parse_number(text, style_, decimals_of(type)));
    cell.integer = number.scaled;
    if (number.rounded) ++rounded_;
    if (!number.currency.empty()) row_currency_ = std::move(number.currency);
    return {};
  }

  Result<void> parse_temporal(const std::string& text, CellType type, StageCell& cell) {
    const auto evidence = day_first_evidence(text);
    if (flip(evidence, style_.day_first, order_proved_)) return {};
    TRY(const auto time, parse_time(text, style_));
    cell.integer = type == CellType::date ? day_of(time.us) : time.us;
    cell.form = static_cast<int8_t>(time.form);
    return {};
  }

  /// Parses every target into `cells_`; false where the row was rejected.
  Result<bool> parse_row(const Row& row) {
    row_currency_.clear();
    cells_.assign(values_.size(), {});
    for (size_t t = 0; t < values_.size(); ++t) {
      if (values_[t].empty()) continue;
      const auto& target = table_.rule->columns[t].target;
      if (is_id(target)) values_[t] = plain_id(values_[t]);
      auto parsed = parse(values_[t], types_[t], cells_[t]);
      if (restart_) return false;
      if (parsed) continue;
      if (needed(target)) {
        TRY_VOID(refuse(row, target, values_[t], parsed.error().message));
        return false;
      }
      // A cell that nothing depends on is left out, and said so; the row still counts.
      cells_[t] = {};
      ++report_.cells_left_out;
      TRY_VOID(sink_.reject({row.number, table_.rule->table, target, values_[t], parsed.error().message, false}));
    }
    return true;
  }

  static bool is_id(const std::string& target) {
    return target == "store" || target == "sku" || target == "gtin" || target == "from_store" || target == "to_store" ||
           target == "other_store";
  }

  /// Whether a row is nothing without this: its time and quantity, and what the table needs and nothing else gives.
  [[nodiscard]] bool needed(const std::string& target) const {
    for (const auto& need : table_.rule->needs) {
      if (std::find(need.begin(), need.end(), target) == need.end()) continue;
      const bool other = std::any_of(need.begin(), need.end(),
                                     [&](const auto& each) { return each != target && !value(each).empty(); });
      if (!other) return true;
    }
    return target == "ts" || target == "qty" || target == "sold";
  }

  /// The targets that the table needs and the row does not give; a store may come from the heading instead.
  [[nodiscard]] std::string absent() const {
    for (const auto& need : table_.rule->needs) {
      // A loss without a reason is a loss: it is listed until somebody gives it a class.
      if (need.front() == "reason" && table_.rule->kind == "adjustment") continue;
      // What a table must have as columns, not every row of it must fill: a product's further variants have no title.
      if (need.size() > 1 && table_.rule->into->name == "product") continue;
      // A list of products names one in every row.
      if (need.front() == "sku" && table_.wide.empty() && table_.has("sku") && value("sku").empty()) return "sku";
      const bool given = std::any_of(need.begin(), need.end(), [&](const auto& target) {
        return !value(target).empty() || (target == "ts" && no_dates_);
      });
      const bool store = std::find(need.begin(), need.end(), "store") != need.end() && !section_.store.empty();
      if (!given && !store) return need.front();
    }
    return {};
  }

  [[nodiscard]] StageCell* stage_cell(StageRow& out, std::string_view column) const {
    const auto index = out.table->index_of(column);
    return index ? &out.cells[*index] : nullptr;
  }
  void set_text(StageRow& out, std::string_view column, std::string text) const {
    auto* cell = stage_cell(out, column);
    const bool none = text.empty();
    if (cell != nullptr) *cell = StageCell{.null = none, .text = std::move(text)};
  }
  void set_integer(StageRow& out, std::string_view column, int64_t value, int8_t form = 0) const {
    auto* cell = stage_cell(out, column);
    if (cell != nullptr) *cell = StageCell{.null = false, .integer = value, .form = form};
  }

  StageRow staged(const StageTable* table, const Row& row) const {
    StageRow out{.table = table, .cells = std::vector<StageCell>(table->columns.size()), .row = row.number};
    for (size_t t = 0; t < cells_.size(); ++t) {
      const auto index = table == table_.rule->into ? stage_[t] : table->index_of(table_.rule->columns[t].target);
      if (index && !cells_[t].null) out.cells[*index] = cells_[t];
    }
    fill_store(out);
    fill_time(out);
    if (auto* category = stage_cell(out, "category");
        category != nullptr && category->null && !section_.category.empty())
      set_text(out, "category", section_.category);
    if (auto* currency = stage_cell(out, "currency"); currency != nullptr && currency->null) {
      set_text(out, "currency", row_currency_.empty() ? section_.currency : row_currency_);
    }
    return out;
  }

  void fill_store(StageRow& out) const {
    auto* store = stage_cell(out, "store");
    const bool wants =
        out.table->name == "movement" || out.table->name == "count_line" || out.table->name == "book_stock";
    if (store == nullptr || !store->null || !wants) return;
    const auto& customer = value("customer");
    if (!customer.empty()) {
      set_text(out, "store", pseudonym(customer));
    } else if (!section_.store.empty()) {
      set_text(out, "store", section_.store);
    } else if (out.table->name != "count_line") {
      set_text(out, "store", "(all)");
    }
  }

  void fill_time(StageRow& out) const {
    auto* ts = stage_cell(out, "ts");
    if (ts == nullptr) return;
    constexpr int64_t kWeekDays = 7;
    if (const auto clock = parse_time_of_day(value("time"));
        clock && !ts->null && ts->form == static_cast<int8_t>(TimeForm::date)) {
      ts->integer += *clock;
      ts->form = static_cast<int8_t>(TimeForm::local);
    }
    if (out.table->name != "movement") return;
    if (!ts->null && ts->form == static_cast<int8_t>(TimeForm::week)) {
      const int64_t monday = day_of(ts->integer);
      set_integer(out, "period_from", monday);
      set_integer(out, "ts", (monday + kWeekDays - 1) * kDay, static_cast<int8_t>(TimeForm::date));
    }
    if (!ts->null && ts->form == static_cast<int8_t>(TimeForm::month)) {
      const int64_t first = day_of(ts->integer);
      set_integer(out, "period_from", first);
      *ts = StageCell{
          .null = false, .integer = last_day_of_month(first) * kDay, .form = static_cast<int8_t>(TimeForm::date)};
    }
    if (!ts->null) return;
    for (size_t t = 0; t < cells_.size(); ++t) {
      if (table_.rule->columns[t].target == "period_to" && !cells_[t].null) {
        set_integer(out, "ts", cells_[t].integer * kDay, static_cast<int8_t>(TimeForm::date));
        return;
      }
    }
    if (section_.period && !table_.has("ts")) {
      set_integer(out, "ts", section_.period->to * kDay, static_cast<int8_t>(TimeForm::date));
      set_integer(out, "period_from", section_.period->from);
    }
  }

  Result<void> take(const StageRow& out) {
    TRY_VOID(sink_.take(out));
    return {};
  }

  /// The row is in: its fingerprint goes to the search for duplicate blocks.
  void accept(const Row& row) {
    ++report_.taken;
    if (hashes_.size() >= kBlockRowsMax) return;
    uint64_t hash = mix(0xCBF29CE484222325ULL, section_.store);
    for (const auto& [t, name] : said_once_) hash = mix(hash, name);
    for (const auto column : used_)
      hash = mix(hash, column < row.cells.size() ? trimmed(row.cells[column]) : std::string_view());
    hashes_.push_back(hash);
    taken_rows_.push_back(row.number);
  }

  // --- Tables other than movements -----------------------------------------------------------------------------------

  Result<void> plain(const Row& row) {
    if (const auto missing = absent(); !missing.empty()) return refuse(row, missing, "", "is empty");
    TRY(const bool good, parse_row(row));
    if (!good) return {};
    auto out = staged(table_.rule->into, row);
    if (const auto* qty = stage_cell(out, "qty"); out.table->name == "count_line" && qty->integer < 0) {
      return refuse(row, "qty", value("qty"), "is below zero: nobody counts less than nothing");
    }
    accept(row);
    return take(out);
  }

  Result<void> covariates(const Row& row) {
    if (const auto missing = absent(); !missing.empty()) return refuse(row, missing, "", "is empty");
    TRY(const bool good, parse_row(row));
    if (!good) return {};
    accept(row);
    for (const auto column : table_.covariates) {
      if (column >= row.cells.size() || is_blank(row.cells[column])) continue;
      const auto number = parse_number(row.cells[column], style_, 6);
      if (!number) continue;  // a name beside the figures, not a figure
      auto out = staged(table_.rule->into, row);
      set_text(out, "covariate", std::string(trimmed(header_.cells[column])));
      *stage_cell(out, "value") = StageCell{.null = false, .real = static_cast<double>(number->scaled) / 1e6};
      TRY_VOID(take(out));
    }
    return {};
  }

  // --- Movements -----------------------------------------------------------------------------------------------------

  Result<void> movement(const Row& row) {
    if (value("error_declared") == "yes") {
      ++report_.ignored;
      return {};
    }
    Meaning meaning = table_.wide.empty() ? meaning_of_row() : Meaning{.kind = "adjustment"};
    if (meaning.kind == "ignore") {
      ++report_.ignored;
      return {};
    }
    if (const auto missing = absent(); !missing.empty()) return refuse(row, missing, "", "is empty");
    TRY(const bool good, parse_row(row));
    if (!good) return {};
    if (!table_.wide.empty()) return wide_row(row);
    if (meaning.kind == "count" || meaning.kind == "opening") return counted(row, meaning);
    auto out = staged(table_.rule->into, row);
    const auto* qty = stage_cell(out, "qty");
    if (qty->null && meaning.kind != "adjustment") return refuse(row, "qty", "", "is empty");
    if (meaning.kind == "adjustment") count_unmapped(meaning);
    set_kind(out, meaning);
    accept(row);
    return take(out);
  }

  /// What the row's code and reason make of it.
  [[nodiscard]] Meaning meaning_of_row() const {
    const auto& rule = *table_.rule;
    const auto& code = value("code");
    Meaning meaning{.kind = rule.kind};
    if (!code.empty()) {
      const auto found = rule.codes.find(normal_name(code));
      if (found == rule.codes.end()) {
        const auto& type = reasons_->of(code);
        if (!type.known) return {.kind = "adjustment", .reason_class = "UNMAPPED"};
        meaning = type.meaning;
        if (meaning.kind.empty()) meaning.kind = "adjustment";
        return meaning.kind == "adjustment" ? the_closer(meaning, with_reason(meaning)) : meaning;
      }
      meaning = found->second;
      if (!meaning.by_reason) return meaning;
    } else if (rule.kind != "adjustment") {
      if (rule.kind.empty()) return {.kind = "adjustment", .reason_class = "UNMAPPED"};
      return meaning;
    }
    return with_reason(std::move(meaning));
  }

  /// Of a type ("Inventory Adjustment", "Waste") and the reason beside it the one that says more: what the reason says,
  /// unless the type alone knows what became of the goods.
  static Meaning the_closer(const Meaning& type, Meaning reason) {
    const auto* of_type = reason_class(type.reason_class);
    const auto* of_reason = reason_class(reason.reason_class);
    if (of_reason == nullptr || of_reason->name == std::string_view("UNMAPPED")) return type;
    const bool open = of_type == nullptr || of_type->is_usl;
    return open || (type.reason_class == "SPOILAGE" && !of_reason->is_usl) ? reason : type;
  }

  [[nodiscard]] Meaning with_reason(Meaning meaning) const {
    const auto& reason = value("reason");
    if (reason.empty()) {
      if (meaning.kind == "adjustment" && meaning.reason_class.empty()) meaning.reason_class = "UNMAPPED";
      return meaning;
    }
    const auto& found = reasons_->of(reason);
    if (!found.known) {
      // A code that says "received" needs no reason; an adjustment does.
      if (meaning.kind == "adjustment") meaning.reason_class = "UNMAPPED";
      return meaning;
    }
    Meaning both = found.meaning;
    if (both.kind.empty()) both.kind = "adjustment";
    if (meaning.sign != 0) both.sign = meaning.sign;
    return both;
  }

  void count_unmapped(const Meaning& meaning) {
    if (meaning.reason_class != "UNMAPPED") return;
    const auto reason = raw_reason();
    ++report_.unmapped_reasons[reason.empty() ? kNoReason : reason];
  }

  [[nodiscard]] std::string raw_reason() const {
    const auto& code = value("code");
    const auto& said = value("reason");
    const auto& reason = said.empty() ? said : reasons_->of(said).kept;
    if (code.empty()) return reason;
    return reason.empty() ? code : code + "/" + reason;
  }

  static const char* to_string(Direction direction) {
    return direction == Direction::loss ? "loss" : direction == Direction::gain ? "gain" : "signed";
  }

  /// Kind, class and, as far as the row alone tells it, the quantity as effect on stock.
  void set_kind(StageRow& out, const Meaning& meaning) const {
    auto kind = meaning.kind;
    auto& qty = *stage_cell(out, "qty");
    const int64_t size = std::llabs(qty.integer);
    const int flow = flow_sign();
    if (kind == "transfer") kind = (flow != 0 ? flow : qty.integer) < 0 ? "transfer_out" : "transfer_in";
    const bool own_sign =
        meaning.kind == "transfer" || (kind == "sale" && sales_have_sign_) ||
        (table_.rule->sign == SignRule::effect && !table_.rule->kind.empty() && table_.rule->kind != kind);
    bool effect = true;
    if (meaning.sign != 0 && flow == 0) {
      qty.integer = meaning.sign * size;
    } else if (flow != 0) {
      qty.integer = flow * size;
    } else if (kind == "adjustment") {
      effect = adjustment_effect(meaning, qty);
    } else if (!own_sign && (kind == "sale" || kind == "transfer_out")) {
      qty.integer = -qty.integer;
    } else if (!own_sign && kind == "return") {
      qty.integer = size;
    }
    if (kind == "sale" && qty.integer > 0) kind = "return";
    if (kind == "return" && qty.integer < 0) kind = "sale";
    set_text(out, "kind", kind);
    set_integer(out, "effect", effect ? 1 : 0);
    const auto reason = raw_reason();
    const bool unmapped = kind == "adjustment" && (meaning.reason_class.empty() || meaning.reason_class == "UNMAPPED");
    if (!reason.empty() || unmapped) set_text(out, "reason", reason.empty() ? kNoReason : reason);
    if (kind != "adjustment") return;
    set_text(out, "class", unmapped ? "UNMAPPED" : meaning.reason_class);
    set_text(out, "direction", to_string(meaning.direction));
  }

  [[nodiscard]] bool adjustment_effect(const Meaning& meaning, StageCell& qty) const {
    if (variance_sign_ != 0) {
      qty.integer *= variance_sign_;
      return true;
    }
    switch (table_.rule->sign) {
      case SignRule::automatic:
        return false;
      case SignRule::magnitude:
        if (meaning.direction == Direction::loss) qty.integer = -qty.integer;
        return true;
      case SignRule::loss_positive:
        qty.integer = -qty.integer;
        return true;
      case SignRule::effect:
        return true;
    }
    return true;
  }

  [[nodiscard]] static int way_beside(const Row& row, const std::vector<std::vector<size_t>>& reasons) {
    int way = 0;
    size_t others = 0;
    for (const auto& columns : reasons) {
      const auto text = joined(row, columns, true);  // a "-" is no blank here
      way = way == 0 ? way_of(text) : way;
      others += !text.empty() && way_of(text) == 0 ? 1 : 0;
    }
    return others > 0 ? way : 0;
  }

  /// "Increase" beside a reason: which way the stock went, and no reason of its own. 0: it says no more than another.
  static int way_of(std::string_view text) {
    static constexpr std::array<std::string_view, 6> kUp{"increase", "add", "addition", "plus", "positive", "up"};
    static constexpr std::array<std::string_view, 7> kDown{"decrease", "remove",   "removal", "reduction",
                                                           "minus",    "negative", "down"};
    text = trimmed(text);
    if (text == "+" || text == "-") return text == "+" ? 1 : -1;
    const auto word = normal_name(text);
    return among(kUp, word) ? 1 : among(kDown, word) ? -1 : 0;
  }

  /// +1 in, -1 out, 0 not said: SAP's S and H, and what others write.
  [[nodiscard]] int flow_sign() const {
    const auto word = normal_name(value("flow"));
    if (word.empty()) return value("flow") == "+" ? 1 : value("flow") == "-" ? -1 : way_;
    if (word == "s" || word == "in" || word == "debit" || word == "d") return 1;
    if (word == "h" || word == "out" || word == "credit" || word == "c") return -1;
    return 0;
  }

  Result<void> counted(const Row& row, const Meaning& meaning) {
    const auto* lines = stage_table("count_line");
    auto out = staged(lines, row);
    if (stage_cell(out, "qty")->null) return refuse(row, "qty", "", "is empty");
    set_text(out, "kind", meaning.kind == "opening" ? "opening" : "unknown");
    accept(row);
    return take(out);
  }

  /// One adjustment a reason that the row has a figure for, and a sale where it tells what was sold.
  Result<void> wide_row(const Row& row) {
    std::map<std::string, StageRow> by_reason;
    std::set<std::string> proved;  // reasons whose sign is known
    for (const auto& wide : table_.wide) {
      if (wide.column >= row.cells.size() || is_blank(row.cells[wide.column])) continue;
      StageCell cell;
      const auto type = wide.measure == Measure::quantity ? CellType::quantity : CellType::money;
      const std::string text(trimmed(row.cells[wide.column]));
      auto parsed = parse(text, type, cell);
      if (restart_) return {};
      if (!parsed) return refuse(row, header_.cells[wide.column], text, parsed.error().message);
      if (wide.gross) cell.integer -= known_beside(row, wide, type) * (cell.integer < 0 ? -1 : 1);
      if (wide.net) cell.integer += found_beside(row, wide, type);
      if (cell.integer == 0) continue;
      if (wide.sign < 0) cell.integer = -cell.integer;
      if (wide.sign != 0) proved.insert(wide.reason);
      auto& out = by_reason.try_emplace(wide.reason, staged(table_.rule->into, row)).first->second;
      *stage_cell(out, column_of(wide)) = cell;
    }
    for (auto& [reason, out] : by_reason) {
      const auto& meaning = table_.mapping->reasons.at(reason);
      set_text(out, "kind", "adjustment");
      set_text(out, "class", meaning.reason_class);
      set_text(out, "direction", to_string(meaning.direction));
      set_text(out, "reason", reason);
      set_integer(out, "effect", proved.contains(reason) ? 1 : 0);
      for (const std::string_view not_of_a_loss : {"net_value", "list_price"}) *stage_cell(out, not_of_a_loss) = {};
      TRY_VOID(take(out));
    }
    TRY_VOID(sold_beside(row));
    accept(row);
    return {};
  }

  /// Size of the known losses that a gross column of write-offs holds.
  [[nodiscard]] int64_t known_beside(const Row& row, const WideColumn& gross, CellType type) const {
    int64_t sum = 0;
    for (const auto& other : table_.wide) {
      const bool gain = table_.mapping->reasons.at(other.reason).direction == Direction::gain;
      if (other.column == gross.column || other.measure != gross.measure || gain || other.column >= row.cells.size() ||
          is_blank(row.cells[other.column]))
        continue;
      const auto number = parse_number(row.cells[other.column], style_, decimals_of(type));
      if (number) sum += std::llabs(number->scaled);
    }
    return sum;
  }

  /// Size of what was found, in the columns of gains beside a net one.
  [[nodiscard]] int64_t found_beside(const Row& row, const WideColumn& net, CellType type) const {
    int64_t sum = 0;
    for (const auto& other : table_.wide) {
      const bool gain = table_.mapping->reasons.at(other.reason).direction == Direction::gain;
      if (!gain || other.measure != net.measure || other.column >= row.cells.size()) continue;
      const auto number = parse_number(row.cells[other.column], style_, decimals_of(type));
      if (number) sum += std::llabs(number->scaled);
    }
    return sum;
  }

  /// Money of a reason that has both a cost and another amount: the other is at retail.
  [[nodiscard]] std::string_view column_of(const WideColumn& wide) const {
    if (wide.measure == Measure::quantity) return "qty";
    if (wide.measure == Measure::retail) return "retail_value";
    if (wide.measure == Measure::cost) return "cost_value";
    const bool has_cost = std::any_of(table_.wide.begin(), table_.wide.end(), [&](const auto& other) {
      return other.reason == wide.reason && other.measure == Measure::cost;
    });
    return has_cost ? "retail_value" : "cost_value";
  }

  Result<void> sold_beside(const Row& row) {
    for (size_t t = 0; t < cells_.size(); ++t) {
      if (table_.rule->columns[t].target != "sold" || cells_[t].null || cells_[t].integer == 0) continue;
      auto out = staged(table_.rule->into, row);
      set_integer(out, "qty", -cells_[t].integer);
      set_text(out, "kind", cells_[t].integer < 0 ? "return" : "sale");
      set_integer(out, "effect", 1);
      return take(out);
    }
    return {};
  }

  // --- The end of the sheet ------------------------------------------------------------------------------------------

  Result<void> finish() {
    report_.sheet = source_.sheet();
    report_.table = table_.rule->table;
    report_.system = table_.mapping->system;
    report_.mapping_version = table_.mapping->version;
    report_.header_row = header_.number;
    report_.sign = table_.rule->sign;
    report_.time_zone = table_.mapping->time_zone;
    report_.facts = facts_;
    if (totals_) report_.totals = totals_->finish();
    report_.notes = source_.notes();
    report_.notes.insert(report_.notes.end(), look_notes_.begin(), look_notes_.end());
    // A column that nothing names may be called after anybody ("sales by Ann"): its name is kept where all of its words
    // are words of mappings.
    const auto words = words_of_names(mappings_);
    for (size_t i = 0; i < header_.cells.size(); ++i) {
      const auto name = trimmed(header_.cells[i]);
      if (name.empty()) continue;
      const bool taken = std::binary_search(used_.begin(), used_.end(), i);
      (taken ? report_.columns_taken : report_.columns_left_out)
          .emplace_back(taken || words.holds_all(name) ? name : fmt::format("(column {})", i + 1));
    }
    add_notes();
    return drop_duplicates();
  }

  void add_notes() {
    const auto note = [&](const char* code, std::string message, int64_t count) {
      report_.notes.push_back({code, std::move(message), count});
    };
    if (rounded_ > 0)
      note("rounded", "figures have more decimals than are kept (3 of a quantity, 4 of money) and were rounded",
           rounded_);
    if (comma_matters_ && !comma_proved_) {
      note("number_style",
           fmt::format("figures such as 1,234 were read with {} as decimal mark; no figure in the file proves it",
                       style_.comma_decimal ? "the comma" : "the point"),
           report_.taken);
    }
    if (order_matters_ && !order_proved_) {
      note("date_order", "dates such as 03/04/2024 were read month first; no date in the file proves the order",
           report_.taken);
    }
    if (table_.rule->into->name == "movement" && !table_.has("ts")) {
      if (section_.period && facts_.period && section_.period->to != facts_.period->to) {
        note("period", "rows have no date; they were read as the sum of the period above their block", report_.taken);
      } else if (section_.period) {
        note("period",
             fmt::format("rows have no date; they were read as the sum of {} to {}", day_text(section_.period->from),
                         day_text(section_.period->to)),
             report_.taken);
      } else {
        note("undated", "rows have no date, and the report names no period: they count in totals only", report_.taken);
      }
    }
    if (table_.rule->into->name == "movement" && !table_.has("store") && section_.store.empty() &&
        !table_.has("customer")) {
      note("no_store", "rows name no store, and the report names none: they are kept under '(all)'", report_.taken);
    }
    const bool bare_money = std::any_of(table_.wide.begin(), table_.wide.end(),
                                        [](const auto& wide) { return wide.measure == Measure::money; });
    if (bare_money) note("value_basis", "amounts that do not say so were read at cost", report_.taken);
    if (hashes_.size() >= kBlockRowsMax) {
      note("blocks_not_sought",
           fmt::format("duplicate blocks were looked for in the first {} rows only", kBlockRowsMax), 1);
    }
    if (void_rows_ > 0)
      note("void_rows", "rows say that they are void, cancelled, drafts or not counted, and were left out", void_rows_);
    if (!sum_labels_.empty())
      note("sum_rows", "rows that add up others under a name of their own were held against them and left out",
           static_cast<int64_t>(sum_labels_.size()));
    if (empty_) note("no_rows", "the table has a header and no rows", 1);
  }

  Result<void> drop_duplicates() {
    const auto found = find_duplicates(hashes_, dated_);
    std::vector<int64_t> rows;
    for (const auto& block : found.blocks) {
      for (size_t i = 0; i < block.count; ++i) rows.push_back(taken_rows_[block.first + i]);
    }
    for (const auto i : found.scattered) rows.push_back(taken_rows_[i]);
    if (rows.empty()) return {};
    std::sort(rows.begin(), rows.end());
    report_.duplicate = static_cast<int64_t>(rows.size());
    report_.taken -= report_.duplicate;
    report_.notes.push_back(
        {"duplicate_blocks",
         found.copies > 1
             ? fmt::format("every row stands {} times: it was loaded so often; one copy was kept", found.copies)
             : fmt::format("{} blocks of rows repeat earlier ones; the first of each was kept", found.blocks.size()),
         report_.duplicate});
    return sink_.drop_rows(rows);
  }

  RowSource& source_;
  const std::string& place_;
  const std::vector<Mapping>& mappings_;
  Mapping general_;
  StageSink& sink_;
  const std::function<void(double)>& progress_;

  Recognised table_;
  Row header_;
  size_t header_index_ = 0;
  bool empty_ = false;
  std::unique_ptr<ReasonBook> reasons_;
  std::vector<Note> look_notes_;
  ReportFacts facts_, section_;
  CellStyle style_;
  std::vector<std::pair<size_t, std::string>> said_once_;  ///< targets, and what the rows above said last
  std::set<std::string> sum_labels_;                       ///< of rows that add up others
  std::vector<size_t> void_columns_;
  std::set<std::string> preamble_;  ///< rows above the header
  int way_ = 0;                     ///< which way the row's stock went, where a column beside its reason says it
  int variance_sign_ = 0;           ///< of a column of differences, as effect on stock; 0: not proved
  bool comma_proved_ = false, comma_matters_ = false, order_proved_ = false, order_matters_ = false;
  bool restart_ = false, dated_ = false, sales_have_sign_ = false, no_dates_ = false;

  std::vector<std::optional<size_t>> stage_;
  std::vector<CellType> types_;
  std::vector<size_t> used_, additive_;

  std::vector<std::string> values_;
  std::vector<StageCell> cells_;
  std::string row_currency_;
  int64_t rounded_ = 0, void_rows_ = 0;
  std::unique_ptr<Totals> totals_;
  std::vector<uint64_t> hashes_;
  std::vector<int64_t> taken_rows_;
  SheetReport report_;
};

}  // namespace

Result<std::vector<SheetReport>> normalise(RowSource& source, const std::string& place,
                                           const std::vector<Mapping>& mappings, StageSink& sink,
                                           const std::function<void(double)>& progress) {
  std::vector<SheetReport> reports;
  std::string first_nearest;
  std::vector<Note> skipped;
  for (;;) {
    TRY(const bool more, source.next_sheet());
    if (!more) break;
    TRY(const auto flat, lay_flat(source, mappings, place));
    SheetReader reader(flat ? *flat : source, place, mappings, sink, progress);
    SheetReport report;
    std::string nearest;
    TRY(const bool found, reader.read(report, nearest));
    if (found) {
      reports.push_back(std::move(report));
      continue;
    }
    if (first_nearest.empty()) first_nearest = nearest.empty() ? "it holds no rows" : nearest;
    // What stands in a sheet that nothing is known of may be anybody's name: it is said, not kept.
    if (!source.sheet().empty())
      skipped.push_back({"sheet_skipped", fmt::format("sheet '{}': {}", source.sheet(),
                                                      nearest.empty() ? "no rows" : "no table was recognised")});
  }
  if (reports.empty()) return bad_input(fmt::format("{}: {}", place, first_nearest));
  reports.front().notes.insert(reports.front().notes.end(), skipped.begin(), skipped.end());
  return reports;
}

}  // namespace shrike

#include "ledger/cross_table.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <optional>

#include "ledger/cells.h"
#include "ledger/preamble.h"
#include "ledger/reason_sections.h"
#include "ledger/sum_rows.h"
#include "ledger/title_loss.h"
#include "ledger/totals.h"

namespace shrike {
namespace {

constexpr size_t kLookRows = 60;      ///< the header is looked for so far down
constexpr size_t kRowsMax = 200'000;  ///< a report for people has fewer
constexpr size_t kPeriodsLeast = 2;

/// The rows of one sheet, in memory.
class FlatRows : public RowSource {
 public:
  FlatRows(RowSource& whole, std::vector<Row> rows, Note note)
      : whole_(whole), rows_(std::move(rows)), note_(std::move(note)) {}

  Result<bool> next_sheet() override { return false; }
  [[nodiscard]] std::string sheet() const override { return whole_.sheet(); }
  Result<bool> next(Row& row) override {
    if (at_ == rows_.size()) return false;
    row = rows_[at_++];
    return true;
  }
  Result<void> rewind_sheet() override {
    at_ = 0;
    return {};
  }
  [[nodiscard]] double progress() const override { return whole_.progress(); }
  [[nodiscard]] std::vector<Note> notes() const override {
    auto notes = whole_.notes();
    notes.push_back(note_);
    return notes;
  }
  [[nodiscard]] char delimiter() const override { return whole_.delimiter(); }

 private:
  RowSource& whole_;
  std::vector<Row> rows_;
  Note note_;
  size_t at_ = 0;
};

std::string_view cell(const Row& row, size_t column) {
  return column < row.cells.size() ? trimmed(row.cells[column]) : std::string_view();
}

bool is_number(std::string_view text) {
  return parse_number(text, {}, 4) || parse_number(text, {.comma_decimal = true}, 4);
}

/// A period's name as parse_time() reads it: months and weeks, with `year` where they have none. Fiscal periods,
/// quarters and years are periods too, as they are: their days are not known.
std::optional<std::string> period_of(std::string_view text, const std::string& year) {
  const auto name = normal_name(text);
  if (name.empty() || name.size() > 24) return std::nullopt;
  const auto time = parse_time(text, {});
  if (time && (time->form == TimeForm::month || time->form == TimeForm::week)) return std::string(text);
  // Months of a spreadsheet are their first days.
  if (time && time->form == TimeForm::date && text.find_first_of("-/. ") != std::string_view::npos)
    return text.size() == 10 && text.ends_with("-01") ? std::string(text.substr(0, 7)) : std::string(text);
  const auto with_year = fmt::format("{} {}", name, year);
  const auto dated = year.empty() ? Result<ParsedTime>(bad_input("")) : parse_time(with_year, {});
  if (dated && dated->form != TimeForm::date) return with_year;
  const auto digits_from = [&](size_t at) {
    return at < name.size() && name.size() <= at + 2 && name.find_first_not_of("0123456789", at) == std::string::npos;
  };
  const bool fiscal = (name[0] == 'p' || name[0] == 'q' || name[0] == 'w') && digits_from(1);
  if (fiscal || (name.starts_with("period ") && digits_from(7)) || (name.starts_with("week ") && digits_from(5)))
    return with_year;
  if (parse_time(fmt::format("{} 2000", name), {}) && name.size() >= 3) return name;  // a month, year unknown
  return std::nullopt;
}

/// "Store 101", "Branch Northgate": stores across.
std::optional<std::string> store_of(std::string_view text) {
  const auto name = normal_name(text);
  for (const std::string_view word : {"store ", "shop ", "site ", "branch ", "outlet ", "location ", "market "}) {
    if (name.starts_with(word) && name.size() < 60) return std::string(trimmed(text.substr(word.size())));
  }
  return std::nullopt;
}

/// "From:", "To": what stands beside it is the report's period, and no heading.
bool labels_days(std::string_view text) {
  text = trimmed(text);
  const auto name = normal_name(text);
  constexpr std::array<std::string_view, 9> kLabels{"from",  "to",  "date range", "start date", "end date",
                                                    "start", "end", "date from",  "date to"};
  return text.ends_with(':') || std::find(kLabels.begin(), kLabels.end(), name) != kLabels.end();
}

struct Across {
  const char* called = "Period";                   ///< what stands across
  size_t row = 0;                                  ///< of the periods
  bool two_rows = false;                           ///< measures stand below
  size_t first = 0;                                ///< column of the first period
  std::vector<std::pair<std::string, size_t>> at;  ///< period and column, left to right
};

/// Whether the row at `i` names periods over columns of figures.
std::optional<Across> across(const std::vector<Row>& rows, size_t i, const std::string& year, bool stores) {
  Across found{.called = stores ? "Store" : "Period", .row = i};
  size_t others = 0;
  const auto& header = rows[i];
  if (std::any_of(header.cells.begin(), header.cells.end(), [](const auto& text) { return labels_days(text); }))
    return std::nullopt;
  for (size_t c = 0; c < header.cells.size(); ++c) {
    const auto text = cell(header, c);
    if (text.empty()) continue;
    if (const auto period = stores ? store_of(text) : period_of(text, year)) {
      if (found.at.empty()) found.first = c;
      found.at.emplace_back(*period, c);
    } else if (!found.at.empty()) {
      ++others;
    }
  }
  if (found.at.size() < kPeriodsLeast || found.first == 0 || others > found.at.size()) return std::nullopt;
  // Names of measures below, figures below them; or figures at once.
  const auto texts_below = [&](size_t at) {
    size_t texts = 0;
    size_t numbers = 0;
    for (size_t r = at; r < std::min(rows.size(), at + 40); ++r) {
      for (size_t c = found.first; c < rows[r].cells.size(); ++c) {
        const auto text = cell(rows[r], c);
        if (is_blank(text)) continue;
        ++(is_number(text) ? numbers : texts);
      }
      if (r == at && at == i + 1 && texts > 0 && numbers == 0) return std::optional<bool>(true);
    }
    return numbers > 4 * texts ? std::optional<bool>(false) : std::nullopt;
  };
  const auto below = texts_below(i + 1);
  if (!below) return std::nullopt;
  found.two_rows = *below;
  if (found.two_rows && texts_below(i + 2) != std::optional<bool>(false)) return std::nullopt;
  return found;
}

/// The loss that a title speaks of, as a column would be called: "Unknown Stock Loss 2025" → "unknown stock loss".
std::string measure_in(const std::vector<Mapping>& mappings, std::string_view text) {
  std::string best;
  const auto name = normal_name(text);
  for (const auto& mapping : mappings) {
    for (const auto& [phrase, meaning] : mapping.reasons) {
      if (meaning.reason_class.empty() || meaning.in_text || phrase.size() <= best.size()) continue;
      if (holds_words(name, phrase)) best = phrase;
    }
  }
  return best;
}

/// A column's name as it was before pandas told it from an equal one: "Qty.1" is "Qty" again.
std::string_view unmangled(const std::vector<std::string>& names, size_t column) {
  const auto name = column < names.size() ? trimmed(names[column]) : std::string_view();
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == name.size() ||
      name.find_first_not_of("0123456789", dot + 1) != std::string_view::npos)
    return name;
  const auto base = name.substr(0, dot);
  const bool told = std::any_of(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(column),
                                [&](const auto& other) { return trimmed(other) == base; });
  return told ? base : name;
}

/// What is compared across, or how it is measured: neither stores nor departments.
bool compares_or_measures(std::string_view text) {
  static constexpr std::array<std::string_view, 40> kWords{
      "units", "qty",  "quantity", "pieces",  "amount", "amounts",  "cost",    "costs",  "retail",   "value",
      "price", "$",    "%",        "dollars", "count",  "counts",   "percent", "share",  "mtd",      "ytd",
      "wtd",   "qtd",  "ty",       "ly",      "py",     "year",     "month",   "week",   "period",   "current",
      "prior", "last", "previous", "actual",  "budget", "forecast", "plan",    "target", "variance", "change"};
  const auto words = words_of(normal_name(text));
  return std::any_of(words.begin(), words.end(), [](const std::string& word) { return among(kWords, word); });
}

/// A name of something, and neither a figure nor a period nor a measure.
bool may_name_a_place(std::string_view text, const std::vector<Mapping>& mappings) {
  return !is_number(text) && !period_of(text, "") && !compares_or_measures(text) && measure_in(mappings, text).empty();
}

/// Names over groups of columns that all have the same names below: "Lakeside" and "Mercy", each over Units and Cost.
std::optional<Across> groups_across(const std::vector<Row>& rows, size_t i, const std::vector<Mapping>& mappings) {
  if (i + 2 >= rows.size()) return std::nullopt;
  const auto& above = rows[i];
  const auto& below = rows[i + 1];
  Across found{.row = i, .two_rows = true};
  const size_t width = std::max(above.cells.size(), below.cells.size());
  std::vector<std::string> group, first_group;
  std::string name;
  const auto ends = [&] {
    const bool same = first_group.empty() || group == first_group;
    if (first_group.empty()) first_group = group;
    group.clear();
    return same;
  };
  for (size_t c = 0; c < width; ++c) {
    const auto text = cell(above, c);
    if (!text.empty()) {
      if (!name.empty() && !ends()) return std::nullopt;
      name = text;
      if (!may_name_a_place(text, mappings)) return std::nullopt;
      if (found.at.empty()) found.first = c;
      if (!is_total_label(text) && !names_several(normal_name(text))) found.at.emplace_back(name, c);
    }
    if (name.empty()) continue;
    const auto measure = unmangled(below.cells, c);
    if (measure.empty() || is_number(measure)) return std::nullopt;
    group.push_back(normal_name(measure));
  }
  if (group.empty() || !ends() || first_group.size() < 2 || found.at.size() < kPeriodsLeast || found.first == 0)
    return std::nullopt;
  bool stores_down = false;
  for (size_t c = 0; c < found.first; ++c)
    for (const auto& mapping : mappings)
      stores_down = stores_down || label_is(mapping, "store", normal_name(cell(below, c)));
  found.called = stores_down ? "Category" : "Store";
  return found;
}

/// "Reason, Lakeside, Mercy, Total": names over figures whose measures stand in the first column. The total shows that
/// the names are parts of a whole.
std::optional<Across> names_across(const std::vector<Row>& rows, size_t i, const std::vector<Mapping>& mappings) {
  Across found{.called = "Store", .row = i, .first = 1};
  size_t total = 0;
  for (size_t c = 1; c < rows[i].cells.size(); ++c) {
    const auto text = cell(rows[i], c);
    if (text.empty()) continue;
    if (!may_name_a_place(text, mappings)) return std::nullopt;
    if (is_total_label(text)) {
      total = c;
    } else {
      found.at.emplace_back(text, c);
    }
  }
  if (total == 0) return std::nullopt;
  const auto figure = [&](size_t r, size_t c) {
    const auto number = parse_number(cell(rows[r], c), {}, 4);
    return number ? number->scaled : 0;
  };
  size_t named = 0, filled = 0;
  for (size_t r = i + 1; r < rows.size(); ++r) {
    const auto label = cell(rows[r], 0);
    if (label.empty() || is_total_label(label)) continue;
    const bool figures = std::all_of(found.at.begin(), found.at.end(), [&](const auto& at) {
      return is_blank(cell(rows[r], at.second)) || is_number(cell(rows[r], at.second));
    });
    int64_t sum = 0;
    for (const auto& [name, column] : found.at) sum += figure(r, column);
    if (!figures || std::llabs(sum - figure(r, total)) > kTotalTolerance) return std::nullopt;
    ++filled;
    named += measure_in(mappings, label).empty() ? 0 : 1;
  }
  if (found.at.size() < kPeriodsLeast || named < 2 || named < filled) return std::nullopt;
  return found;
}

class Flattener {
 public:
  Flattener(const std::vector<Row>& rows, Across across, const std::vector<Mapping>& mappings)
      : rows_(rows), across_(std::move(across)), mappings_(mappings), body_(across_.row + (across_.two_rows ? 2 : 1)) {}

  /// The sheet as a list; empty where nothing says what its figures are.
  std::vector<Row> run(const std::string& title) {
    name_keys();
    if (across_.two_rows) {
      measures_below();
    } else if (!measures_in_a_column()) {
      const auto measure = measure_in(mappings_, title);
      if (measure.empty()) return {};
      measures_.push_back(measure);
      for (const auto& [period, column] : across_.at) cells_[period].push_back({column, 0});
    }
    std::vector<Row> flat(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(across_.row));
    Row header{.number = rows_[body_ - 1].number, .cells = keys_};
    header.cells.emplace_back(across_.called);
    header.cells.insert(header.cells.end(), measures_.begin(), measures_.end());
    flat.push_back(std::move(header));
    for (size_t i = 0; i < order_.size(); ++i) lay(order_[i], i + 1 == order_.size(), flat);
    return flat;
  }

 private:
  struct At {
    size_t column, measure;
  };

  void name_keys() {
    for (size_t c = 0; c < across_.first; ++c) {
      auto name = std::string(cell(rows_[body_ - 1], c));
      if (name.empty()) name = cell(rows_[across_.row], c);
      keys_.push_back(std::move(name));
    }
    // The corner above the names is often left empty.
    if (std::all_of(keys_.begin(), keys_.end(), [](const auto& key) { return key.empty(); })) keys_[0] = "Category";
    for (const auto& [period, column] : across_.at) {
      if (std::find(order_.begin(), order_.end(), period) == order_.end()) order_.push_back(period);
    }
  }

  size_t measure(const std::string& name) {
    const auto found = std::find(measures_.begin(), measures_.end(), name);
    if (found == measures_.end()) measures_.push_back(name);
    return static_cast<size_t>(std::find(measures_.begin(), measures_.end(), name) - measures_.begin());
  }

  void measures_below() {
    const auto& above = rows_[across_.row];
    const auto& below = rows_[across_.row + 1];
    std::string period;
    for (size_t c = across_.first; c < std::max(above.cells.size(), below.cells.size()); ++c) {
      if (!cell(above, c).empty()) {
        period.clear();  // a total or a year to date adds the periods up
        for (const auto& [name, column] : across_.at) period = column == c ? name : period;
      }
      if (period.empty() || cell(below, c).empty()) continue;
      cells_[period].push_back({c, measure(std::string(unmangled(below.cells, c)))});
    }
  }

  /// "Bakery, Spoilage, 10, 20": one of the key columns names the measure.
  bool measures_in_a_column() {
    for (size_t c = 0; c < across_.first; ++c) {
      size_t named = 0;
      size_t filled = 0;
      for (size_t r = body_; r < rows_.size(); ++r) {
        const auto text = cell(rows_[r], c);
        if (text.empty()) continue;
        ++filled;
        named += measure_in(mappings_, text).empty() ? 0 : 1;
      }
      if (filled < 2 || named * 5 < filled * 4) continue;
      measure_column_ = c;
      for (size_t r = body_; r < rows_.size(); ++r) {
        if (!cell(rows_[r], c).empty()) measure(std::string(cell(rows_[r], c)));
      }
      keys_[c].clear();
      for (const auto& [period, column] : across_.at) cells_[period].push_back({column, 0});
      return true;
    }
    return false;
  }

  /// All rows for one period. A heading between them is needed each time, a remark below them once.
  void lay(const std::string& period, bool last, std::vector<Row>& flat) {
    size_t end = rows_.size();
    while (end > body_ && !has_figure(rows_[end - 1])) --end;
    std::map<std::string, size_t> merged;
    for (size_t r = body_; r < (last ? rows_.size() : end); ++r) {
      const auto& row = rows_[r];
      Row out{.number = row.number, .cells = {}};
      std::string key;
      for (size_t c = 0; c < across_.first; ++c) {
        const bool measured = measure_column_ && *measure_column_ == c;
        out.cells.emplace_back(measured ? std::string_view() : cell(row, c));
        key += out.cells.back() + '\x1F';
      }
      if (!has_figure(row)) {
        flat.push_back(std::move(out));
        continue;
      }
      out.cells.push_back(period);
      out.cells.resize(out.cells.size() + measures_.size());
      if (!fill(row, period, out)) continue;
      if (!measure_column_) {
        flat.push_back(std::move(out));
        continue;
      }
      const auto [found, is_new] = merged.try_emplace(key, flat.size());
      if (is_new) {
        flat.push_back(std::move(out));
        continue;
      }
      auto& before = flat[found->second];
      for (size_t c = across_.first + 1; c < out.cells.size(); ++c) {
        if (!out.cells[c].empty()) before.cells[c] = out.cells[c];
      }
    }
  }

  bool fill(const Row& row, const std::string& period, Row& out) const {
    bool any = false;
    for (const auto& at : cells_.at(period)) {
      const auto text = cell(row, at.column);
      if (is_blank(text)) continue;
      size_t to = at.measure;
      if (measure_column_) {
        const auto name = std::string(cell(row, *measure_column_));
        const auto found = std::find(measures_.begin(), measures_.end(), name);
        if (found == measures_.end()) continue;
        to = static_cast<size_t>(found - measures_.begin());
      }
      out.cells[across_.first + 1 + to] = text;
      any = true;
    }
    return any;
  }

  [[nodiscard]] bool has_figure(const Row& row) const {
    for (size_t c = across_.first; c < row.cells.size(); ++c) {
      if (!is_blank(row.cells[c]) && is_number(cell(row, c))) return true;
    }
    return false;
  }

  const std::vector<Row>& rows_;
  Across across_;
  const std::vector<Mapping>& mappings_;
  size_t body_;
  std::vector<std::string> keys_, measures_, order_;
  std::optional<size_t> measure_column_;
  std::map<std::string, std::vector<At>> cells_;
};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), normal_name(text)) != names.end();
}

/// "Store, Metric, Value": which columns hold the measure's name and its figure.
struct Pairs {
  size_t row = 0, measure = 0, value = 0;
};

std::optional<Pairs> pairs_in(const Row& header, size_t row) {
  std::optional<size_t> measure, value;
  for (size_t c = 0; c < header.cells.size(); ++c) {
    const bool names = is_one_of(cell(header, c), {"metric", "metric name", "measure", "measure name", "measure names",
                                                   "kpi", "indicator", "line item", "figure name"});
    const bool figures = is_one_of(cell(header, c), {"value", "values", "measure value", "measure values",
                                                     "metric value", "amount", "units", "quantity", "qty", "figure"});
    if ((names && measure) || (figures && value)) return std::nullopt;
    if (names) measure = c;
    if (figures) value = c;
  }
  if (!measure || !value) return std::nullopt;
  return Pairs{row, *measure, *value};
}

/// The same table with a column a measure, where every row's measure is a loss that is known; empty otherwise, for what
/// is not known would be lost. A second figure of the same measure begins a row of its own.
std::vector<Row> from_pairs(const std::vector<Row>& rows, const Pairs& pairs, const std::vector<Mapping>& mappings) {
  std::vector<std::string> measures;
  for (size_t r = pairs.row + 1; r < rows.size(); ++r) {
    const auto name = cell(rows[r], pairs.measure);
    if (name.empty() && is_blank(cell(rows[r], pairs.value))) continue;
    if (measure_in(mappings, name).empty() || !is_number(cell(rows[r], pairs.value))) return {};
    if (std::find(measures.begin(), measures.end(), name) == measures.end()) measures.emplace_back(name);
  }
  if (measures.size() < 2) return {};
  const auto keys_of = [&](const Row& row) {
    std::vector<std::string> keys;
    for (size_t c = 0; c < rows[pairs.row].cells.size(); ++c) {
      if (c != pairs.measure && c != pairs.value) keys.emplace_back(cell(row, c));
    }
    return keys;
  };
  std::vector<Row> flat(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(pairs.row));
  flat.push_back({.number = rows[pairs.row].number, .cells = keys_of(rows[pairs.row])});
  const size_t first = flat.back().cells.size();
  flat.back().cells.insert(flat.back().cells.end(), measures.begin(), measures.end());
  std::map<std::vector<std::string>, size_t> begun;
  for (size_t r = pairs.row + 1; r < rows.size(); ++r) {
    const auto name = cell(rows[r], pairs.measure);
    if (name.empty()) continue;
    const auto keys = keys_of(rows[r]);
    const auto at = first + static_cast<size_t>(std::find(measures.begin(), measures.end(), name) - measures.begin());
    const auto found = begun.find(keys);
    if (found == begun.end() || !flat[found->second].cells[at].empty()) {
      begun[keys] = flat.size();
      flat.push_back({.number = rows[r].number, .cells = keys});
      flat.back().cells.resize(first + measures.size());
    }
    flat[begun[keys]].cells[at] = cell(rows[r], pairs.value);
  }
  return flat;
}

Result<std::vector<Row>> read(RowSource& source, size_t rows_max) {
  std::vector<Row> rows;
  while (rows.size() < rows_max) {
    Row row;
    TRY(const bool more, source.next(row));
    if (!more) break;
    rows.push_back(std::move(row));
  }
  return Result<std::vector<Row>>(std::move(rows));
}

/// What stands above the periods, the sheet's and the file's name: where a report says what it is about.
std::string title_of(const std::vector<Row>& rows, size_t end, const RowSource& source, const std::string& place) {
  std::string title;
  for (size_t r = 0; r < end; ++r) {
    for (const auto& text : rows[r].cells) title += text + " | ";
  }
  return title + source.sheet() + " | " + place;
}

/// Whether a list's columns, or its title with them, tell what it is.
bool is_readable(const std::vector<Row>& list, const RowSource& source, const std::vector<Mapping>& mappings,
                 const std::string& place) {
  if (find_header(list, mappings, place)) return true;
  const auto general =
      std::find_if(mappings.begin(), mappings.end(), [](const auto& m) { return m.system == "generic"; });
  if (general == mappings.end()) return false;
  auto head =
      std::vector<Row>(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(std::min(list.size(), kLookRows)));
  name_measures_by_title(head, {mappings, *general, source.sheet(), place, place});
  return find_header(head, mappings, place).has_value();
}

}  // namespace

std::vector<std::string> joined_header(const std::vector<std::string>& above, const std::vector<std::string>& below) {
  std::vector<std::string> joined;
  std::string over;
  for (size_t c = 0; c < std::max(above.size(), below.size()); ++c) {
    const auto top = c < above.size() ? trimmed(above[c]) : std::string_view();
    const auto low = unmangled(below, c);
    if (!top.empty()) over = top;
    joined.push_back(low.empty()    ? std::string(top)
                     : over.empty() ? std::string(low)
                                    : fmt::format("{} {}", over, low));
  }
  return joined;
}

Result<std::unique_ptr<RowSource>> lay_flat(RowSource& source, const std::vector<Mapping>& mappings,
                                            const std::string& place) {
  TRY(auto rows, read(source, 2 * kLookRows));
  std::unique_ptr<RowSource> flat;
  for (size_t i = 0; i + 2 < rows.size() && i < kLookRows && !flat; ++i) {
    const auto pairs = pairs_in(rows[i], i);
    if (!pairs) continue;
    TRY(auto rest, read(source, kRowsMax));
    rows.insert(rows.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
    auto list = rows.size() < kRowsMax ? from_pairs(rows, *pairs, mappings) : std::vector<Row>();
    if (list.empty() || !find_header(list, mappings, place)) break;
    const auto count = static_cast<int64_t>(rows.size() - i - 1);
    flat = std::make_unique<FlatRows>(
        source, std::move(list),
        Note{"measures_below",
             "figures stand below one another with their measure's name; each measure was read as a "
             "column",
             count});
  }
  for (size_t i = 0; i + 1 < rows.size() && i < kLookRows && !flat; ++i) {
    const auto title = title_of(rows, i, source, place);
    auto found = across(rows, i, year_in(title), false);
    if (!found) found = across(rows, i, "", true);
    if (!found) found = groups_across(rows, i, mappings);
    if (!found) found = names_across(rows, i, mappings);
    if (!found) continue;
    const auto plain = find_header(rows, mappings, place);
    if (plain && plain->row != i && plain->row != i + 1) break;
    TRY(auto rest, read(source, kRowsMax));
    rows.insert(rows.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
    if (rows.size() >= kRowsMax) break;
    const size_t periods = found->at.size();
    const std::string_view what = found->called;
    auto list = Flattener(rows, std::move(*found), mappings).run(title);
    if (list.empty() || !is_readable(list, source, mappings, place)) break;
    flat = std::make_unique<FlatRows>(
        source, std::move(list),
        Note{what == "Period" ? "periods_across" : "names_across",
             fmt::format("{} stand across; each was read as rows of its own", what == "Period" ? "periods" : "names"),
             static_cast<int64_t>(periods)});
  }
  if (!flat && !with_reasons_of_sections(rows, mappings, place).empty()) {
    TRY(auto rest, read(source, kRowsMax));
    rows.insert(rows.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
    if (auto list = with_reasons_of_sections(rows, mappings, place); rows.size() < kRowsMax && !list.empty())
      flat = std::make_unique<FlatRows>(source, std::move(list),
                                        Note{"reasons_as_headings",
                                             "headings that name a loss were read as the reason "
                                             "of the rows below them",
                                             1});
  }
  TRY_VOID(source.rewind_sheet());
  return Result<std::unique_ptr<RowSource>>(std::move(flat));
}

}  // namespace shrike

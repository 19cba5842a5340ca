#include "site/planogram.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "base/file.h"

namespace shrike {
namespace {

constexpr size_t kBytesMax = 64U << 20U;
constexpr size_t kFaultsMax = 20;
constexpr size_t kCellBytesMax = 4096;
constexpr std::array<std::string_view, 9> kColumns{"zone",  "sku_id",        "gtin", "name", "shelf",
                                                   "price", "unit_weight_g", "x_m",  "y_m"};

struct Line {
  int row = 0;  ///< of the file, from 1
  std::vector<std::string> cells;
};

/// Takes lines off the front of `text`.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  /// Empty at the end. `fault` says where a quote was opened that is never closed.
  std::optional<Line> next(std::string& fault) {
    while (!text_.empty()) {
      ++row_;
      if (text_[0] == '#' || text_[0] == '\n' || text_[0] == '\r') {
        skip_line();
        continue;
      }
      Line line{row_, {}};
      while (cell(line, fault)) {
      }
      return line;
    }
    return std::nullopt;
  }

 private:
  void skip_line() {
    const size_t end = text_.find('\n');
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
  }

  /// The next cell of the line; false where it was the last.
  bool cell(Line& line, std::string& fault) {
    std::string& value = line.cells.emplace_back();
    if (text_.starts_with('"') && !quoted(value)) {
      fault = fmt::format("{}:{}", line.row, line.cells.size());
      return false;
    }
    const size_t end = std::min(text_.find_first_of(",\n"), text_.size());
    value += text_.substr(0, end);
    const bool more = end < text_.size() && text_[end] == ',';
    text_.remove_prefix(std::min(end + 1, text_.size()));
    if (!more && value.ends_with('\r')) value.pop_back();
    return more;
  }

  bool quoted(std::string& value) {
    for (size_t i = 1; i < text_.size(); ++i) {
      if (text_[i] == '\n') ++row_;
      if (text_[i] != '"') {
        value += text_[i];
      } else if (i + 1 < text_.size() && text_[i + 1] == '"') {
        value += text_[i++];
      } else {
        text_.remove_prefix(i + 1);
        return true;
      }
    }
    text_ = {};
    return false;
  }

  std::string_view text_;
  int row_ = 0;
};

/// The GTIN with 14 digits; empty where its length or check digit (GS1 General Specifications 7.9) is wrong.
std::string gtin14(const std::string& digits) {
  const bool length = digits.size() == 8 || (digits.size() >= 12 && digits.size() <= 14);
  if (!length || digits.find_first_not_of("0123456789") != std::string::npos) return {};
  const std::string padded = std::string(14 - digits.size(), '0') + digits;
  int sum = 0;
  for (size_t i = 0; i < 14; ++i) sum += (padded[i] - '0') * (i % 2 == 0 ? 3 : 1);
  return sum % 10 == 0 ? padded : std::string();
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Result<Planogram> read(std::string_view text) {
    Lines lines(text);
    std::string open_quote;
    while (const auto line = lines.next(open_quote)) {
      if (!open_quote.empty()) {
        fault(fmt::format("{}:{}: a quote is opened here and never closed", file_, open_quote));
        break;
      }
      if (column_of_.empty() && !begin(*line)) break;
      if (line->row != header_row_) take(*line);
      if (faults_.size() >= kFaultsMax) break;
    }
    if (faults_.empty() && planogram_.items.empty()) fault(fmt::format("{}: no line zone,sku_id", file_));
    if (faults_.empty()) return std::move(planogram_);
    std::string all;
    for (const auto& one : faults_) all += (all.empty() ? "" : "\n") + one;
    return bad_input(all);
  }

 private:
  void fault(std::string what) { faults_.push_back(std::move(what)); }
  void fault(const Line& line, size_t cell, std::string_view what) {
    fault(fmt::format("{}:{}:{}: {}", file_, line.row, cell + 1, what));
  }

  /// The first line: a header, or already a product.
  bool begin(const Line& line) {
    const auto has = [&](std::string_view name) { return std::ranges::find(line.cells, name) != line.cells.end(); };
    if (!has("zone") || !has("sku_id")) {
      column_of_ = {0, 1};
      cells_ = 2;
      if (line.cells.size() == 2) return true;
      fault(fmt::format("{}:{}: found {} cells, expected a header with zone and sku_id, or two columns without one",
                        file_, line.row, line.cells.size()));
      return false;
    }
    header_row_ = line.row;
    cells_ = line.cells.size();
    for (const auto& cell : line.cells) {
      const auto found = std::ranges::find(kColumns, cell);
      const auto column = static_cast<size_t>(found - kColumns.begin());
      if (found != kColumns.end() && std::ranges::find(column_of_, column) != column_of_.end())
        fault(fmt::format("{}:{}: the column {} is there twice", file_, line.row, cell));
      column_of_.push_back(column);
    }
    return faults_.empty();
  }

  void take(const Line& line) {
    if (line.cells.size() != cells_) {
      fault(line, std::min(line.cells.size(), cells_),
            fmt::format("found {} cells, expected {}", line.cells.size(), cells_));
      return;
    }
    PlanogramItem item;
    for (size_t i = 0; i < cells_; ++i) set(item, line, i);
    if (!item.zone.empty() && !item.sku_id.empty()) check(item, line);
    planogram_.items.push_back(std::move(item));
  }

  void set(PlanogramItem& item, const Line& line, size_t cell) {
    const std::string& text = line.cells[cell];
    const std::array<std::string*, 5> texts{&item.zone, &item.sku_id, &item.gtin, &item.name, &item.shelf};
    const std::array<std::optional<double>*, 4> numbers{&item.price, &item.unit_weight_g, &item.x_m, &item.y_m};
    const size_t column = column_of_[cell];
    if (column >= kColumns.size()) return;
    if (text.size() > kCellBytesMax) return fault(line, cell, fmt::format("more than {} bytes", kCellBytesMax));
    if (column >= texts.size()) return set_number(*numbers[column - texts.size()], line, cell);
    *texts[column] = text;
    if (column < 2 && text.empty()) fault(line, cell, fmt::format("{} is empty", kColumns[column]));
    if (column == 2 && !text.empty()) {
      item.gtin = gtin14(text);
      if (item.gtin.empty())
        fault(line, cell,
              fmt::format("found gtin '{}', expected 8, 12, 13 or 14 digits of which the last checks", text));
    }
  }

  void set_number(std::optional<double>& value, const Line& line, size_t cell) {
    const std::string& text = line.cells[cell];
    if (text.empty()) return;
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number) || number <= 0)
      return fault(line, cell,
                   fmt::format("found {} '{}', expected a number above 0, as 12.5", kColumns[column_of_[cell]], text));
    value = number;
  }

  void check(const PlanogramItem& item, const Line& line) {
    if (!seen_.emplace(item.zone, item.sku_id).second)
      fault(line, 0, fmt::format("zone {}, sku_id {} is there twice", item.zone, item.sku_id));
    if (item.x_m.has_value() != item.y_m.has_value()) fault(line, 0, "of x_m and y_m there is one, expected both");
    if (item.gtin.empty()) return;
    const auto [known, fresh] = gtin_of_.emplace(item.sku_id, item.gtin);
    if (!fresh && known->second != item.gtin)
      fault(line, 0, fmt::format("sku_id {} has the gtin {}, and {} above", item.sku_id, item.gtin, known->second));
  }

  const std::string& file_;
  Planogram planogram_;
  std::vector<std::string> faults_;
  std::vector<size_t> column_of_;  ///< by cell, an index into kColumns or beyond its end
  size_t cells_ = 0;
  int header_row_ = 0;
  std::set<std::pair<std::string, std::string>> seen_;
  std::map<std::string, std::string> gtin_of_;
};

}  // namespace

std::map<std::string, std::string> Planogram::zone_of() const {
  std::map<std::string, std::string> zones;
  for (const auto& item : items) zones[item.sku_id] = item.zone;
  return zones;
}

Result<Planogram> parse_planogram(std::string_view text, const std::string& file) { return Reader(file).read(text); }

Result<Planogram> read_planogram(const std::filesystem::path& file) {
  TRY(const std::string text, read_file(file, kBytesMax));
  return parse_planogram(text, file.string());
}

}  // namespace shrike

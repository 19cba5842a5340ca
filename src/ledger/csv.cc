#include "ledger/csv.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <map>

#include "ledger/cells.h"

namespace shrike {
namespace {

constexpr size_t kReadBytes = 1 << 20;
constexpr size_t kHeadBytes = 1 << 16;

/// UTF-16 into UTF-8. Keeps what a block's end cuts in two for the next block; half a pair becomes U+FFFD.
class Utf16 {
 public:
  explicit Utf16(bool big_endian) : big_(big_endian) {}

  void decode(std::string_view bytes, bool last, std::string& out) {
    rest_ += bytes;
    size_t i = 0;
    for (; i + 1 < rest_.size(); i += 2) {
      const auto unit = at(i);
      if (unit >= 0xD800 && unit < 0xDC00) {
        if (i + 3 >= rest_.size() && !last) break;
        const unsigned low = i + 3 < rest_.size() ? at(i + 2) : 0;
        if (low >= 0xDC00 && low < 0xE000) {
          put(out, 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00));
          i += 2;
          continue;
        }
      }
      put(out, unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit);
    }
    rest_.erase(0, i);
  }

 private:
  [[nodiscard]] unsigned at(size_t i) const {
    const auto a = static_cast<unsigned char>(rest_[i]);
    const auto b = static_cast<unsigned char>(rest_[i + 1]);
    return big_ ? static_cast<unsigned>(a << 8U | b) : static_cast<unsigned>(b << 8U | a);
  }
  static void put(std::string& out, unsigned code) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += {static_cast<char>(0xC0U | code >> 6U), static_cast<char>(0x80U | (code & 0x3FU))};
    } else if (code < 0x10000) {
      out += {static_cast<char>(0xE0U | code >> 12U), static_cast<char>(0x80U | (code >> 6U & 0x3FU)),
              static_cast<char>(0x80U | (code & 0x3FU))};
    } else {
      out += {static_cast<char>(0xF0U | code >> 18U), static_cast<char>(0x80U | (code >> 12U & 0x3FU)),
              static_cast<char>(0x80U | (code >> 6U & 0x3FU)), static_cast<char>(0x80U | (code & 0x3FU))};
    }
  }

  bool big_;
  std::string rest_;
};

class CsvFile : public RowSource {
 public:
  explicit CsvFile(std::filesystem::path file) : file_(std::move(file)) {}

  Result<void> open() {
    std::error_code error;
    bytes_ = std::filesystem::file_size(file_, error);
    if (error) return bad_input(fmt::format("{}: {}", file_.string(), error.message()));
    in_ = std::ifstream(file_, std::ios::binary);
    if (!in_) return bad_input(fmt::format("{}: cannot be read", file_.string()));
    std::string head(kHeadBytes, 0);
    in_.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<size_t>(in_.gcount()));
    encoding_ = encoding_of(head);
    std::string text;
    if (encoding_ == TextEncoding::utf8) {
      text = head;
    } else {
      Utf16(encoding_ == TextEncoding::utf16_be).decode(head, true, text);
    }
    delimiter_ = delimiter_of(text);
    return rewind_sheet();
  }

  Result<bool> next_sheet() override { return std::exchange(fresh_, false); }

  Result<bool> next(Row& row) override {
    for (;;) {
      auto step = cutter_->next(row);
      if (!step) return fail(std::move(step.error()), file_.string());
      if (*step == CsvCutter::Step::end) return false;
      if (*step == CsvCutter::Step::row) break;
      read_more();
    }
    for (auto& cell : row.cells) {
      if (mend_utf8(cell)) ++mended_cells_;
    }
    return true;
  }

  Result<void> rewind_sheet() override {
    in_.clear();
    in_.seekg(0);
    if (!in_) return bad_input(fmt::format("{}: cannot be read from its start", file_.string()));
    read_bytes_ = 0;
    mended_cells_ = 0;
    utf16_ = std::make_unique<Utf16>(encoding_ == TextEncoding::utf16_be);
    cutter_ = std::make_unique<CsvCutter>(delimiter_, CsvLimits{});
    return {};
  }

  [[nodiscard]] char delimiter() const override { return delimiter_; }
  [[nodiscard]] double progress() const override {
    return bytes_ == 0 ? 1.0 : static_cast<double>(read_bytes_) / static_cast<double>(bytes_);
  }

  [[nodiscard]] std::vector<Note> notes() const override {
    std::vector<Note> notes;
    if (mended_cells_ > 0) {
      notes.push_back({"encoding", "cells were no UTF-8 and were read as Windows-1252", mended_cells_});
    }
    if (cutter_->open_quotes() > 0) {
      notes.push_back(
          {"open_quote", "rows hold a quote that is never closed; it was taken for a letter", cutter_->open_quotes()});
    }
    return notes;
  }

 private:
  void read_more() {
    block_.resize(kReadBytes);
    in_.read(block_.data(), static_cast<std::streamsize>(block_.size()));
    block_.resize(static_cast<size_t>(in_.gcount()));
    std::string_view text = block_;
    const bool last = block_.size() < kReadBytes;
    std::string decoded;
    if (encoding_ != TextEncoding::utf8) {
      utf16_->decode(block_, last, decoded);
      text = decoded;
    }
    if (read_bytes_ == 0 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    read_bytes_ += block_.size();
    cutter_->feed(text, last);
  }

  std::filesystem::path file_;
  std::ifstream in_;
  uintmax_t bytes_ = 0, read_bytes_ = 0;
  TextEncoding encoding_ = TextEncoding::utf8;
  char delimiter_ = ',';
  bool fresh_ = true;
  std::string block_;
  std::unique_ptr<Utf16> utf16_;
  std::unique_ptr<CsvCutter> cutter_;
  int64_t mended_cells_ = 0;
};

}  // namespace

TextEncoding encoding_of(std::string_view head) {
  if (head.starts_with("\xFF\xFE")) return TextEncoding::utf16_le;
  if (head.starts_with("\xFE\xFF")) return TextEncoding::utf16_be;
  // Without a mark: Latin text in UTF-16 has a zero in nearly every second byte, UTF-8 has none at all.
  const size_t looked = std::min<size_t>(head.size(), 4096) & ~size_t{1};
  size_t even = 0;
  size_t odd = 0;
  for (size_t i = 0; i < looked; i += 2) {
    even += head[i] == 0 ? 1 : 0;
    odd += head[i + 1] == 0 ? 1 : 0;
  }
  if (looked >= 4 && odd > looked / 4 && even == 0) return TextEncoding::utf16_le;
  if (looked >= 4 && even > looked / 4 && odd == 0) return TextEncoding::utf16_be;
  return TextEncoding::utf8;
}

char delimiter_of(std::string_view head) {
  char best = ',';
  size_t best_score = 0;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    CsvCutter cutter(delimiter, {});
    cutter.feed(head, true);
    std::map<size_t, size_t> rows_by_cells;
    Row row;
    for (auto step = cutter.next(row); step && *step == CsvCutter::Step::row; step = cutter.next(row)) {
      if (row.cells.size() > 1) ++rows_by_cells[row.cells.size()];
    }
    for (const auto& [cells, rows] : rows_by_cells) {
      const size_t score = (cells - 1) * rows;
      if (score > best_score) {
        best_score = score;
        best = delimiter;
      }
    }
  }
  return best;
}

void CsvCutter::feed(std::string_view text, bool last) {
  text_.erase(0, at_);
  at_ = 0;
  text_ += text;
  last_ = last;
}

/// Cuts the row at `at_`; `end` is where the next one starts. With `quotes` off a quote is a letter like any other.
CsvCutter::Cut CsvCutter::cut(Row& row, bool quotes, size_t& end) const {
  size_t used = 0;
  const auto cell = [&]() -> std::string& {
    if (used == row.cells.size()) row.cells.emplace_back();
    auto& out = row.cells[used++];
    out.clear();
    return out;
  };
  const char* const text = text_.data();
  const size_t size = text_.size();
  size_t i = at_;
  for (;;) {
    if (used == limits_.cells_max) return Cut::too_many;
    auto& out = cell();
    if (quotes && i < size && text[i] == '"') {
      ++i;
      for (;;) {
        if (i == size) return last_ ? Cut::unclosed : (size - at_ > limits_.cell_bytes_max ? Cut::unclosed : Cut::more);
        if (out.size() > limits_.cell_bytes_max) return Cut::unclosed;
        if (text[i] == '"') {
          if (i + 1 == size && !last_) return Cut::more;
          if (i + 1 < size && text[i + 1] == '"') {
            ++i;
          } else {
            ++i;
            break;
          }
        }
        out += text[i++];
      }
    }
    const bool over_lines = quotes && out.find('\n') != std::string::npos;
    const bool ends_cell = i == size || text[i] == delimiter_ || text[i] == '\n' || text[i] == '\r';
    // Closed rows later and in the middle of a word: the two quotes have nothing to do with each other.
    if (over_lines && !ends_cell) return Cut::unclosed;
    const size_t start = i;
    while (i < size && text[i] != delimiter_ && text[i] != '\n' && text[i] != '\r') ++i;
    if (out.size() + (i - start) > limits_.cell_bytes_max) return Cut::too_long;
    out.append(text + start, i - start);
    if (i == size) {
      if (!last_) return Cut::more;
      break;
    }
    if (text[i] == delimiter_) {
      ++i;
      continue;
    }
    if (text[i] == '\r') {
      if (i + 1 == size && !last_) return Cut::more;
      if (i + 1 < size && text[i + 1] == '\n') ++i;
    }
    ++i;
    break;
  }
  end = i;
  row.cells.resize(used);
  return Cut::done;
}

Result<CsvCutter::Step> CsvCutter::next(Row& row) {
  if (at_ >= text_.size()) return last_ ? Step::end : Step::more;
  size_t end = 0;
  auto how = cut(row, true, end);
  if (how == Cut::unclosed) {
    how = cut(row, false, end);
    if (how == Cut::done) ++open_quotes_;
  }
  switch (how) {
    case Cut::more:
      return Step::more;
    case Cut::too_long:
      return bad_input(
          fmt::format("row {}: a cell of over {} bytes; is this delimited text, and are its line ends there?", row_ + 1,
                      limits_.cell_bytes_max));
    case Cut::too_many:
      return bad_input(fmt::format("row {}: over {} cells; are its line ends there?", row_ + 1, limits_.cells_max));
    case Cut::unclosed:
    case Cut::done:
      break;
  }
  at_ = end;
  row.number = ++row_;
  // A blank line has one empty cell: no cell at all says it more plainly.
  if (row.cells.size() == 1 && row.cells[0].empty()) row.cells.clear();
  return Step::row;
}

Result<std::unique_ptr<RowSource>> open_csv(const std::filesystem::path& file) {
  auto csv = std::make_unique<CsvFile>(file);
  TRY_VOID(csv->open());
  return Result<std::unique_ptr<RowSource>>(std::move(csv));
}

}  // namespace shrike

#include "ledger/xlsx.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <zip.h>

#include "ledger/cells.h"

namespace shrike {
namespace {

constexpr size_t kBlockBytes = 1 << 18;
constexpr size_t kBombFromBytes = size_t{64} << 20;
constexpr size_t kColumnsMax = 16'384;  // what Excel itself allows

struct ZipCloser {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct PartCloser {
  void operator()(zip_file_t* part) const { zip_fclose(part); }
};
using Archive = std::unique_ptr<zip_t, ZipCloser>;
using Part = std::unique_ptr<zip_file_t, PartCloser>;

/// One part of the archive, inflated as it is read, within limits.
class PartReader {
 public:
  static Result<PartReader> open(zip_t* archive, const std::string& name, size_t bytes_max, const XlsxLimits& limits) {
    const auto index = zip_name_locate(archive, name.c_str(), ZIP_FL_NOCASE);
    if (index < 0) return bad_input(fmt::format("has no part '{}': is it a workbook?", name));
    PartReader reader;
    zip_stat_t stat{};
    zip_stat_index(archive, static_cast<zip_uint64_t>(index), 0, &stat);
    reader.packed_ = (stat.valid & ZIP_STAT_COMP_SIZE) != 0 ? stat.comp_size : 0;
    reader.size_ = (stat.valid & ZIP_STAT_SIZE) != 0 ? stat.size : 0;
    reader.name_ = name;
    reader.bytes_max_ = bytes_max;
    reader.ratio_max_ = limits.ratio_max;
    reader.part_.reset(zip_fopen_index(archive, static_cast<zip_uint64_t>(index), 0));
    if (!reader.part_) return bad_input(fmt::format("part '{}' cannot be unpacked: {}", name, zip_strerror(archive)));
    return reader;
  }

  /// Appends the next block to `text`; false at the end.
  Result<bool> read(std::string& text) {
    const size_t before = text.size();
    text.resize(before + kBlockBytes);
    const auto got = zip_fread(part_.get(), text.data() + before, kBlockBytes);
    text.resize(before + static_cast<size_t>(std::max<zip_int64_t>(got, 0)));
    if (got < 0) return bad_input(fmt::format("part '{}' is damaged", name_));
    read_ += static_cast<size_t>(got);
    if (read_ > bytes_max_ || (read_ > kBombFromBytes && read_ / std::max<size_t>(packed_, 1) > ratio_max_)) {
      return bad_input(fmt::format("part '{}' unpacks to over {} MB from {} kB: refused as a zip bomb", name_,
                                   read_ >> 20U, packed_ >> 10U));
    }
    return got > 0;
  }

  [[nodiscard]] double progress() const {
    return size_ == 0 ? 1.0 : static_cast<double>(read_) / static_cast<double>(size_);
  }

 private:
  Part part_;
  std::string name_;
  size_t packed_ = 0, size_ = 0, read_ = 0, bytes_max_ = 0, ratio_max_ = 0;
};

/// Hands out one element after another of a long list of them: <row> of a sheet, <si> of the shared texts.
class ElementReader {
 public:
  ElementReader(PartReader part, std::string local_name, size_t element_bytes_max)
      : part_(std::move(part)), local_(std::move(local_name)), bytes_max_(element_bytes_max) {}

  /// The next element into `document`; false when there is none.
  Result<bool> next(pugi::xml_document& document) {
    for (;;) {
      const auto found = find();
      if (found) {
        const auto [start, end] = *found;
        const auto parsed =
            document.load_buffer(text_.data() + start, end - start, pugi::parse_default | pugi::parse_ws_pcdata_single);
        if (!parsed) return bad_input(fmt::format("broken XML: {}", parsed.description()));
        at_ = end;
        return true;
      }
      if (text_.size() - at_ > bytes_max_)
        return bad_input(fmt::format("a <{}> of over {} MB", local_, bytes_max_ >> 20U));
      text_.erase(0, at_);
      at_ = 0;
      TRY(const bool more, part_.read(text_));
      if (!more) return false;
    }
  }

  [[nodiscard]] double progress() const { return part_.progress(); }

 private:
  /// Start and end of the next whole element in text_, moving at_ past what can hold none.
  std::optional<std::pair<size_t, size_t>> find() {
    for (size_t i = at_;;) {
      i = text_.find('<', i);
      if (i == std::string::npos) {
        at_ = text_.size();
        return std::nullopt;
      }
      // "<row ", "<row>", "<row/>", or the same behind a namespace prefix.
      size_t name = i + 1;
      while (name < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[name])) != 0 || text_[name] == '_'))
        ++name;
      const bool prefixed = name < text_.size() && text_[name] == ':';
      const std::string prefix = prefixed ? text_.substr(i + 1, name - i) : "";
      const std::string open = "<" + prefix + local_;
      if (text_.size() - i <= open.size() || name + local_.size() + 1 >= text_.size()) {
        at_ = i;
        return std::nullopt;
      }
      const char after = text_[i + open.size()];
      if (text_.compare(i, open.size(), open) != 0 ||
          (after != ' ' && after != '>' && after != '/' && after != '\n' && after != '\r' && after != '\t')) {
        ++i;
        continue;
      }
      at_ = i;
      const size_t head = text_.find('>', i);
      if (head == std::string::npos) return std::nullopt;
      if (text_[head - 1] == '/') return std::pair{i, head + 1};
      const std::string close = "</" + prefix + local_ + ">";
      const size_t end = text_.find(close, head);
      if (end == std::string::npos) return std::nullopt;
      return std::pair{i, end + close.size()};
    }
  }

  PartReader part_;
  std::string local_;
  size_t bytes_max_;
  std::string text_;
  size_t at_ = 0;
};

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const auto& each : node.children()) {
    if (local_name(each) == name) return each;
  }
  return {};
}

/// The text of a <si> or <is>: its <t> and those of its runs; phonetic hints (<rPh>) left out.
void add_text(const pugi::xml_node& node, std::string& text) {
  for (const auto& each : node.children()) {
    if (local_name(each) == "t") text += each.text().get();
    if (local_name(each) == "r") add_text(each, text);
  }
}

/// 0-based column of a cell reference such as "AB12"; empty where it is none.
std::optional<size_t> column_of(std::string_view reference) {
  size_t column = 0;
  size_t letters = 0;
  for (; letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z'; ++letters) {
    column = column * 26 + static_cast<size_t>(reference[letters] - 'A' + 1);
    if (column > kColumnsMax) return std::nullopt;
  }
  if (letters == 0) return std::nullopt;
  return column - 1;
}

enum class Shows { number, date, time_of_day };

/// What a number format shows (ECMA-376 18.8.30): a date once it has d or y, or m beside neither h nor s.
Shows shows(std::string_view code) {
  bool date = false;
  bool clock = false;
  bool month_or_minute = false;
  for (size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (code[i] == '[') {  // a colour, a locale, or elapsed hours
      i = std::min(code.find(']', i + 1), code.size());
    } else if (code[i] == '\\' || code[i] == '_' || code[i] == '*') {
      ++i;
    } else if (const char c = static_cast<char>(code[i] | 0x20); c == 'd' || c == 'y') {
      date = true;
    } else if (c == 'h' || c == 's') {
      clock = true;
    } else if (c == 'm') {
      month_or_minute = true;
    } else if (c == 'g' && code.substr(i).starts_with("General")) {
      return Shows::number;
    }
  }
  if (date || (month_or_minute && !clock)) return Shows::date;
  return clock ? Shows::time_of_day : Shows::number;
}

Shows built_in_shows(int id) {
  if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return Shows::date;
  if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47)) return Shows::time_of_day;
  return Shows::number;
}

/// An Excel serial as ISO 8601. Excel's 1900 has a 29 February that never was: serials up to 60 are a day off on
/// purpose.
std::string date_text(double serial, bool from_1904) {
  const double days = serial + (from_1904 ? 1462 : 0);
  const auto us = static_cast<int64_t>(std::llround(days * 86'400.0)) * 1'000'000;
  const int64_t shift = days < 61 ? 25'568 : 25'569;
  const int64_t day = day_of(us) - shift;
  const int64_t second = us / 1'000'000 - day_of(us) * 86'400;
  const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(day))};
  auto date = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                          static_cast<unsigned>(ymd.day()));
  if (second == 0) return date;
  return date + fmt::format(" {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
}

std::string clock_text(double serial) {
  const auto second = static_cast<int64_t>(std::llround((serial - std::floor(serial)) * 86'400.0)) % 86'400;
  return fmt::format("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
}

struct SheetPart {
  std::string name, part;
};

class XlsxFile : public RowSource {
 public:
  XlsxFile(std::filesystem::path file, const XlsxLimits& limits) : file_(std::move(file)), limits_(limits) {}

  Result<void> open() {
    int code = 0;
    archive_.reset(zip_open(file_.c_str(), ZIP_RDONLY, &code));
    if (!archive_)
      return bad_input(fmt::format("{}: is no workbook that can be opened (zip error {})", file_.string(), code));
    if (auto done = read_parts(); !done) return fail(std::move(done.error()), file_.string());
    return {};
  }

  Result<bool> next_sheet() override {
    if (++sheet_ >= static_cast<int>(sheets_.size())) return false;
    TRY_VOID(rewind_sheet());
    return true;
  }
  [[nodiscard]] std::string sheet() const override { return sheets_[static_cast<size_t>(sheet_)].name; }

  Result<void> rewind_sheet() override {
    auto part =
        PartReader::open(archive_.get(), sheets_[static_cast<size_t>(sheet_)].part, limits_.part_bytes_max, limits_);
    if (!part) return fail(std::move(part.error()), file_.string());
    rows_.emplace(std::move(*part), "row", limits_.row_bytes_max);
    row_ = 0;
    pending_ = false;
    return {};
  }

  Result<bool> next(Row& row) override {
    if (!pending_) {
      auto more = rows_->next(document_);
      if (!more)
        return fail(std::move(more.error()),
                    fmt::format("{}, sheet '{}', after row {}", file_.string(), sheet(), row_));
      if (!*more) return false;
      const auto number = document_.first_child().attribute("r").as_llong(row_ + 1);
      pending_number_ = std::max<int64_t>(number, row_ + 1);
      // A jump of a million blank rows is a formatting leftover: the row keeps its number, the blanks are not handed
      // out.
      if (pending_number_ - row_ > 10'000) row_ = pending_number_ - 1;
      pending_ = true;
    }
    row.number = ++row_;
    row.cells.clear();
    if (row_ == pending_number_) {
      fill(row);
      pending_ = false;
    }
    return true;
  }

  [[nodiscard]] double progress() const override {
    const double part = rows_ ? rows_->progress() : 0.0;
    return sheets_.empty() ? 1.0 : (std::max(sheet_, 0) + part) / static_cast<double>(sheets_.size());
  }

 private:
  Result<pugi::xml_document> whole_part(const std::string& name) {
    TRY(auto part, PartReader::open(archive_.get(), name, limits_.shared_bytes_max, limits_));
    std::string text;
    for (;;) {
      TRY(const bool more, part.read(text));
      if (!more) break;
    }
    pugi::xml_document document;
    const auto parsed = document.load_buffer(text.data(), text.size());
    if (!parsed) return bad_input(fmt::format("part '{}' is broken XML: {}", name, parsed.description()));
    return Result<pugi::xml_document>(std::move(document));
  }

  Result<void> read_parts() {
    TRY(const auto workbook, whole_part("xl/workbook.xml"));
    TRY(const auto relations, whole_part("xl/_rels/workbook.xml.rels"));
    std::map<std::string, std::string> targets;
    for (const auto& relation : relations.document_element().children()) {
      std::string target = relation.attribute("Target").as_string();
      target = target.starts_with('/') ? target.substr(1) : "xl/" + target;
      targets[relation.attribute("Id").as_string()] = target;
      if (std::string_view(relation.attribute("Type").as_string()).ends_with("/sharedStrings"))
        TRY_VOID(read_shared(target));
      if (std::string_view(relation.attribute("Type").as_string()).ends_with("/styles")) TRY_VOID(read_styles(target));
    }
    const auto root = workbook.document_element();
    from_1904_ = child(root, "workbookPr").attribute("date1904").as_bool();
    for (const auto& sheet : child(root, "sheets").children()) {
      for (const auto& attribute : sheet.attributes()) {
        const std::string_view name = attribute.name();
        const auto target = targets.find(attribute.value());
        if (name.ends_with(":id") && target != targets.end())
          sheets_.push_back({sheet.attribute("name").as_string(), target->second});
      }
    }
    if (sheets_.empty()) return bad_input("has no sheet");
    return {};
  }

  Result<void> read_shared(const std::string& name) {
    TRY(auto part, PartReader::open(archive_.get(), name, limits_.shared_bytes_max, limits_));
    ElementReader elements(std::move(part), "si", limits_.row_bytes_max);
    pugi::xml_document document;
    for (;;) {
      TRY(const bool more, elements.next(document));
      if (!more) return {};
      add_text(document.first_child(), shared_.emplace_back());
    }
  }

  Result<void> read_styles(const std::string& name) {
    TRY(const auto styles, whole_part(name));
    std::map<int, Shows> custom;
    for (const auto& format : child(styles.document_element(), "numFmts").children()) {
      custom[format.attribute("numFmtId").as_int()] = shows(format.attribute("formatCode").as_string());
    }
    for (const auto& xf : child(styles.document_element(), "cellXfs").children()) {
      const int id = xf.attribute("numFmtId").as_int();
      const auto found = custom.find(id);
      styles_.push_back(found != custom.end() ? found->second : built_in_shows(id));
    }
    return {};
  }

  void fill(Row& row) const {
    size_t next_column = 0;
    for (const auto& cell : document_.first_child().children()) {
      if (local_name(cell) != "c") continue;
      const size_t column = column_of(cell.attribute("r").as_string()).value_or(next_column);
      if (column >= kColumnsMax) return;
      if (column >= row.cells.size()) row.cells.resize(column + 1);
      row.cells[column] = text_of(cell);
      mend_utf8(row.cells[column]);
      next_column = column + 1;
    }
    while (!row.cells.empty() && row.cells.back().empty()) row.cells.pop_back();
  }

  [[nodiscard]] std::string text_of(const pugi::xml_node& cell) const {
    const std::string_view type = cell.attribute("t").as_string("n");
    std::string text;
    if (type == "inlineStr") {
      add_text(child(cell, "is"), text);
      return text;
    }
    std::string value = child(cell, "v").text().get();
    if (type == "s") {
      const auto index = static_cast<size_t>(std::strtoull(value.c_str(), nullptr, 10));
      return index < shared_.size() && !value.empty() ? shared_[index] : "";
    }
    if (type != "n" || value.empty()) return value;
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || !std::isfinite(number)) return value;
    const auto style = static_cast<size_t>(cell.attribute("s").as_uint());
    const auto how = style < styles_.size() ? styles_[style] : Shows::number;
    if (how == Shows::date && number >= 0 && number < 110'000) return date_text(number, from_1904_);
    if (how == Shows::time_of_day && number >= 0 && number < 1) return clock_text(number);
    return fmt::format("{:.15g}", number);
  }

  std::filesystem::path file_;
  XlsxLimits limits_;
  Archive archive_;
  std::vector<SheetPart> sheets_;
  std::vector<std::string> shared_;
  std::vector<Shows> styles_;
  bool from_1904_ = false;
  int sheet_ = -1;
  std::optional<ElementReader> rows_;
  pugi::xml_document document_;
  int64_t row_ = 0, pending_number_ = 0;
  bool pending_ = false;
};

}  // namespace

Result<std::unique_ptr<RowSource>> open_xlsx(const std::filesystem::path& file, const XlsxLimits& limits) {
  auto xlsx = std::make_unique<XlsxFile>(file, limits);
  TRY_VOID(xlsx->open());
  return Result<std::unique_ptr<RowSource>>(std::move(xlsx));
}

}  // namespace shrike

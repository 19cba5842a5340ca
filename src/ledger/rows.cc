#include "ledger/rows.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <optional>

#include "ledger/cells.h"
#include "ledger/csv.h"
#include "ledger/duck.h"
#include "ledger/json_rows.h"
#include "ledger/xlsx.h"

namespace shrike {
namespace {

/// A Parquet file through DuckDB, every value as text; row 0 holds the column names.
class ParquetFile : public RowSource {
 public:
  ParquetFile(std::filesystem::path file, Duck duck) : file_(std::move(file)), duck_(std::move(duck)) {}

  Result<void> open() {
    auto rows = duck_.number("SELECT coalesce(sum(num_rows), 0)::BIGINT FROM parquet_file_metadata(" +
                             sql_text(file_.string()) + ")");
    if (!rows) return bad_input(fmt::format("{}: {}", file_.string(), rows.error().message));
    rows_ = *rows;
    return rewind_sheet();
  }

  Result<bool> next_sheet() override { return std::exchange(fresh_, false); }

  Result<bool> next(Row& row) override {
    if (!header_done_) {
      header_done_ = true;
      row.number = 0;
      row.cells.clear();
      for (size_t c = 0; c < stream_->columns(); ++c) row.cells.push_back(stream_->name(c));
      return true;
    }
    if (at_ == stream_->rows()) {
      auto more = stream_->next();
      if (!more) return fail(std::move(more.error()), file_.string());
      if (!*more) return false;
      at_ = 0;
    }
    row.number = ++number_;
    row.cells.resize(stream_->columns());
    for (size_t c = 0; c < row.cells.size(); ++c) {
      if (stream_->is_null(c, at_)) {
        row.cells[c].clear();
      } else {
        row.cells[c] = stream_->text(c, at_);
      }
    }
    ++at_;
    return true;
  }

  Result<void> rewind_sheet() override {
    stream_.reset();
    auto stream = duck_.stream("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(" + sql_text(file_.string()) + ")");
    if (!stream) return bad_input(fmt::format("{}: {}", file_.string(), stream.error().message));
    stream_.emplace(std::move(*stream));
    at_ = 0;
    number_ = 0;
    header_done_ = false;
    return {};
  }

  [[nodiscard]] double progress() const override {
    return rows_ == 0 ? 1.0 : static_cast<double>(number_) / static_cast<double>(rows_);
  }

 private:
  std::filesystem::path file_;
  Duck duck_;
  std::optional<DuckStream> stream_;
  int64_t rows_ = 0, number_ = 0;
  size_t at_ = 0;
  bool fresh_ = true, header_done_ = false;
};

struct Magic {
  std::string_view bytes;
  std::string_view what;
};
constexpr std::array<Magic, 8> kForeign{{{"\x1F\x8B", "a gzip archive: unpack it first"},
                                         {"\xD0\xCF\x11\xE0", "an old Excel workbook (.xls): save it as .xlsx"},
                                         {"%PDF", "a PDF: export the report as CSV or XLSX"},
                                         {"\x28\xB5\x2F\xFD", "a zstd archive: unpack it first"},
                                         {"BZh", "a bzip2 archive: unpack it first"},
                                         {"7z\xBC\xAF", "a 7z archive: unpack it first"},
                                         {"<?xml", "XML, which is not read: export CSV, XLSX, Parquet or JSON"},
                                         {"<!DOCTYPE html", "a web page: export the report as CSV or XLSX"}}};

}  // namespace

size_t filled(const Row& row) {
  return static_cast<size_t>(
      std::count_if(row.cells.begin(), row.cells.end(), [](const auto& cell) { return !trimmed(cell).empty(); }));
}

Result<FileFormat> format_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (error || !std::filesystem::exists(status)) return bad_input(fmt::format("{}: no such file", file.string()));
  if (!std::filesystem::is_regular_file(status)) return bad_input(fmt::format("{}: is no file", file.string()));
  std::ifstream in(file, std::ios::binary);
  std::string head(4096, 0);
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(in.gcount()));
  if (in.bad()) return bad_input(fmt::format("{}: cannot be read", file.string()));
  if (head.empty()) return bad_input(fmt::format("{}: is empty", file.string()));
  if (head.starts_with("PAR1")) return FileFormat::parquet;
  if (head.starts_with("PK\x03\x04")) return FileFormat::xlsx;
  for (const auto& [bytes, what] : kForeign) {
    if (head.starts_with(bytes)) return bad_input(fmt::format("{}: is {}", file.string(), what));
  }
  const auto text = trimmed(head);
  if (text.starts_with("{") || text.starts_with("[{") || text == "[" || text.starts_with("[\n") ||
      text.starts_with("[ ") || text.starts_with("[\r")) {
    return FileFormat::json;
  }
  if (encoding_of(head) == TextEncoding::utf8 && head.find('\0') != std::string::npos) {
    return bad_input(
        fmt::format("{}: is binary and of no known kind; CSV, TSV, XLSX, Parquet and JSON are read", file.string()));
  }
  return FileFormat::csv;
}

Result<std::unique_ptr<RowSource>> open_rows(const std::filesystem::path& file) {
  TRY(const auto format, format_of(file));
  switch (format) {
    case FileFormat::xlsx:
      return open_xlsx(file);
    case FileFormat::json:
      return open_json(file);
    case FileFormat::parquet: {
      // One thread keeps the file's order of rows.
      TRY(auto duck, Duck::open({.memory_mb = 1024, .threads = 1}));
      auto source = std::make_unique<ParquetFile>(file, std::move(duck));
      TRY_VOID(source->open());
      return Result<std::unique_ptr<RowSource>>(std::move(source));
    }
    case FileFormat::csv:
      break;
  }
  return open_csv(file);
}

}  // namespace shrike

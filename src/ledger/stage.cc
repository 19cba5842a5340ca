#include "ledger/stage.h"

#include <fmt/format.h>

namespace shrike {
namespace {

constexpr int64_t kPartRows = 200'000;  // some 100 MB until they are written
constexpr const char* kRejectColumns =
    "\"table\" VARCHAR, \"column\" VARCHAR, \"value\" VARCHAR, reason VARCHAR, whole_row BOOLEAN, sheet VARCHAR, "
    "\"row\" BIGINT, source VARCHAR";

void append(DuckAppender& appender, const StageCell& cell, CellType type) {
  if (cell.null) {
    appender.null();
    if (type == CellType::time) appender.null();
    return;
  }
  if (type == CellType::text) {
    appender.text(cell.text);
  } else if (type == CellType::real) {
    appender.real(cell.real);
  } else {
    appender.integer(cell.integer);
  }
  if (type == CellType::time) appender.integer(cell.form);
}

}  // namespace

Result<std::unique_ptr<StageWriter>> StageWriter::open(const std::filesystem::path& folder, std::string source) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(fmt::format("cannot make {}: {}", folder.string(), error.message()));
  TRY(auto duck, Duck::open({.memory_mb = 1024, .threads = 1, .temp_dir = folder}));
  return std::make_unique<StageWriter>(folder, std::move(source), std::move(duck));
}

std::filesystem::path StageWriter::part(const std::string& table, int number) const {
  return folder_ / fmt::format("{}.{:03}.{:05}.parquet", table, sheet_number_, number);
}

Result<void> StageWriter::begin_sheet(const std::string& sheet) {
  const bool again = sheet_number_ >= 0 && sheet == sheet_;
  if (again) {
    for (auto& [name, open] : tables_) {
      open.appender.reset();
      TRY_VOID(duck_.run("DELETE FROM " + sql_name(name)));
      for (int i = 0; i < open.parts; ++i) std::filesystem::remove(part(name, i));
      open.rows = 0;
      open.parts = 0;
    }
    return {};
  }
  TRY_VOID(flush_all());
  for (auto& [name, open] : tables_) open.parts = 0;
  sheet_ = sheet;
  ++sheet_number_;
  return {};
}

Result<StageWriter::Open*> StageWriter::table(std::string_view name, const StageTable* columns) {
  auto found = tables_.find(name);
  if (found == tables_.end()) {
    const auto sql = columns == nullptr ? kRejectColumns : stage_columns_sql(*columns) + ", source VARCHAR";
    TRY_VOID(duck_.run(fmt::format("CREATE TABLE {} ({})", sql_name(std::string(name)), sql)));
    found = tables_.try_emplace(std::string(name)).first;
  }
  if (!found->second.appender) {
    TRY(auto appender, DuckAppender::open(duck_, found->first));
    found->second.appender.emplace(std::move(appender));
  }
  return &found->second;
}

Result<void> StageWriter::take(const StageRow& row) {
  TRY(auto* open, table(row.table->name, row.table));
  auto& appender = *open->appender;
  for (size_t i = 0; i < row.cells.size(); ++i) append(appender, row.cells[i], row.table->columns[i].type);
  appender.text(sheet_);
  appender.integer(row.row);
  appender.text(source_);
  TRY_VOID(appender.end_row());
  if (++open->rows < kPartRows) return {};
  return flush(std::string(row.table->name), *open);
}

Result<void> StageWriter::reject(const Reject& reject) {
  TRY(auto* open, table("reject", nullptr));
  auto& appender = *open->appender;
  for (const auto* text : {&reject.table, &reject.column, &reject.value, &reject.reason}) appender.text(*text);
  appender.integer(reject.whole_row ? 1 : 0);
  appender.text(sheet_);
  appender.integer(reject.row);
  appender.text(source_);
  TRY_VOID(appender.end_row());
  if (++open->rows < kPartRows) return {};
  return flush("reject", *open);
}

Result<void> StageWriter::flush(const std::string& name, Open& open) {
  if (!open.appender) return {};
  TRY_VOID(open.appender->close());
  open.appender.reset();
  if (open.rows == 0) return {};
  TRY_VOID(duck_.run(fmt::format("COPY {} TO {} (FORMAT parquet, COMPRESSION zstd)", sql_name(name),
                                 sql_text(part(name, open.parts++).string()))));
  TRY_VOID(duck_.run("DELETE FROM " + sql_name(name)));
  open.rows = 0;
  return {};
}

Result<void> StageWriter::flush_all() {
  for (auto& [name, open] : tables_) TRY_VOID(flush(name, open));
  return {};
}

Result<void> StageWriter::drop_rows(const std::vector<int64_t>& rows) {
  TRY_VOID(flush_all());
  TRY_VOID(duck_.run("CREATE OR REPLACE TABLE dropped (\"row\" BIGINT)"));
  TRY(auto appender, DuckAppender::open(duck_, "dropped"));
  for (const auto row : rows) {
    appender.integer(row);
    TRY_VOID(appender.end_row());
  }
  TRY_VOID(appender.close());
  for (auto& [name, open] : tables_) {
    for (int i = 0; i < open.parts && name != "reject"; ++i) {
      const auto whole = part(name, i);
      auto rest = whole;
      rest += ".rest";
      TRY_VOID(duck_.run(
          fmt::format("COPY (SELECT * FROM read_parquet({}) WHERE \"row\" NOT IN (SELECT \"row\" FROM dropped)) TO {} "
                      "(FORMAT parquet, COMPRESSION zstd)",
                      sql_text(whole.string()), sql_text(rest.string()))));
      std::filesystem::rename(rest, whole);
    }
  }
  return {};
}

Result<void> StageWriter::finish() { return flush_all(); }

}  // namespace shrike

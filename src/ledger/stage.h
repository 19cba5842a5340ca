#pragma once
// Normalised rows of one file on their way to Parquet.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "ledger/duck.h"
#include "ledger/normalise.h"

namespace shrike {

/// Writes `<table>.<sheet number>.<part>.parquet` into a folder, and the rejects likewise as `reject`. A part holds at
/// most 200,000 rows, so that a file of any size needs the memory of one part.
class StageWriter : public StageSink {
 public:
  /// `source` is kept in every row.
  static Result<std::unique_ptr<StageWriter>> open(const std::filesystem::path& folder, std::string source);

  StageWriter(std::filesystem::path folder, std::string source, Duck duck)
      : folder_(std::move(folder)), source_(std::move(source)), duck_(std::move(duck)) {}

  Result<void> begin_sheet(const std::string& sheet) override;
  Result<void> take(const StageRow& row) override;
  Result<void> reject(const Reject& reject) override;
  Result<void> drop_rows(const std::vector<int64_t>& rows) override;
  /// Everything is on disk. Nothing may follow.
  Result<void> finish();

 private:
  struct Open {
    std::optional<DuckAppender> appender;
    int64_t rows = 0;
    int parts = 0;
  };

  /// Made when first asked for; without `columns` that of the rejects.
  Result<Open*> table(std::string_view name, const StageTable* columns);
  Result<void> flush(const std::string& name, Open& open);
  Result<void> flush_all();
  [[nodiscard]] std::filesystem::path part(const std::string& table, int number) const;

  std::filesystem::path folder_;
  std::string source_, sheet_;
  int sheet_number_ = -1;
  Duck duck_;
  std::map<std::string, Open, std::less<>> tables_;
};

}  // namespace shrike

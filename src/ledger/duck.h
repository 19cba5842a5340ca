#pragma once
// DuckDB behind a small face: its C API, owned by values, errors as Result. Nothing else in Shrike includes duckdb.h.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace shrike {

/// What one DuckDB instance may use.
struct DuckOptions {
  size_t memory_mb = 2048;         ///< spills to `temp_dir` beyond
  int threads = 2;                 ///< of DuckDB itself; 1 keeps the order in which a file is scanned
  std::filesystem::path temp_dir;  ///< for spills; empty: the machine's temporary folder
};

/// `text` as a SQL literal, quotes doubled.
[[nodiscard]] std::string sql_text(std::string_view text);
/// `name` as a SQL identifier, quotes doubled.
[[nodiscard]] std::string sql_name(std::string_view name);

/// A query's rows as they come, 2,048 or fewer at a time: next(), then look at the cells of the chunk. Moves, does not
/// copy.
class DuckStream {
 public:
  DuckStream(DuckStream&&) noexcept;
  DuckStream& operator=(DuckStream&&) noexcept;
  ~DuckStream();

  [[nodiscard]] size_t columns() const;
  [[nodiscard]] const std::string& name(size_t column) const;

  /// Takes the next chunk; false at the end. What was read from the chunk before is gone.
  Result<bool> next();
  [[nodiscard]] size_t rows() const;
  [[nodiscard]] bool is_null(size_t column, size_t row) const;
  /// A BOOLEAN, an integer, a DATE (days), a TIMESTAMP (µs) or a DECIMAL's unscaled digits. Undefined where null.
  [[nodiscard]] int64_t integer(size_t column, size_t row) const;
  /// A DOUBLE or FLOAT, or any number converted (a DECIMAL with its scale). Undefined where null.
  [[nodiscard]] double real(size_t column, size_t row) const;
  /// A VARCHAR; lives until next(). Undefined where null.
  [[nodiscard]] std::string_view text(size_t column, size_t row) const;

 private:
  friend class Duck;
  struct Impl;
  explicit DuckStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A small result as texts; an empty optional is NULL.
struct DuckTable {
  std::vector<std::string> names;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

/// One in-memory DuckDB with one connection: one thread at a time uses it. Moves, does not copy.
class Duck {
 public:
  static Result<Duck> open(const DuckOptions& options);
  Duck(Duck&&) noexcept;
  Duck& operator=(Duck&&) noexcept;
  ~Duck();

  /// A second connection to the same database, for a stream that is read while this one runs statements.
  [[nodiscard]] Result<Duck> connect() const;

  /// Runs one or more statements and drops their results.
  Result<void> run(const std::string& sql);
  /// Runs one SELECT and hands its rows out as they are made.
  Result<DuckStream> stream(const std::string& sql);
  /// Runs one SELECT of bounded size; every value as DuckDB casts it to VARCHAR.
  Result<DuckTable> table(const std::string& sql);
  /// Runs a SELECT of one number; NULL is 0.
  Result<int64_t> number(const std::string& sql);

 private:
  friend class DuckAppender;
  struct Impl;
  explicit Duck(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Fills a table row by row: one call a column in order, then end_row().
class DuckAppender {
 public:
  static Result<DuckAppender> open(Duck& duck, const std::string& table);
  DuckAppender(DuckAppender&&) noexcept;
  DuckAppender& operator=(DuckAppender&&) noexcept;
  ~DuckAppender();

  void null();
  /// BOOLEAN, any integer, DATE (days), TIMESTAMP (µs), DECIMAL (unscaled, at most 18 digits).
  void integer(int64_t value);
  void real(double value);
  /// VARCHAR; must be valid UTF-8.
  void text(std::string_view value);
  Result<void> end_row();
  /// Hands the last rows over; nothing may follow.
  Result<void> close();

 private:
  struct Impl;
  explicit DuckAppender(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace shrike

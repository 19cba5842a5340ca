#pragma once
// Delimited text. DuckDB's reader was tried first: it drops blank lines, so that the row in the provenance is not the
// file's, and an opened quote that is never closed swallows the rest of the file without a word. Hence this one.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/rows.h"

namespace shrike {

enum class TextEncoding { utf8, utf16_le, utf16_be };

struct CsvLimits {
  size_t cell_bytes_max = 1 << 16;  ///< also how far an opened quote may run before it is taken for a letter
  size_t cells_max = 4096;          ///< of one row
};

/// How the text is encoded, from its first bytes (byte order mark, or the zero bytes of UTF-16 without one).
[[nodiscard]] TextEncoding encoding_of(std::string_view head);
/// The delimiter of `head`, the start of a file: of `,` `;` tab `|` the one that cuts most rows into the same number of
/// cells.
[[nodiscard]] char delimiter_of(std::string_view head);

/// Cuts decoded text into rows. Knows nothing of files, so that it can be tested and fuzzed.
/// Rows end with LF, CRLF or CR; a quoted cell may hold any of them and "" for a quote.
class CsvCutter {
 public:
  CsvCutter(char delimiter, CsvLimits limits) : delimiter_(delimiter), limits_(limits) {}

  /// More text; `last` says that no more follows.
  void feed(std::string_view text, bool last);
  enum class Step { row, more, end };
  /// The next row, or that more text is needed. A row that breaks a limit is an error.
  Result<Step> next(Row& row);
  /// Quotes that were opened, never closed, and taken for a letter.
  [[nodiscard]] int64_t open_quotes() const { return open_quotes_; }

 private:
  enum class Cut { done, more, unclosed, too_long, too_many };
  Cut cut(Row& row, bool quotes, size_t& end) const;

  char delimiter_;
  CsvLimits limits_;
  std::string text_;
  size_t at_ = 0;  ///< start of the next row in text_
  bool last_ = false;
  int64_t row_ = 0;
  int64_t open_quotes_ = 0;
};

/// A file as delimited text, read forward; encoding and delimiter found by looking.
[[nodiscard]] Result<std::unique_ptr<RowSource>> open_csv(const std::filesystem::path& file);

}  // namespace shrike

#pragma once
// A file of any of the read formats as rows of texts. What the texts mean is the next step's matter (normalise.h).

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace shrike {

/// One row. `cells` may be shorter or longer than its neighbours'.
struct Row {
  int64_t number = 0;  ///< 1-based row of the sheet, blank rows counted
  std::vector<std::string> cells;
};

/// Cells that hold something.
[[nodiscard]] size_t filled(const Row& row);

/// Something about a file that its reader had to mend, with how often.
struct Note {
  std::string code;     ///< one word for programs
  std::string message;  ///< for a person
  int64_t count = 1;
};

/// Rows of a file, sheet by sheet; a file without sheets is one sheet without a name.
class RowSource {
 public:
  virtual ~RowSource() = default;

  /// Goes to the next sheet; false after the last one. To be called before the first next().
  virtual Result<bool> next_sheet() = 0;
  [[nodiscard]] virtual std::string sheet() const { return {}; }
  /// The next row of the sheet, into `row`, whose storage is used again; false at its end.
  virtual Result<bool> next(Row& row) = 0;
  /// Back before the sheet's first row.
  virtual Result<void> rewind_sheet() = 0;
  /// Part of the file that was read, 0..1.
  [[nodiscard]] virtual double progress() const = 0;
  [[nodiscard]] virtual std::vector<Note> notes() const { return {}; }
  /// What cuts cells, where a letter does; 0 elsewhere. A ';' tells that the comma was needed for decimals.
  [[nodiscard]] virtual char delimiter() const { return 0; }
};

enum class FileFormat { csv, xlsx, parquet, json };

/// What a file is, by its content; a compressed or binary file of another kind is refused by name.
[[nodiscard]] Result<FileFormat> format_of(const std::filesystem::path& file);
/// Opens any file that format_of() knows.
[[nodiscard]] Result<std::unique_ptr<RowSource>> open_rows(const std::filesystem::path& file);

}  // namespace shrike

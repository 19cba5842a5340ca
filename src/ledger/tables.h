#pragma once
// The tables that an import fills, column by column, as each file says them and before anything is joined.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shrike {

enum class CellType {
  text,
  quantity,  ///< DECIMAL(18,3)
  money,     ///< DECIMAL(18,4)
  factor,    ///< DECIMAL(18,6)
  time,      ///< TIMESTAMP, and beside it <name>_form TINYINT (TimeForm)
  date,      ///< DATE
  boolean,
  integer,
  real,
};

struct StageColumn {
  std::string_view name;
  CellType type = CellType::text;
};

/// One staged table. Every one also has `sheet VARCHAR, row BIGINT`, last.
struct StageTable {
  std::string_view name;
  std::span<const StageColumn> columns;

  [[nodiscard]] std::optional<size_t> index_of(std::string_view column) const;
};

/// All of them, in a fixed order.
[[nodiscard]] std::span<const StageTable> stage_tables();
[[nodiscard]] const StageTable* stage_table(std::string_view name);
/// Column list of a CREATE TABLE.
[[nodiscard]] std::string stage_columns_sql(const StageTable& table);
/// SQL type of a cell.
[[nodiscard]] std::string_view sql_type(CellType type);
/// Digits after the decimal point of a DECIMAL type.
[[nodiscard]] int decimals_of(CellType type);

/// The reason classes of docs/ledger.md.
enum class Direction { loss, gain, signed_ };
struct ReasonClass {
  std::string_view name;
  Direction direction;  ///< of a quantity without a sign
  bool in_book;         ///< the roll-forward takes it
  bool is_usl;
};
[[nodiscard]] std::span<const ReasonClass> reason_classes();
[[nodiscard]] const ReasonClass* reason_class(std::string_view name);

}  // namespace shrike

#pragma once
// Till lines as rows: one row a line item, the transaction's fields repeated on each (docs/tills.md). Rows become the
// JSON form and are read as that, so that both say and refuse the same.

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ledger/rows.h"

namespace shrike {

/// The rows of one transaction.
struct TillRows {
  int64_t first_row = 0, last_row = 0;
  std::vector<int64_t> line_rows;  ///< of each element of `lines`
  /// The JSON form, as text values. Held by pointer only because json_fwd.hpp does not make it complete.
  std::shared_ptr<nlohmann::json> object;
};

/// Puts rows together. A transaction is over when its till goes on to another one: rows of two tills may be mixed.
class TillRowJoiner {
 public:
  /// The header row. Errors: a column that is needed is not there, or one comes twice.
  [[nodiscard]] Result<void> header(const Row& row);
  /// One row; the transaction that it ends, if any.
  [[nodiscard]] std::optional<TillRows> add(const Row& row);
  /// What is still open, till by till. Call at the end.
  [[nodiscard]] std::vector<TillRows> rest();
  /// Columns that nobody asked for; their cells are not looked at.
  [[nodiscard]] const std::vector<std::string>& unread() const { return unread_; }

 private:
  struct Column {
    enum class Of { transaction, line, tender } of = Of::transaction;
    std::string field;
    size_t index = 0;
  };
  [[nodiscard]] std::string cell(const Row& row, std::string_view field) const;

  std::vector<Column> columns_;
  std::vector<std::string> unread_;
  std::map<std::pair<std::string, std::string>, TillRows> open_;  ///< by store and till
};

}  // namespace shrike

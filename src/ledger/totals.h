#pragma once
// Subtotal and total rows of a report: reconciled against the rows that they claim to add up, never taken as data.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shrike {

/// A cent and a half, in ten-thousandths: reports add up rounded rows.
inline constexpr int64_t kTotalTolerance = 150;

/// Whether a cell calls its row a total: "Total", "Subtotal", "Grand Total:", "Total for Lobby", "Beverages Total".
[[nodiscard]] bool is_total_label(std::string_view text);
/// The same, of texts that can be nothing else ("Total", not "Total Raisin Bran").
[[nodiscard]] bool is_plain_total_label(std::string_view text);

struct TotalsReport {
  int64_t rows = 0;
  int64_t reconciled = 0;
  struct Mismatch {
    int64_t row = 0;
    size_t column = 0;
    double stated = 0, summed = 0;
  };
  std::vector<Mismatch> mismatches;  ///< the first 20; `unreconciled` counts all
  int64_t unreconciled = 0;
};

/// Adds up the additive columns of a sheet as it is read. Values are in ten-thousandths.
class Totals {
 public:
  using Values = std::vector<std::optional<int64_t>>;

  explicit Totals(size_t columns) : sums_(columns, 0), marks_{std::vector<int64_t>(columns, 0)} {}

  void add(const Values& values);
  /// A total row: reconciled where, for some earlier mark, every stated column is the sum since it (subtotals of any
  /// depth, or the total of all). One that stands above all data is looked at in finish().
  void total(int64_t row, const Values& values);
  [[nodiscard]] TotalsReport finish();

 private:
  [[nodiscard]] bool matches(const Values& values, const std::vector<int64_t>& since) const;
  void settle(int64_t row, const Values& values);

  std::vector<int64_t> sums_;
  std::vector<std::vector<int64_t>> marks_;  ///< sums where a total row stood; the first is the start
  std::vector<std::pair<int64_t, Values>> above_;
  int64_t rows_ = 0;
  TotalsReport report_;
};

}  // namespace shrike

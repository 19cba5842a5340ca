#pragma once
// Rows of a summary that are no store's and no department's: they add up the others under a name of their own, they
// restate them ("Average", "Last Year"), or they say themselves that they do not stand ("Voided").

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace shrike {

struct LabelledFigures {
  std::string label;                            ///< normal name of whose row it is
  std::vector<std::optional<int64_t>> figures;  ///< in ten-thousandths, a column each
};

/// Labels of which every row is the sum of the rows above it since the last such row, of those below it until the next,
/// or of all others: "All Stores", "Company", "District 1". Any other name where chance cannot explain it.
[[nodiscard]] std::set<std::string> labels_of_sums(const std::vector<LabelledFigures>& rows);

/// "All Stores", "Company": a normal name of several together.
[[nodiscard]] bool names_several(std::string_view label);

/// "Average", "Last Year": a normal name of a row that states no loss of its own.
[[nodiscard]] bool restates_no_loss(std::string_view label);

/// "Status", "Voided": whether a column may say of its rows that they do not stand.
[[nodiscard]] bool says_whether_it_stands(std::string_view header);
/// Whether it does so: "Cancelled", "Draft", "Not counted"; in a column called Voided also "Yes".
[[nodiscard]] bool is_void(std::string_view header, std::string_view text);

}  // namespace shrike

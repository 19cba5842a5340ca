#pragma once
// Reports with periods across (Department, Jan-25, Feb-25, …), one or two header rows: laid flat, one row a period, so
// that the rest of the import sees a list. Lists of a measure's name and its figure (Store, Metric, Value) become a
// column a measure.

#include <memory>
#include <string>
#include <vector>

#include "ledger/mapping.h"
#include "ledger/rows.h"

namespace shrike {

/// Looks at the sheet that `source` stands at the beginning of. Where its periods lie across, or its measures below one
/// another, the same sheet as a list; null otherwise. `source` is rewound in both cases.
[[nodiscard]] Result<std::unique_ptr<RowSource>> lay_flat(RowSource& source, const std::vector<Mapping>& mappings,
                                                          const std::string& place);

/// Two header rows as one: "Spoilage" over "Units" and "Cost" becomes "Spoilage Units", "Spoilage Cost". A cell above
/// holds for the empty ones on its right, as merged cells are written.
[[nodiscard]] std::vector<std::string> joined_header(const std::vector<std::string>& above,
                                                     const std::vector<std::string>& below);

}  // namespace shrike

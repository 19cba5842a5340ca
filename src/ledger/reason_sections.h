#pragma once
// A list whose reasons stand as headings over its sections, "Spoilage" and below it what was spoiled: the same list
// with a column of reasons.

#include <string>
#include <vector>

#include "ledger/mapping.h"
#include "ledger/rows.h"

namespace shrike {

/// Empty where two headings or more do not name reasons, or where the list has its own.
[[nodiscard]] std::vector<Row> with_reasons_of_sections(const std::vector<Row>& rows,
                                                        const std::vector<Mapping>& mappings, const std::string& place);

}  // namespace shrike

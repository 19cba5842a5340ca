#pragma once
// A transaction as JSON: what `shrike sense till --json` prints, a line each, and what it reads back. docs/tills.md
// lists the fields.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "base/result.h"
#include "sense/till.h"
#include "sense/till_context.h"

namespace shrike {

[[nodiscard]] nlohmann::ordered_json json_of(const TillTransaction& transaction);

/// Reads one object of that form. Numbers and yes/no may be texts. Unknown names are not looked at. The error names the
/// field, what was found and what was expected; `line_rows`, where given, are the rows that `lines` came from.
[[nodiscard]] Result<TillTransaction> till_from_json(const nlohmann::json& object, TillContext& context,
                                                     const std::vector<int64_t>* line_rows = nullptr);

}  // namespace shrike

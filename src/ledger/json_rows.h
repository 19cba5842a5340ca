#pragma once
// JSON as rows: JSON lines, one array of objects, or one object that holds such an array. Nested objects become
// columns with dotted names; one nested array of objects becomes a row an element.

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "ledger/rows.h"

namespace shrike {

/// Bytes of one line, and of a file that is one document: beyond, the error says to write JSON lines.
inline constexpr size_t kJsonLineBytesMax = size_t{16} << 20;
inline constexpr size_t kJsonDocumentBytesMax = size_t{512} << 20;

using FlatObject = std::vector<std::pair<std::string, std::string>>;

/// One object as flat rows: {"a":{"b":1},"c":[{"d":2},{"d":3}]} gives (a.b 1, c.d 2) and (a.b 1, c.d 3).
[[nodiscard]] std::vector<FlatObject> flatten(const nlohmann::json& object);

/// Opens a JSON file. The first row handed out, number 0, holds the column names; an EPCIS 2.0 document comes as its
/// events' rows (epcis.h).
[[nodiscard]] Result<std::unique_ptr<RowSource>> open_json(const std::filesystem::path& file);

}  // namespace shrike

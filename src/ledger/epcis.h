#pragma once
// GS1 EPCIS 2.0 events (JSON binding, ISO/IEC 19987) as flat rows: one row an event × product.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/json_rows.h"

namespace shrike {

/// Whether `document` is an EPCIS document, query document, or a bare event.
[[nodiscard]] bool is_epcis(const nlohmann::json& document);

/// The rows of a document or event. Instances of one product in one event are added up; columns: event_type, event_id,
/// event_time, action, biz_step, disposition, location, source, destination, product, quantity, uom, document,
/// error_declared ("yes" where the event was declared wrong and must not count).
[[nodiscard]] std::vector<FlatObject> epcis_rows(const nlohmann::json& document);

/// GTIN-14 of an SGTIN or LGTIN as URN (instance, class or pattern) or as GS1 Digital Link; empty where it is none.
[[nodiscard]] std::optional<std::string> gtin_of(std::string_view epc);

}  // namespace shrike

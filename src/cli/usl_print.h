#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ledger/manifest.h"

namespace shrike {

/// Level of truth, tables, unmapped reasons and warnings, for a person, on standard output.
void print_ledger_state(const LedgerManifest& manifest);

/// As `--json` prints it, with its line end. What is no UTF-8 in names of the data becomes U+FFFD.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json);

}  // namespace shrike

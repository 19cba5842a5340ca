#pragma once

#include "ledger/manifest.h"

namespace shrike {

/// Level of truth, tables, unmapped reasons and warnings, for a person, on standard output.
void print_ledger_state(const LedgerManifest& manifest);

}  // namespace shrike

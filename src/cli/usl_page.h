#pragma once
// The usl reports as pages of HTML: what the tables say, drawn.

#include <string>

#include "ledger/ledger.h"
#include "ledger/report.h"

namespace shrike {

/// `shrike usl report --html`. Reads the store × category table from `ledger`, in which loss_report() left its view.
[[nodiscard]] Result<std::string> loss_page(Ledger& ledger, const LossReport& report);

/// Writes a page as one file, whole or not at all; says where on standard error.
[[nodiscard]] Result<void> write_page(const std::string& file, const std::string& html);

}  // namespace shrike

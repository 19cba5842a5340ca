#pragma once
#include "ledger/import.h"

namespace shrike {

/// import_files() with a progress bar.
[[nodiscard]] Result<ImportReport> import_with_progress(const ImportOptions& options);
/// The same where every file must go in: a refused one is an error.
[[nodiscard]] Result<void> import_all(const ImportOptions& options);

}  // namespace shrike

#include "cli/import_exports.h"

#include "base/progress.h"

namespace shrike {

Result<ImportReport> import_with_progress(const ImportOptions& options) {
  Progress progress("importing", 1000);
  auto report =
      import_files(options, [&](const std::string&, double done) { progress.at(static_cast<int64_t>(done * 1000)); });
  progress.finish();
  return report;
}

Result<void> import_all(const ImportOptions& options) {
  TRY(const ImportReport report, import_with_progress(options));
  for (const ImportedFile& file : report.files) {
    if (file.outcome == ImportedFile::Outcome::refused) return bad_input(file.file + ": " + file.reason);
  }
  return {};
}

}  // namespace shrike

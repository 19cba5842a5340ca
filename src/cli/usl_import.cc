#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/import_exports.h"
#include "cli/usl_print.h"
#include "ledger/level.h"

namespace shrike {
namespace {

struct ImportArgs {
  ImportOptions options;
  std::vector<std::string> files, mappings;
  std::string into;
  bool json = false;
};

const char* to_string(ImportedFile::Outcome outcome) {
  switch (outcome) {
    case ImportedFile::Outcome::imported:
      return "imported";
    case ImportedFile::Outcome::already:
      return "already";
    case ImportedFile::Outcome::refused:
      return "refused";
  }
  return "refused";
}

const SourceEntry* source_of(const ImportReport& report, const std::string& file) {
  for (const auto& source : report.manifest.sources) {
    if (source.file == std::filesystem::path(file).filename().string()) return &source;
  }
  return nullptr;
}

nlohmann::ordered_json to_json(const ImportReport& report, const std::string& into, double seconds) {
  auto out = to_json(report.manifest);
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  int64_t rejected = 0;
  for (const auto& file : report.files) {
    files.push_back({{"file", file.file}, {"outcome", to_string(file.outcome)}});
    if (!file.reason.empty()) files.back()["reason"] = file.reason;
  }
  for (const auto& source : report.manifest.sources) {
    for (const auto& sheet : source.sheets) rejected += sheet.rejected;
  }
  nlohmann::ordered_json json{{"into", into},
                              {"changed", report.changed},
                              {"files", files},
                              {"rejected_rows", rejected},
                              {"rejects", into + "/rejects.csv"},
                              {"seconds", seconds}};
  json.update(out);
  return json;
}

void print_sheet(const SheetReport& sheet) {
  std::cout << fmt::format("    {:<14} {:>10} rows taken",
                           sheet.table + (sheet.system == "generic" ? "" : " (" + sheet.system + ")"), sheet.taken);
  if (sheet.rejected > 0) std::cout << fmt::format(", {} rejected", sheet.rejected);
  if (sheet.duplicate > 0) std::cout << fmt::format(", {} duplicates dropped", sheet.duplicate);
  if (sheet.ignored > 0) std::cout << fmt::format(", {} of no concern", sheet.ignored);
  if (sheet.cells_left_out > 0) std::cout << fmt::format(", {} single cells left out", sheet.cells_left_out);
  if (!sheet.sheet.empty()) std::cout << fmt::format("  [sheet {}]", sheet.sheet);
  std::cout << '\n';
  if (sheet.totals.rows > 0) {
    std::cout << fmt::format("      {} total rows: {} agree with their rows, {} do not\n", sheet.totals.rows,
                             sheet.totals.reconciled, sheet.totals.unreconciled);
  }
  for (const auto& each : sheet.totals.mismatches) {
    std::cout << fmt::format("        row {}: states {:g}, its rows add up to {:g}\n", each.row, each.stated,
                             each.summed);
  }
  for (const auto& note : sheet.notes) std::cout << fmt::format("      {} ({})\n", note.message, note.count);
}

void print_files(const ImportReport& report) {
  for (const auto& file : report.files) {
    std::cout << fmt::format("  {:<9} {}\n", to_string(file.outcome), file.file);
    if (!file.reason.empty()) std::cout << "    " << file.reason << '\n';
    const auto* source = file.outcome == ImportedFile::Outcome::imported ? source_of(report, file.file) : nullptr;
    if (source == nullptr) continue;
    for (const auto& sheet : source->sheets) print_sheet(sheet);
  }
}

}  // namespace

std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void print_ledger_state(const LedgerManifest& manifest) {
  const auto truth = truth_of(manifest);
  std::cout << fmt::format("Level of truth {} of 3 ({})", static_cast<int>(truth.level), to_string(truth.level));
  if (!manifest.first_day.empty()) std::cout << fmt::format(", {} to {}", manifest.first_day, manifest.last_day);
  std::cout << '\n';
  for (const auto& missing : truth.missing) std::cout << "  for the next level is missing: " << missing << '\n';
  for (const auto& note : truth.notes) std::cout << "  " << note << '\n';
  for (const auto& [table, rows] : manifest.tables) {
    if (rows > 0) std::cout << fmt::format("  {:<16} {:>12}\n", table, rows);
  }
  if (!manifest.unmapped.empty()) {
    std::cout << "Reasons that no mapping knows; figures are drafts until a class is given (a CSV with columns "
                 "code,class, or --mapping):\n";
    for (const auto& each : manifest.unmapped) {
      std::cout << fmt::format("  {:<40} {:>8} rows {:>12g} units  ({})\n",
                               each.reason.empty() ? "(none)" : each.reason, each.rows, each.units, each.system);
    }
  }
  for (const auto& warning : manifest.warnings)
    std::cout << fmt::format("Warning: {} {} [{}]\n", warning.count, warning.message, warning.code);
}

namespace {

/// What to do now: a report needs something that was written off.
std::string next_step(const ImportReport& report, const std::string& into) {
  if (truth_of(report.manifest).level >= TruthLevel::identity) return "Next: shrike usl report --from " + into;
  return fmt::format("No report yet. Next: shrike usl import --into {} FILES with what is missing", into);
}

Result<void> usl_import(const ImportArgs& args) {
  ImportOptions options = args.options;
  options.into = args.into;
  options.files.assign(args.files.begin(), args.files.end());
  options.mappings.assign(args.mappings.begin(), args.mappings.end());
  const double start = monotonic_s();
  TRY(const auto report, import_with_progress(options));
  std::vector<std::string> refused;
  for (const auto& file : report.files) {
    if (file.outcome == ImportedFile::Outcome::refused) refused.push_back(file.reason);
  }
  if (args.json) {
    std::cout << json_text(to_json(report, args.into, monotonic_s() - start));
  } else {
    print_files(report);
    std::cout << (report.changed ? "" : "Nothing new: the ledger is unchanged.\n");
    print_ledger_state(report.manifest);
    int64_t rejected = 0;
    for (const auto& source : report.manifest.sources) {
      for (const auto& sheet : source.sheets) rejected += sheet.rejected + sheet.cells_left_out;
    }
    if (rejected > 0)
      std::cout << fmt::format("{} rejects, each with its reason, are in {}/rejects.csv\n", rejected, args.into);
    std::cout << fmt::format("({:.1f} s) {}\n", monotonic_s() - start, next_step(report, args.into));
  }
  if (refused.empty()) return {};
  return bad_input(fmt::format("{} of {} files were refused:\n  {}", refused.size(), report.files.size(),
                               fmt::join(refused, "\n  ")));
}

}  // namespace

void add_usl_import(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<ImportArgs>();
  CLI::App* command = usl.add_subcommand(
      "import",
      "Read a retailer's exports into one normalised ledger. CSV, TSV, XLSX, Parquet, JSON lines and EPCIS 2.0 are "
      "read;\n"
      "what a table is, its column names tell. Columns that nothing needs are not kept: people's names have no way "
      "in.\n"
      "The same file again changes nothing. A row that cannot be read is in rejects.csv with its reason; a file that\n"
      "cannot be read at all is refused by name, the others go in, and the exit code is 2.");
  command->add_option("--into", args->into, "Folder of the ledger; made where it is not there")->required();
  command->add_option("FILES", args->files, "Files, or folders of files")->required();
  command->add_option("--mapping", args->mappings,
                      "A mapping of your own for a source system (config/mappings/README.md)");
  command->add_option("--time-zone", args->options.time_zone,
                      "Zone of times that state none, where no store table tells (IANA; default UTC)");
  command->add_option("--memory-mb", args->options.memory_mb, "Memory that sorting and joining may use")
      ->check(CLI::Range(256, 1 << 20))
      ->capture_default_str();
  command->add_option("--threads", args->options.threads, "Threads")->check(CLI::Range(1, 256))->capture_default_str();
  command->add_flag("--json", args->json, "Print JSON");
  command->footer("Example: shrike usl import --into ledger exports/*.csv counts.xlsx");
  command->callback([args, &exit_code] { exit_code = finish_command("usl import", usl_import(*args)); });
}

}  // namespace shrike

#pragma once
// Exports written by a test, imported, and looked at.

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/folder_testing.h"
#include "ledger/import.h"
#include "ledger/ledger.h"
#include "ledger/report.h"

namespace shrike {

/// One retailer: files go in, the ledger is looked at.
class TestLedger {
 public:
  [[nodiscard]] std::filesystem::path dir() const { return folder_.path() / "ledger"; }
  std::filesystem::path write(const std::string& name, const std::string& content) const {
    return folder_.write("exports/" + name, content);
  }
  Result<ImportReport> import(std::vector<std::filesystem::path> files, const std::string& zone = "") const {
    return import_files({.into = dir(), .files = std::move(files), .time_zone = zone},
                        [](const std::string&, double) {});
  }
  /// Writes one file, imports it, and gives what the import says.
  ImportReport take(const std::string& name, const std::string& content, const std::string& zone = "") const {
    auto report = import({write(name, content)}, zone);
    EXPECT_TRUE(report) << (report ? "" : report.error().message);
    if (!report) return {};
    for (const auto& file : report->files) {
      EXPECT_NE(file.outcome, ImportedFile::Outcome::refused) << file.reason;
    }
    return std::move(*report);
  }
  /// A query over the ledger's views, rows joined by ';' and cells by ','.
  [[nodiscard]] std::string query(const std::string& sql) const {
    auto ledger = open_ledger(dir());
    if (!ledger) return ledger.error().message;
    const auto table = ledger->duck.table(sql);
    if (!table) return table.error().message;
    std::string all;
    for (const auto& row : table->rows) {
      if (!all.empty()) all += ';';
      for (size_t i = 0; i < row.size(); ++i) {
        if (i > 0) all += ',';
        all += row[i].value_or("NULL");
      }
    }
    return all;
  }
  [[nodiscard]] LossReport report() const {
    auto ledger = open_ledger(dir());
    EXPECT_TRUE(ledger) << (ledger ? "" : ledger.error().message);
    if (!ledger) return {};
    auto losses = loss_report(*ledger);
    EXPECT_TRUE(losses) << (losses ? "" : losses.error().message);
    return losses ? std::move(*losses) : LossReport{};
  }
  [[nodiscard]] std::string text_of(const std::string& name) const {
    std::ifstream in(dir() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  TestFolder folder_;
};

/// How often a warning stands in a manifest; 0 where it does not.
inline int64_t warned(const LedgerManifest& manifest, const std::string& code) {
  for (const auto& warning : manifest.warnings) {
    if (warning.code == code) return warning.count;
  }
  return 0;
}

/// "written off/spoilage/usl/gain/net" in units.
inline std::string units_of(const LossReport& report) {
  const auto& t = report.totals;
  const auto text = [](double value) {
    std::string out = std::to_string(value);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out;
  };
  return text(t.written_off.units) + "/" + text(t.spoilage.units) + "/" + text(t.usl.units) + "/" + text(t.gain.units) +
         "/" + text(t.net.units);
}

/// The same of one report alone.
inline std::string losses_of(const std::string& text, const std::string& name = "report.csv") {
  const TestLedger ledger;
  (void)ledger.take(name, text);
  return units_of(ledger.report());
}

}  // namespace shrike

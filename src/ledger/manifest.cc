#include "ledger/manifest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "ledger/level.h"

namespace shrike {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

const char* to_string(SignRule sign) {
  switch (sign) {
    case SignRule::automatic:
      return "automatic";
    case SignRule::effect:
      return "effect";
    case SignRule::magnitude:
      return "magnitude";
    case SignRule::loss_positive:
      return "loss_positive";
  }
  return "automatic";
}

SignRule sign_from(const std::string& text) {
  for (const auto sign : {SignRule::effect, SignRule::magnitude, SignRule::loss_positive}) {
    if (text == to_string(sign)) return sign;
  }
  return SignRule::automatic;
}

ordered_json notes_json(const std::vector<Note>& notes) {
  auto list = ordered_json::array();
  for (const auto& note : notes)
    list.push_back({{"code", note.code}, {"count", note.count}, {"message", note.message}});
  return list;
}

ordered_json totals_json(const SheetReport& sheet) {
  ordered_json totals{{"rows", sheet.totals.rows},
                      {"reconciled", sheet.totals.reconciled},
                      {"unreconciled", sheet.totals.unreconciled}};
  for (const auto& each : sheet.totals.mismatches) {
    totals["mismatches"].push_back({{"row", each.row}, {"stated", each.stated}, {"summed", each.summed}});
  }
  return totals;
}

ordered_json sheet_json(const SheetReport& sheet) {
  ordered_json out{{"sheet", sheet.sheet},
                   {"table", sheet.table},
                   {"mapping", sheet.system},
                   {"mapping_version", sheet.mapping_version},
                   {"header_row", sheet.header_row},
                   {"rows", sheet.rows},
                   {"taken", sheet.taken},
                   {"rejected", sheet.rejected},
                   {"duplicate_rows", sheet.duplicate},
                   {"ignored", sheet.ignored},
                   {"cells_left_out", sheet.cells_left_out},
                   {"sign", to_string(sheet.sign)},
                   {"time_zone", sheet.time_zone},
                   {"totals", totals_json(sheet)},
                   {"columns_taken", sheet.columns_taken},
                   {"columns_left_out", sheet.columns_left_out},
                   {"notes", notes_json(sheet.notes)}};
  out["unmapped_reasons"] = sheet.unmapped_reasons;
  return out;
}

SheetReport sheet_from(const json& in) {
  SheetReport sheet;
  sheet.sheet = in.at("sheet");
  sheet.table = in.at("table");
  sheet.system = in.at("mapping");
  sheet.mapping_version = in.at("mapping_version");
  sheet.header_row = in.at("header_row");
  sheet.rows = in.at("rows");
  sheet.taken = in.at("taken");
  sheet.rejected = in.at("rejected");
  sheet.duplicate = in.at("duplicate_rows");
  sheet.ignored = in.at("ignored");
  sheet.cells_left_out = in.at("cells_left_out");
  sheet.sign = sign_from(in.at("sign"));
  sheet.time_zone = in.at("time_zone");
  sheet.totals.rows = in.at("totals").at("rows");
  sheet.totals.reconciled = in.at("totals").at("reconciled");
  sheet.totals.unreconciled = in.at("totals").at("unreconciled");
  for (const auto& each : in.at("totals").value("mismatches", json::array())) {
    sheet.totals.mismatches.push_back({each.at("row"), 0, each.at("stated"), each.at("summed")});
  }
  sheet.columns_taken = in.at("columns_taken").get<std::vector<std::string>>();
  sheet.columns_left_out = in.at("columns_left_out").get<std::vector<std::string>>();
  for (const auto& note : in.at("notes"))
    sheet.notes.push_back({note.at("code"), note.at("message"), note.at("count")});
  sheet.unmapped_reasons = in.at("unmapped_reasons").get<std::map<std::string, int64_t>>();
  return sheet;
}

LedgerManifest manifest_from(const json& in) {
  LedgerManifest manifest;
  manifest.ready = in.at("ready");
  manifest.buckets = in.at("buckets");
  manifest.time_zone = in.at("time_zone");
  manifest.currencies = in.at("currency").get<std::vector<std::string>>();
  for (const auto& each : in.at("sources")) {
    SourceEntry source{.id = each.at("id"),
                       .file = each.at("file"),
                       .fingerprint = each.at("fingerprint"),
                       .mappings = each.at("mappings"),
                       .bytes = each.at("bytes")};
    for (const auto& sheet : each.at("sheets")) source.sheets.push_back(sheet_from(sheet));
    manifest.sources.push_back(std::move(source));
  }
  manifest.tables = in.at("tables").get<std::map<std::string, int64_t>>();
  manifest.first_day = in.at("first_day");
  manifest.last_day = in.at("last_day");
  manifest.facts = in.at("facts").get<std::map<std::string, int64_t>>();
  for (const auto& each : in.at("unmapped_reasons")) {
    manifest.unmapped.push_back({each.at("source_system"), each.at("reason"), each.at("rows"), each.at("units")});
  }
  for (const auto& each : in.at("warnings"))
    manifest.warnings.push_back({each.at("code"), each.at("count"), each.at("message")});
  return manifest;
}

}  // namespace

ordered_json to_json(const LedgerManifest& manifest) {
  const auto truth = truth_of(manifest);
  ordered_json out{{"format", LedgerManifest::kFormat},
                   {"ready", manifest.ready},
                   {"level", static_cast<int>(truth.level)},
                   {"level_name", to_string(truth.level)},
                   {"missing", truth.missing},
                   {"notes", truth.notes},
                   {"first_day", manifest.first_day},
                   {"last_day", manifest.last_day},
                   {"buckets", manifest.buckets},
                   {"time_zone", manifest.time_zone},
                   {"currency", manifest.currencies},
                   {"tables", manifest.tables},
                   {"facts", manifest.facts}};
  out["unmapped_reasons"] = ordered_json::array();
  for (const auto& each : manifest.unmapped) {
    out["unmapped_reasons"].push_back(
        {{"source_system", each.system}, {"reason", each.reason}, {"rows", each.rows}, {"units", each.units}});
  }
  out["warnings"] = ordered_json::array();
  for (const auto& each : manifest.warnings) {
    out["warnings"].push_back({{"code", each.code}, {"count", each.count}, {"message", each.message}});
  }
  out["sources"] = ordered_json::array();
  for (const auto& each : manifest.sources) {
    ordered_json source{{"id", each.id},
                        {"file", each.file},
                        {"fingerprint", each.fingerprint},
                        {"mappings", each.mappings},
                        {"bytes", each.bytes}};
    source["sheets"] = ordered_json::array();
    for (const auto& sheet : each.sheets) source["sheets"].push_back(sheet_json(sheet));
    out["sources"].push_back(std::move(source));
  }
  return out;
}

Result<LedgerManifest> read_manifest(const std::filesystem::path& dir) {
  const auto file = dir / "manifest.json";
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return unavailable(
        fmt::format("{}: is no ledger (no manifest.json); fill it with: shrike usl import --into {} FILES",
                    dir.string(), dir.string()));
  try {
    const auto value = json::parse(in);
    const int format = value.at("format");
    if (format != LedgerManifest::kFormat) {
      return bad_input(fmt::format("{}: has format {}, this program reads {}; import the files again", file.string(),
                                   format, LedgerManifest::kFormat));
    }
    return manifest_from(value);
  } catch (const json::exception& e) {
    return bad_input(fmt::format("{}: is no ledger's manifest ({})", file.string(), e.what()));
  }
}

Result<void> write_manifest(const std::filesystem::path& dir, const LedgerManifest& manifest) {
  const auto beside = dir / "manifest.json.new";
  const auto text = to_json(manifest).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return fail(fmt::format("cannot write {}", beside.string()));
  const auto written = ::write(fd, text.data(), text.size());
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  if (written != static_cast<ssize_t>(text.size()) || !synced)
    return fail(fmt::format("cannot write {}: is the disk full?", beside.string()));
  std::error_code error;
  std::filesystem::rename(beside, dir / "manifest.json", error);
  if (error) return fail(fmt::format("cannot replace {}: {}", (dir / "manifest.json").string(), error.message()));
  return {};
}

}  // namespace shrike

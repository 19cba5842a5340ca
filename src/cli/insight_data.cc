#include "cli/insight_data.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>

#include "insight/local_clock.h"
#include "vault/traces.h"

namespace shrike {
namespace {

/// A day (its first moment in the store's zone, or its last) or a full time.
Result<Timestamp> moment(const std::string& text, const std::string& zone, bool end_of_day) {
  if (text.size() > 10) return parse_rfc3339(text);
  TRY(const int64_t day, parse_day(text));
  return parse_local(fmt::format("{}T00:00:00", date_of(end_of_day ? day + 1 : day)), zone);
}

}  // namespace

void add_insight_from(CLI::App& command, InsightFrom& from, bool required) {
  command.add_option("--from", from.dir, "The data folder (data_dir of the configuration)")->required(required);
  command.add_option("--since", from.since, "First day, e.g. 2026-03-01, or a time as RFC 3339");
  command.add_option("--until", from.until, "Last day, or a time as RFC 3339");
  command.add_option("--time-zone", from.time_zone,
                     "The store's clock; default: as it was when the store was last watched");
}

Result<InsightData> open_insight(const InsightFrom& from) {
  if (from.dir.empty()) return bad_input("--from is missing; give the data folder (data_dir of the configuration)");
  const auto file = std::filesystem::path(from.dir) / "shrike.db";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return bad_input(
        fmt::format("--from {}: there is no shrike.db; give the data_dir of a store that was watched", from.dir));
  }
  TRY(Database database, Database::open(file));
  TRY(const StoreFacts facts, load_store_facts(database));
  InsightData data{
      std::move(database), facts.store, from.time_zone.empty() ? facts.time_zone : from.time_zone, {0}, {INT64_MAX}};
  if (!zone_exists(data.time_zone))
    return bad_input(fmt::format("--time-zone {}: unknown; use an IANA name such as Europe/Paris", data.time_zone));
  if (!from.since.empty()) {
    TRY(data.since, moment(from.since, data.time_zone, false));
  }
  if (!from.until.empty()) {
    TRY(data.until, moment(from.until, data.time_zone, true));
  }
  return data;
}

}  // namespace shrike

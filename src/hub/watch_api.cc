#include "hub/watch_api.h"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/local_time.h"
#include "vault/audit_log.h"
#include "vault/watch_list.h"

namespace shrike {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kAuditRowsMax = 500;

Response refused(const Error& error) {
  if (error.kind == Error::Kind::bad_input) {
    // "field: what is wrong with it", where one is to blame.
    const auto colon = error.message.find(": ");
    const auto field = colon == std::string::npos ? std::string() : error.message.substr(0, colon);
    const bool is_field = field == "event_id" || field == "reason" || field == "by" || field == "hours";
    const bool missing = error.message.starts_with("no watch entry");
    return error_response(missing ? 404 : 400, missing ? "not_found" : "refused",
                          is_field ? error.message.substr(colon + 2) : error.message, is_field ? field : "");
  }
  return store_failed("watch list", error);
}

Json json_of(const WatchEntry& e, const std::string& zone) {
  const auto local = [&](Timestamp t) { return t.us == 0 ? Json(nullptr) : Json(local_rfc3339(t, zone)); };
  return {{"entry_id", e.entry_id},
          {"state", e.approved_by.empty() ? "waiting" : "approved"},
          {"event_id", e.event_id},
          {"reason", e.reason},
          {"added_by", e.added_by},
          {"added", local(e.added)},
          {"approved_by", e.approved_by.empty() ? Json(nullptr) : Json(e.approved_by)},
          {"approved", local(e.approved)},
          {"expires", local(e.expires)},
          {"quality", e.quality}};
}

/// The texts and the number of hours in a request; a key that is none of `keys` is refused.
struct Wish {
  std::map<std::string, std::string> texts;
  std::optional<double> hours;
};
tl::expected<Wish, Response> read_wish(const Request& request, const std::set<std::string>& keys) {
  const auto json = nlohmann::json::parse(request.body, nullptr, false);
  if (!json.is_object()) return tl::unexpected(error_response(400, "bad_value", "expected a JSON object"));
  Wish wish;
  for (const auto& [key, value] : json.items()) {
    const bool is_hours = key == "hours";
    if (!keys.contains(key))
      return tl::unexpected(error_response(400, "bad_value", "is no field of this request", key));
    if (is_hours ? !value.is_number() : !value.is_string())
      return tl::unexpected(error_response(400, "bad_value", is_hours ? "expected a number" : "expected a text", key));
    if (is_hours) wish.hours = value.get<double>();
    if (!is_hours) wish.texts[key] = value.get<std::string>();
  }
  return wish;
}

Response list(const SiteConfig& site, Database& database) {
  const auto all = watch_entries(database);
  if (!all) return refused(all.error());
  Json out{{"enabled", site.watch_list.enabled}, {"entries", Json::array()}};
  for (const WatchEntry& e : *all) {
    if (e.expires > now_utc()) out["entries"].push_back(json_of(e, site.time_zone));
  }
  return json_response(out);
}

Response add(const Request& request, const SiteConfig& site, Database& database) {
  auto wish = read_wish(request, {"event_id", "reason", "by", "hours"});
  if (!wish) return wish.error();
  const auto entry = enrol(database, site.watch_list,
                           {wish->texts["event_id"], wish->texts["reason"], wish->texts["by"], wish->hours}, now_utc());
  return entry ? json_response(json_of(*entry, site.time_zone), 201) : refused(entry.error());
}

Response approve_one(const Request& request, const std::string& id, const SiteConfig& site, Database& database) {
  auto wish = read_wish(request, {"by"});
  if (!wish) return wish.error();
  const auto entry = approve(database, id, wish->texts["by"], now_utc());
  return entry ? json_response(json_of(*entry, site.time_zone)) : refused(entry.error());
}

Response erase_one(const Request& request, const std::string& id, Database& database) {
  auto wish = read_wish(request, {"by"});
  if (!wish) return wish.error();
  const auto done = erase_entry(database, id, wish->texts["by"], now_utc());
  return done ? json_response({{"status", "erased"}, {"entry_id", id}}) : refused(done.error());
}

Response audit(const SiteConfig& site, Database& database) {
  const auto rows = read_audit(database, "watch_entry ", kAuditRowsMax);
  if (!rows) return refused(rows.error());
  const auto check = check_audit(database);
  if (!check) return refused(check.error());
  Json out{{"intact", check->first_bad == 0},
           {"first_bad", check->first_bad == 0 ? Json(nullptr) : Json(check->first_bad)},
           {"head", check->head},
           {"rows", Json::array()}};
  for (const AuditRow& row : *rows) {
    out["rows"].push_back({{"number", row.number},
                           {"time", local_rfc3339(row.time, site.time_zone)},
                           {"subject", row.subject},
                           {"what", row.what},
                           {"by", row.by},
                           {"detail", row.detail},
                           {"hash", row.hash}});
  }
  return json_response(out);
}

}  // namespace

void add_watch_routes(Router& router, const SiteConfig& site, IncidentStore& store) {
  Database& database = store.database();
  router.add(Method::get, "/api/v1/watch-entries",
             [&](const Request&, const PathParameters&) { return list(site, database); });
  router.add(Method::post, "/api/v1/watch-entries",
             [&](const Request& request, const PathParameters&) { return add(request, site, database); });
  router.add(Method::post, "/api/v1/watch-entries/{id}/approve",
             [&](const Request& request, const PathParameters& parameters) {
               return approve_one(request, parameters.at("id"), site, database);
             });
  router.add(Method::post, "/api/v1/watch-entries/{id}/erase",
             [&](const Request& request, const PathParameters& parameters) {
               return erase_one(request, parameters.at("id"), database);
             });
  router.add(Method::get, "/api/v1/watch-audit",
             [&](const Request&, const PathParameters&) { return audit(site, database); });
}

}  // namespace shrike

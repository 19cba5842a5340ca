#include "hub/visits_api.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/local_time.h"
#include "base/ulid.h"
#include "vault/corrections.h"
#include "vault/incident_json.h"

namespace shrike {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kByLength_max = 64;
constexpr size_t kNoteLength_max = 2000;

Json to_json(const VisitCorrection& correction, const SiteConfig& site) {
  return {{"id", correction.id},
          {"action", correction.action},
          {"visit_id", correction.visit_id},
          {"other", correction.other},
          {"by", correction.by},
          {"note", correction.note},
          {"time", local_rfc3339(correction.time, site.time_zone)},
          {"state", correction.state}};
}

Json to_json(const VisitRecord& visit, const std::vector<StoreVisit::Part>& parts,
             const std::vector<VisitCorrection>& corrections, const SiteConfig& site) {
  Json evidence = Json::array(), cameras = Json::array(), said = Json::array();
  for (const WeighedEvidence& weighed : visit.evidence) {
    const Evidence& e = weighed.evidence;
    evidence.push_back({{"kind", e.kind},
                        {"detail", e.detail},
                        {"from", local_rfc3339(e.from, site.time_zone)},
                        {"to", local_rfc3339(e.to, site.time_zone)},
                        {"source", e.source},
                        {"zone", e.zone},
                        {"llr", e.llr},
                        {"weight", weighed.weight},
                        {"contribution", weighed.contribution}});
  }
  double continuity = 1;
  for (const StoreVisit::Part& part : parts) {
    continuity *= part.probability;
    cameras.push_back({{"camera", part.camera},
                       {"camera_visit", part.camera_visit},
                       {"from", local_rfc3339(part.from, site.time_zone)},
                       {"to", local_rfc3339(part.to, site.time_zone)},
                       {"probability", part.probability}});
  }
  for (const VisitCorrection& correction : corrections) said.push_back(to_json(correction, site));
  return {{"visit_id", visit.visit_id},
          {"store_id", visit.store_id},
          {"from", local_rfc3339(visit.from, site.time_zone)},
          {"to", local_rfc3339(visit.to, site.time_zone)},
          {"prior", visit.prior},
          {"risk", visit.risk},
          {"continuity", continuity},
          {"parts", std::move(cameras)},
          {"evidence", std::move(evidence)},
          {"corrections", std::move(said)}};
}

Response show(const std::string& id, const SiteConfig& site, IncidentStore& store) {
  const auto visit = store.find_visit(id);
  if (!visit) return store_failed("visits", visit.error());
  const auto corrections = corrections_of(store.database(), id);
  if (!corrections) return store_failed("visits", corrections.error());
  const auto parts = load_parts(store.database(), id);
  if (!parts) return store_failed("visits", parts.error());
  if (!*visit) return error_response(404, "not_found", fmt::format("no visit {} is kept", id), "id");
  return json_response(to_json(**visit, *parts, *corrections, site));
}

/// Reads `{other_key, "by", "note"}`; a key that is none of these is refused. "staff" is a yes or no, the others name a
/// visit.
tl::expected<VisitCorrection, Response> read_correction(const std::string& body, const std::string& other_key) {
  const auto refuse = [](std::string_view field, std::string_view message) {
    return tl::unexpected(error_response(400, "bad_value", message, field));
  };
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object())
    return refuse("", fmt::format("expected a JSON object such as {{\"{}\": \"01…\"}}", other_key));
  VisitCorrection correction{.id = new_ulid(now_utc()), .time = now_utc()};
  for (const auto& [key, value] : json.items()) {
    if (key != other_key && key != "by" && key != "note")
      return refuse(key, fmt::format("is not one of {}, by, note", other_key));
    if (key == "staff") {
      if (!value.is_boolean()) return refuse(key, "expected true or false");
      correction.action = value.get<bool>() ? "staff" : "not_staff";
      continue;
    }
    if (!value.is_string()) return refuse(key, "expected a text");
    const auto& text = value.get_ref<const std::string&>();
    if (key == other_key) correction.other = text;
    if (key == "by") correction.by = text;
    if (key == "note") correction.note = text;
  }
  if (other_key == "staff" && correction.action.empty()) return refuse(other_key, "expected true or false");
  if (other_key != "staff" && !is_ulid(correction.other)) return refuse(other_key, "expected the id of a visit");
  if (correction.by.size() > kByLength_max) return refuse("by", fmt::format("is over {} bytes", kByLength_max));
  if (correction.note.size() > kNoteLength_max) return refuse("note", fmt::format("is over {} bytes", kNoteLength_max));
  return correction;
}

Response correct(const Request& request, const PathParameters& parameters, const char* action, const char* other_key,
                 const SiteConfig& site, IncidentStore& store) {
  auto correction = read_correction(request.body, other_key);
  if (!correction) return correction.error();
  if (correction->action.empty()) correction->action = action;
  correction->visit_id = parameters.at("id");
  if (!is_ulid(correction->visit_id)) return error_response(404, "not_found", "that is no id of a visit", "id");
  if (correction->visit_id == correction->other && correction->action == "merge")
    return error_response(400, "bad_value", "a visit cannot be merged with itself", other_key);
  if (const auto kept = add_correction(store.database(), *correction); !kept)
    return store_failed("visits", kept.error());
  return json_response(to_json(*correction, site), 202);
}

}  // namespace

void add_visit_routes(Router& router, const SiteConfig& site, IncidentStore& store) {
  router.add(Method::get, "/api/v1/visits/{id}",
             [&](const Request&, const PathParameters& parameters) { return show(parameters.at("id"), site, store); });
  router.add(Method::post, "/api/v1/visits/{id}/merge", [&](const Request& request, const PathParameters& parameters) {
    return correct(request, parameters, "merge", "from", site, store);
  });
  router.add(Method::post, "/api/v1/visits/{id}/split", [&](const Request& request, const PathParameters& parameters) {
    return correct(request, parameters, "split", "camera_visit", site, store);
  });
  router.add(Method::post, "/api/v1/visits/{id}/staff", [&](const Request& request, const PathParameters& parameters) {
    return correct(request, parameters, "", "staff", site, store);
  });
}

}  // namespace shrike

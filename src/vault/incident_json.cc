#include "vault/incident_json.h"

#include <algorithm>

#include "base/local_time.h"

namespace shrike {
namespace {

using Json = nlohmann::ordered_json;

double epoch_s(Timestamp t) { return static_cast<double>(t.us) * 1e-6; }

Json to_json(const WeighedEvidence& weighed, std::string_view zone) {
  const auto& e = weighed.evidence;
  Json json{{"kind", e.kind},
            {"detail", e.detail},
            {"from", local_rfc3339(e.from, zone)},
            {"to", local_rfc3339(e.to, zone)},
            {"source", e.source},
            {"zone", e.zone},
            {"llr", e.llr},
            {"weight", weighed.weight},
            {"contribution", weighed.contribution}};
  for (const auto& [product, units] : e.goods) json["goods"].push_back({{"sku_id", product}, {"units", units}});
  return json;
}

Json zones_of(const Incident& incident) {
  std::vector<std::string> zones;
  for (const auto& weighed : incident.evidence) {
    const auto& zone = weighed.evidence.zone;
    if (!zone.empty() && std::find(zones.begin(), zones.end(), zone) == zones.end()) zones.push_back(zone);
  }
  return zones;
}

}  // namespace

Json to_json(const Incident& incident, std::string_view zone) {
  Json evidence = Json::array();
  for (const auto& weighed : incident.evidence) evidence.push_back(to_json(weighed, zone));
  return {
      {"schema_version", kIncidentSchemaVersion},
      {"event_id", incident.event_id},
      {"type", incident.type},
      {"source", incident.source},
      {"store_id", incident.store_id},
      {"camera", incident.camera},
      {"visit_id", incident.visit_id},
      {"track_id", incident.track_id},
      {"time", local_rfc3339(incident.time, zone)},
      {"from", local_rfc3339(incident.from, zone)},
      {"to", local_rfc3339(incident.to, zone)},
      {"time_zone", zone},
      {"prior", incident.prior},
      {"risk", incident.risk},
      {"summary", incident.summary},
      {"evidence", std::move(evidence)},
      {"clip_state", incident.clip_state},
      {"verdict", incident.verdict},
      {"id", incident.event_id},
      {"label", "person"},
      {"top_score", incident.risk},
      {"start_time", epoch_s(incident.from)},
      {"end_time", epoch_s(incident.to)},
      {"entered_zones", zones_of(incident)},
      {"has_clip", incident.clip_state == "ready"},
      {"has_snapshot", !incident.picture.empty()},
  };
}

Json to_json(const StoredIncident& stored, std::string_view zone) {
  Json json = to_json(stored.incident, zone);
  Json verdicts = Json::array();
  for (const auto& verdict : stored.verdicts) {
    verdicts.push_back({{"verdict", verdict.verdict},
                        {"by", verdict.by},
                        {"note", verdict.note},
                        {"time", local_rfc3339(verdict.time, zone)}});
  }
  json["verdicts"] = std::move(verdicts);
  json["revision"] = stored.revision;
  return json;
}

Json to_event_json(const StoredChange& change, std::string_view zone) {
  const bool was_open = !change.before || change.before->incident.clip_state == "pending";
  const bool is_open = change.after.incident.clip_state == "pending";
  const char* type = !change.before ? "new" : was_open && !is_open ? "end" : "update";
  return {{"type", type},
          {"before", change.before ? to_json(*change.before, zone) : Json()},
          {"after", to_json(change.after, zone)}};
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace shrike

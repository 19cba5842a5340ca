#include "hub/incidents_api.h"

#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/ulid.h"
#include "hub/edge_alert.h"
#include "vault/incident_json.h"

namespace shrike {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kByLength_max = 64;
constexpr size_t kNoteLength_max = 2000;

Response no_such_incident(const std::string& id) {
  return error_response(404, "not_found", fmt::format("no incident {}", id), "id");
}

/// A refusal where a query value cannot be what it should.
using Refusal = std::optional<Response>;

Refusal read_time(const Request& request, const char* name, std::optional<Timestamp>& time) {
  const auto it = request.query.find(name);
  if (it == request.query.end()) return std::nullopt;
  const auto parsed = parse_rfc3339(it->second);
  if (!parsed) return error_response(400, "bad_value", parsed.error().message, name);
  time = *parsed;
  return std::nullopt;
}

Refusal read_filter(const Request& request, IncidentFilter& filter) {
  if (auto refusal = read_time(request, "since", filter.since)) return refusal;
  if (auto refusal = read_time(request, "until", filter.until)) return refusal;
  for (const auto& [name, value] : request.query) {
    if (name == "camera") filter.camera = value;
    if (name == "type") filter.type = value;
    if (name == "source") filter.source = value;
    if (name == "verdict") {
      if (value != "none" && !is_verdict(value)) {
        return error_response(400, "bad_value",
                              fmt::format("'{}' is none of none, theft, attempted, honest, staff_error, unsure", value),
                              name);
      }
      filter.verdict = value;
    }
    if (name == "cursor") {
      if (!is_ulid(value))
        return error_response(400, "bad_value", fmt::format("'{}' is no cursor of an earlier page", value), name);
      filter.before_event_id = value;
    }
    if (name == "limit") {
      const auto* end = value.data() + value.size();
      const auto [stop, error] = std::from_chars(value.data(), end, filter.limit);
      if (error != std::errc() || stop != end || filter.limit < 1 || filter.limit > 500) {
        return error_response(400, "bad_value", fmt::format("'{}' is not a number from 1 to 500", value), name);
      }
    }
  }
  return std::nullopt;
}

Response list(const Request& request, const SiteConfig& site, IncidentStore& store) {
  IncidentFilter filter;
  if (auto refusal = read_filter(request, filter)) return std::move(*refusal);
  const auto page = store.list(filter);
  if (!page) return store_failed("incidents", page.error());
  Json incidents = Json::array();
  for (const auto& stored : page->incidents) incidents.push_back(to_json(stored, site.time_zone));
  return json_response({{"incidents", std::move(incidents)}, {"next", page->next.empty() ? Json() : Json(page->next)}});
}

/// The incident of `{id}`, or the answer that says that there is none.
tl::expected<StoredIncident, Response> find(const PathParameters& parameters, IncidentStore& store) {
  const auto& id = parameters.at("id");
  auto found = store.find(id);
  if (!found) return tl::unexpected(store_failed("incidents", found.error()));
  if (!*found) return tl::unexpected(no_such_incident(id));
  return std::move(**found);
}

/// A file below the data folder. Its name comes from the store, never from the request; one that leads out of the
/// folder is still not sent.
Response send_file(const SiteConfig& site, const std::string& file, const char* content_type, const std::string& name) {
  std::error_code ec;
  const auto folder = std::filesystem::weakly_canonical(site.data_dir, ec);
  const auto path = std::filesystem::weakly_canonical(folder / file, ec);
  const auto inside = path.lexically_relative(folder);
  if (ec || file.empty() || inside.empty() || *inside.begin() == ".." || !std::filesystem::is_regular_file(path, ec)) {
    return error_response(404, "file_missing", "the file is not there");
  }
  return {.content_type = content_type,
          .headers = {{"Cache-Control", "private, no-cache"},
                      {"Content-Disposition", fmt::format("inline; filename=\"{}\"", name)}},
          .body = FileBody{path}};
}

Response clip(const SiteConfig& site, const Incident& incident) {
  if (incident.clip_state == "pending") {
    return error_response(404, "clip_pending", "the clip is still being cut; try again in some seconds");
  }
  if (incident.clip_state != "ready") return error_response(404, "clip_missing", "there is no clip of this incident");
  return send_file(site, incident.clip, "video/mp4", fmt::format("shrike-{}.mp4", incident.event_id));
}

Response picture(const SiteConfig& site, const Incident& incident) {
  if (incident.picture.empty()) return error_response(404, "picture_missing", "there is no picture of this incident");
  return send_file(site, incident.picture, "image/jpeg", fmt::format("shrike-{}.jpg", incident.event_id));
}

/// Reads `{"verdict","by","note"}`; a key that is none of these is refused, so that a typing error loses no note.
tl::expected<Verdict, Response> read_verdict(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  const auto refuse = [](std::string_view field, std::string_view message) {
    return tl::unexpected(error_response(400, "bad_value", message, field));
  };
  if (!json.is_object()) return refuse("", "expected a JSON object such as {\"verdict\": \"honest\"}");
  Verdict verdict{.time = now_utc()};
  for (const auto& [key, value] : json.items()) {
    if (key != "verdict" && key != "by" && key != "note") return refuse(key, "is not one of verdict, by, note");
    if (!value.is_string()) return refuse(key, "expected a text");
    const auto& text = value.get_ref<const std::string&>();
    if (key == "verdict") verdict.verdict = text;
    if (key == "by") verdict.by = text;
    if (key == "note") verdict.note = text;
  }
  if (!is_verdict(verdict.verdict)) {
    return refuse("verdict", fmt::format("'{}' is none of theft, attempted, honest, staff_error, unsure",
                                         verdict.verdict.substr(0, 40)));
  }
  if (verdict.by.size() > kByLength_max) return refuse("by", fmt::format("is over {} bytes", kByLength_max));
  if (verdict.note.size() > kNoteLength_max) return refuse("note", fmt::format("is over {} bytes", kNoteLength_max));
  return verdict;
}

Response judge(const Request& request, const PathParameters& parameters, const SiteConfig& site, IncidentStore& store,
               HubMetrics& metrics) {
  const auto verdict = read_verdict(request.body);
  if (!verdict) return verdict.error();
  const auto change = store.add_verdict(parameters.at("id"), *verdict);
  if (!change && change.error().kind == Error::Kind::bad_input) return no_such_incident(parameters.at("id"));
  if (!change) return store_failed("incidents", change.error());
  if (change->changed) metrics.count_verdict(verdict->verdict);
  return json_response(to_json(change->after, site.time_zone));
}

Response take_edge_alert(const Request& request, const SiteConfig& site, IncidentStore& store, HubMetrics& metrics) {
  const auto alert = parse_edge_alert(
      request.body, {request.header("idempotency-key").substr(0, 256), site.store, site.time_zone, now_utc()});
  if (!alert) return error_response(400, "bad_alert", alert.error().message, alert.error().field);
  const auto change = store.save_edge_alert(*alert);
  if (!change && change.error().kind == Error::Kind::bad_input) {
    return error_response(409, "event_id_taken", change.error().message, "event_id");
  }
  if (!change) return store_failed("incidents", change.error());
  metrics.count_edge_alert(!change->changed);
  return json_response({{"status", "queued"}, {"event_id", change->after.incident.event_id}}, 202);
}

}  // namespace

void add_incident_routes(Router& router, const SiteConfig& site, IncidentStore& store, HubMetrics& metrics) {
  router.add(Method::get, "/api/v1/incidents",
             [&](const Request& request, const PathParameters&) { return list(request, site, store); });
  router.add(Method::get, "/api/v1/incidents/{id}", [&](const Request&, const PathParameters& parameters) {
    const auto found = find(parameters, store);
    return found ? json_response(to_json(*found, site.time_zone)) : found.error();
  });
  router.add(Method::get, "/api/v1/incidents/{id}/clip", [&](const Request&, const PathParameters& parameters) {
    const auto found = find(parameters, store);
    return found ? clip(site, found->incident) : found.error();
  });
  router.add(Method::get, "/api/v1/incidents/{id}/picture", [&](const Request&, const PathParameters& parameters) {
    const auto found = find(parameters, store);
    return found ? picture(site, found->incident) : found.error();
  });
  router.add(Method::post, "/api/v1/incidents/{id}/verdict",
             [&](const Request& request, const PathParameters& parameters) {
               return judge(request, parameters, site, store, metrics);
             });
  router.add(Method::post, "/api/alerts", [&](const Request& request, const PathParameters&) {
    return take_edge_alert(request, site, store, metrics);
  });
}

}  // namespace shrike

#include "hub/movement_api.h"

#include <nlohmann/json.hpp>

#include "base/local_time.h"
#include "vault/traces.h"

namespace shrike {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDaysWanted = 7;  // each day of the week has its own customers
constexpr double kDay_s = 86400;

Json json_of(const MovementStatus::Model& model, const std::string& zone) {
  Json tried;
  if (model.tried) tried = {{"visits", model.tried->visits}, {"psi", model.tried->psi}, {"why", model.tried->why}};
  return {{"learnt_from", local_rfc3339(model.learnt_from, zone)},
          {"learnt_to", local_rfc3339(model.learnt_to, zone)},
          {"known_to", local_rfc3339(model.known_to, zone)},
          {"age_days", seconds_between(model.known_to, now_utc()) / kDay_s},
          {"visits", model.visits},
          {"days", model.days},
          {"retrain_days", model.retrain_days},
          {"tried", std::move(tried)}};
}

Response show(const SiteConfig& site, IncidentStore& store, const LiveBoard& board) {
  const MovementStatus status = board.movement();
  Json model, days, drift, training;
  if (status.model) {
    model = json_of(*status.model, site.time_zone);
  } else {
    const auto kept = count_trace_days(store.database(), site.time_zone);
    if (!kept) return store_failed("movement", kept.error());
    days = *kept;
  }
  if (status.drift)
    drift = {{"visits", status.drift->visits}, {"psi", status.drift->psi}, {"verdict", status.drift->verdict()}};
  if (const auto& last = status.last_training)
    training = {{"time", local_rfc3339(last->time, site.time_zone)}, {"outcome", last->outcome}, {"why", last->why}};
  return json_response({{"enabled", status.enabled},
                        {"model", std::move(model)},
                        {"problem", status.problem},
                        {"days_kept", std::move(days)},
                        {"days_wanted", kDaysWanted},
                        {"visits_ranked", status.ranked},
                        {"drift", std::move(drift)},
                        {"training", status.training},
                        {"last_training", std::move(training)}});
}

}  // namespace

void add_movement_routes(Router& router, const SiteConfig& site, IncidentStore& store, const LiveBoard& board) {
  router.add(Method::get, "/api/v1/movement",
             [&](const Request&, const PathParameters&) { return show(site, store, board); });
}

}  // namespace shrike

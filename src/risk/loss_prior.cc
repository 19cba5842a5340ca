#include "risk/loss_prior.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "base/log.h"

namespace shrike {
namespace {

using nlohmann::json;

constexpr size_t kBytesMax = 256U << 20U;
constexpr double kLeast = 1e-9, kMost = 0.5;

std::string text_of(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json* list_of(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_array() ? &*found : nullptr;
}

/// A zone's units_a_day.mean; not a number where it has none.
double units_of(const json& zone) {
  const auto units = zone.find("units_a_day");
  if (units == zone.end() || !units->is_object()) return NAN;
  const auto mean = units->find("mean");
  return mean != units->end() && mean->is_number() ? mean->get<double>() : NAN;
}

Result<const json*> store_in(const json& all, const std::string& store, const std::string& file) {
  const json* stores = list_of(all, "stores");
  if (stores == nullptr)
    return bad_input(fmt::format("{}: has no list 'stores'; expected what `shrike usl priors --json` prints", file));
  std::vector<std::string> names;
  for (const json& one : *stores) {
    names.push_back(text_of(one, "store_id"));
    if (names.back() == store) return &one;
  }
  names.resize(std::min<size_t>(names.size(), 10));
  return bad_input(fmt::format("{}: found the stores {}; expected {}, the configuration's `store`", file,
                               fmt::join(names, ", "), store));
}

std::set<std::string> zones_of(const SiteConfig& site) {
  std::set<std::string> names;
  for (const auto& camera : site.cameras) {
    for (const auto& zone : camera.zones) names.insert(zone.name);
  }
  return names;
}

}  // namespace

Result<LossPrior> prior_from_losses(const SiteConfig& site, std::string_view text, const std::string& file) {
  const json all = json::parse(text, nullptr, false);
  if (all.is_discarded()) return bad_input(file + ": is no JSON; expected what `shrike usl priors --json` prints");
  TRY(const json* store, store_in(all, site.store, file));
  const auto watched = zones_of(site);
  LossPrior prior;
  std::vector<std::string> others;
  if (const json* zones = list_of(*store, "zones")) {
    for (const json& zone : *zones) {
      const auto name = text_of(zone, "zone");
      if (!watched.contains(name)) {
        if (!name.empty() && others.size() < 10) others.push_back(name);
        continue;
      }
      const double units = units_of(zone);
      if (!std::isfinite(units))
        return bad_input(fmt::format("{}: store {}, zone {}: no number units_a_day.mean", file, site.store, name));
      prior.zones.push_back(name);
      prior.units_a_day += std::max(0.0, units);
      prior.units_by_zone[name] += std::max(0.0, units);
    }
  }
  if (prior.zones.empty()) {
    return bad_input(fmt::format(
        "{}: store {}: found the zones {}; the cameras' are {}; none is the same (a planogram gives shelves the "
        "cameras' names: shrike usl priors --planogram)",
        file, site.store, fmt::join(others, ", "), fmt::join(watched, ", ")));
  }
  prior.probability = std::clamp(prior.units_a_day / site.risk.visits_a_day, kLeast, kMost);
  if (const json* hours = list_of(*store, "hours"); hours != nullptr && hours->size() == prior.hours.size()) {
    for (size_t h = 0; h < prior.hours.size(); ++h) {
      const double share = (*hours)[h].is_number() ? (*hours)[h].get<double>() : 0;
      prior.hours[h] = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0;
    }
  }
  return prior;
}

Result<SiteConfig> load_site_with_losses(const std::filesystem::path& file) {
  TRY(SiteConfig site, load_site(file));
  if (site.risk.priors.empty()) return site;
  TRY(const std::string text, read_file(site.risk.priors, kBytesMax));
  TRY(const LossPrior prior, prior_from_losses(site, text, site.risk.priors.string()));
  site.risk.prior = prior.probability;
  site.risk.units_a_day = prior.units_by_zone;
  site.risk.loss_hours = prior.hours;
  spdlog::info("prior of a visit {:.2g}: {:.2g} units of theft-like loss a day in {}, {:g} visits a day",
               prior.probability, prior.units_a_day, fmt::join(prior.zones, ", "), site.risk.visits_a_day);
  return site;
}

}  // namespace shrike

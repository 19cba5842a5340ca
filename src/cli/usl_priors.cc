#include "cli/usl_priors.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/usl_print.h"
#include "ledger/ledger.h"
#include "shrink/priors.h"
#include "site/planogram.h"

namespace shrike {
namespace {

/// Hours of the day and a day's units by hour; both null where the hours cannot be told.
void add_hours(nlohmann::ordered_json& json, const Estimate& units, const HourProfile* profile) {
  json["hours"] = nullptr;
  json["by_hour"] = nullptr;
  if (profile == nullptr) return;
  json["hours"] = profile->share;
  json["by_hour"] = nlohmann::ordered_json::array();
  for (const Estimate& e : by_hour(units, *profile)) json["by_hour"].push_back(to_json(e));
}

/// Of a zone that sold nothing: the store's.
const HourProfile* profile_in(const StoreHours* hours, const std::string& zone) {
  if (hours == nullptr || !hours->refused.empty()) return nullptr;
  const auto found = hours->zones.find(zone);
  return found == hours->zones.end() ? &hours->store : &found->second;
}

std::string hours_from(const StoreHours* hours) {
  if (hours == nullptr) return "not told: no sales in the ledger";
  return hours->refused.empty() ? "units sold by local hour" : "not told: " + hours->refused;
}

const StoreHours* hours_of(const FoundPriors& found, const StorePriors& s) {
  const auto at = found.hours.find(found.fitted.data.stores[static_cast<size_t>(s.store)].id);
  return at == found.hours.end() ? nullptr : &at->second;
}

nlohmann::ordered_json store_json(const LossData& data, const StorePriors& s, const StoreHours* hours) {
  const std::string& id = data.stores[static_cast<size_t>(s.store)].id;
  nlohmann::ordered_json json{{"store_id", id}, {"units_a_day", to_json(s.units)}, {"retail_a_day", to_json(s.retail)}};
  json["hours_from"] = hours_from(hours);
  add_hours(json, s.units, hours != nullptr && hours->refused.empty() ? &hours->store : nullptr);
  json["zones"] = nlohmann::ordered_json::array();
  for (const ZonePrior& z : s.zones) {
    json["zones"].push_back(
        {{"zone", z.zone.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(z.zone)},
         {"units_a_day", to_json(z.units)},
         {"retail_a_day", to_json(z.retail)},
         {"cost_a_day", z.cost},
         {"retail_a_unit", z.mean_theft_retail}});
    add_hours(json["zones"].back(), z.units, profile_in(hours, z.zone));
  }
  json["products"] = nlohmann::ordered_json::array();
  for (const ProductPrior& p : s.products) {
    json["products"].push_back(
        {{"sku_id", data.products[static_cast<size_t>(p.product)].sku},
         {"zone", p.zone.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(p.zone)},
         {"units_a_day", to_json(p.units)},
         {"cost_a_day", p.cost},
         {"retail_a_day", p.retail}});
  }
  return json;
}

/// The three hours in which most is expected to go, or why they cannot be told.
void print_hours(const Estimate& units, const StoreHours* hours) {
  if (hours == nullptr || !hours->refused.empty()) {
    std::cout << fmt::format("    hours of the day {}\n", hours_from(hours));
    return;
  }
  const auto hourly = by_hour(units, hours->store);
  std::array<size_t, 24> order{};
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return hourly[a].mean > hourly[b].mean; });
  std::cout << "    most in the hours";
  for (size_t k = 0; k < 3; ++k)
    std::cout << fmt::format("{} {} to {}: {}", k == 0 ? "" : ",", order[k], order[k] + 1,
                             to_text(hourly[order[k]], 3));
  std::cout << fmt::format(" units ({})\n", hours_from(hours));
}

void print_store(const LossData& data, const StorePriors& s, const StoreHours* hours, size_t top) {
  std::cout << fmt::format("{}: theft-like loss {} units and {} {} at retail a day\n",
                           data.stores[static_cast<size_t>(s.store)].id, to_text(s.units, 2), to_text(s.retail, 2),
                           data.currency);
  for (size_t k = 0; k < std::min(top, s.zones.size()); ++k) {
    std::cout << fmt::format("    {:<28.28} {:>24} units {:>28} at retail\n",
                             s.zones[k].zone.empty() ? "(in no zone)" : s.zones[k].zone, to_text(s.zones[k].units, 3),
                             to_text(s.zones[k].retail, 2));
  }
  print_hours(s.units, hours);
}

Result<void> usl_priors(const PriorsArgs& args, size_t top) {
  TRY(const FoundPriors found, find_priors(args));
  if (args.common.json) {
    std::cout << json_text(priors_json(found));
    return {};
  }
  for (const StorePriors& s : found.priors.stores) print_store(found.fitted.data, s, hours_of(found, s), top);
  for (const std::string& note : found.priors.notes) std::cout << note << '\n';
  std::cout << voice_text(found.fitted.voice, View::forecast) << '\n';
  return {};
}

}  // namespace

Result<FoundPriors> find_priors(const PriorsArgs& args) {
  FoundPriors found;
  std::map<std::string, std::string> zone_of;
  if (!args.planogram.empty()) {
    TRY(const Planogram planogram, read_planogram(args.planogram));
    zone_of = planogram.zone_of();
  }
  TRY(found.fitted, fit_ledger(args.common, "prior odds"));
  TRY(found.priors,
      theft_priors(found.fitted.data, found.fitted.layout, found.fitted.nowcaster, zone_of, args.common.threads));
  std::erase_if(found.priors.stores, [&](const StorePriors& s) {
    return s.products.empty() ||
           (!args.store.empty() && found.fitted.data.stores[static_cast<size_t>(s.store)].id != args.store);
  });
  std::map<std::string, std::string> zone_in;  // also where zones are categories
  for (const StorePriors& s : found.priors.stores) {
    for (const ProductPrior& p : s.products)
      zone_in.emplace(found.fitted.data.products[static_cast<size_t>(p.product)].sku, p.zone);
  }
  TRY(Ledger ledger, open_ledger(args.common.from));
  TRY(found.hours, hours_of_sales(ledger, zone_in, args.store));
  if (found.priors.stores.empty())
    return bad_input(args.store.empty() ? "no store was ever counted" : "no counted store " + args.store);
  return found;
}

nlohmann::ordered_json priors_json(const FoundPriors& found) {
  auto json = model_json(found.fitted, View::forecast);
  json["spoilage_not_recorded"] = {{"units_a_unit_sold_and_day_of_shelf_life", found.priors.spoilage_a_unit},
                                   {"standard_error", found.priors.spoilage_error}};
  json["notes"] = found.priors.notes;
  json["stores"] = nlohmann::ordered_json::array();
  for (const StorePriors& s : found.priors.stores)
    json["stores"].push_back(store_json(found.fitted.data, s, hours_of(found, s)));
  return json;
}

void add_usl_priors(CLI::App& usl, int& exit_code) {
  auto args = std::make_shared<PriorsArgs>();
  auto top = std::make_shared<size_t>(10);
  CLI::App* command = usl.add_subcommand("priors",
                                         "Expected theft-like loss a day by store, zone, product and hour, with 90 % "
                                         "intervals: what the live side takes as\n"
                                         "prior odds (docs/usl.md, \"Hand-over to the live side\").");
  add_loss_options(*command, args->common);
  add_model_option(*command, args->common);
  command->add_option("--planogram", args->planogram,
                      "CSV zone,sku_id: which shelf zone a product stands in; without, zones are categories");
  command->add_option("--store", args->store, "Only this store_id");
  command->add_option("--top", *top, "Zones shown a store (JSON has all)")->capture_default_str();
  command->footer("Example: shrike usl priors --from ledger --store S001 --planogram planogram.csv --json");
  command->callback([args, top, &exit_code] { exit_code = finish_command("usl priors", usl_priors(*args, *top)); });
}

}  // namespace shrike

#include "cli/usl_priors.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/usl_print.h"
#include "ledger/ledger.h"
#include "shrink/priors.h"
#include "site/planogram.h"

namespace shrike {
namespace {

using Hours = std::array<double, 24>;

/// Shares of a store's sales by local hour; empty where its sales tell no time of day.
Result<std::map<std::string, Hours>> hours_of_sales(const std::string& from) {
  TRY(Ledger ledger, open_ledger(from));
  TRY(DuckStream stream,
      ledger.duck.stream(
          "SELECT m.store_id, epoch_us(m.ts), coalesce(s.tz, 'UTC'), sum(m.sold)::DOUBLE FROM (SELECT store_id, "
          "date_trunc('hour', ts) AS ts, sold FROM movement WHERE kind = 'sale' AND NOT day_only) m LEFT JOIN store s "
          "ON s.store_id = m.store_id GROUP BY ALL ORDER BY ALL"));
  std::map<std::string, Hours> out;
  for (;;) {
    TRY(const bool more, stream.next());
    if (!more) break;
    for (size_t r = 0; r < stream.rows(); ++r) {
      const auto hour = local_hour(Timestamp{stream.integer(1, r)}, stream.text(2, r));
      if (!hour) continue;
      out[std::string(stream.text(0, r))][static_cast<size_t>(*hour)] += std::max(0.0, stream.real(3, r));
    }
  }
  for (auto& [store, hours] : out) {
    double sum = 0;
    for (double h : hours) sum += h;
    for (double& h : hours) h = sum > 0 ? h / sum : 1.0 / 24;
  }
  return out;
}

nlohmann::ordered_json store_json(const LossData& data, const StorePriors& s,
                                  const std::map<std::string, Hours>& hours) {
  const std::string& id = data.stores[static_cast<size_t>(s.store)].id;
  nlohmann::ordered_json json{{"store_id", id}, {"units_a_day", to_json(s.units)}, {"retail_a_day", to_json(s.retail)}};
  const auto found = hours.find(id);
  json["hours_from"] = found != hours.end() ? "sales by local hour" : "no sales with a time of day: every hour alike";
  Hours flat;
  flat.fill(1.0 / 24);
  json["hours"] = found != hours.end() ? found->second : flat;
  json["zones"] = nlohmann::ordered_json::array();
  for (const ZonePrior& z : s.zones) {
    json["zones"].push_back(
        {{"zone", z.zone.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(z.zone)},
         {"units_a_day", to_json(z.units)},
         {"retail_a_day", to_json(z.retail)},
         {"cost_a_day", z.cost},
         {"retail_a_unit", z.mean_theft_retail}});
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

void print_store(const LossData& data, const StorePriors& s, size_t top) {
  std::cout << fmt::format("{}: theft-like loss {} units and {} {} at retail a day\n",
                           data.stores[static_cast<size_t>(s.store)].id, to_text(s.units, 2), to_text(s.retail, 2),
                           data.currency);
  for (size_t k = 0; k < std::min(top, s.zones.size()); ++k) {
    std::cout << fmt::format("    {:<28.28} {:>24} units {:>28} at retail\n",
                             s.zones[k].zone.empty() ? "(in no zone)" : s.zones[k].zone, to_text(s.zones[k].units, 3),
                             to_text(s.zones[k].retail, 2));
  }
}

Result<void> usl_priors(const PriorsArgs& args, size_t top) {
  TRY(const FoundPriors found, find_priors(args));
  if (args.common.json) {
    std::cout << json_text(priors_json(found));
    return {};
  }
  for (const StorePriors& s : found.priors.stores) print_store(found.fitted.data, s, top);
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
  TRY(found.hours, hours_of_sales(args.common.from));
  TRY(found.priors,
      theft_priors(found.fitted.data, found.fitted.layout, found.fitted.nowcaster, zone_of, args.common.threads));
  std::erase_if(found.priors.stores, [&](const StorePriors& s) {
    return s.products.empty() ||
           (!args.store.empty() && found.fitted.data.stores[static_cast<size_t>(s.store)].id != args.store);
  });
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
    json["stores"].push_back(store_json(found.fitted.data, s, found.hours));
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

#include "cli/demo_losses.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/progress.h"
#include "cli/import_exports.h"
#include "cli/usl_page.h"
#include "cli/usl_print.h"
#include "cli/usl_priors.h"
#include "cli/worlds.h"
#include "ledger/ledger.h"
#include "ledger/report.h"
#include "sim/chain_write.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr double kVisitsADay = 150;  // made up: the chain is simulated without shoppers
constexpr int kThreads = 2;

Result<void> simulate(const SiteConfig& site, const fs::path& chain) {
  TRY(const World world, find_world("drugstore", worlds_folder()));
  const ChainSize size{.stores = 6, .products = 240, .days = 365, .seed = 2, .first_store = site.store};
  Progress progress("simulating a chain", size.stores);
  const auto files = write_chain(plan_chain(world, size), chain, [&](int done) { progress.at(done); });
  progress.finish();
  if (!files) return tl::unexpected(files.error());
  return {};
}

Result<void> write_report(const fs::path& folder, const fs::path& page, const std::string& store, DemoLosses& losses) {
  TRY(auto ledger, open_ledger(folder));
  TRY(const LossReport report, loss_report(ledger));
  TRY(const std::string html, loss_page(ledger, report));
  TRY_VOID(write_file(page, html));
  losses.stores = report.by_store.size();
  losses.first_day = report.first_day;
  losses.last_day = report.last_day;
  losses.currency = report.currency;
  losses.chain_units = report.totals.net.units;
  losses.chain_cost = report.totals.net.cost.value_or(0);
  for (const LossRow& row : report.by_store) {
    if (row.key == store) losses.store_units = row.net.units;
  }
  return {};
}

}  // namespace

Result<DemoLosses> demo_losses(const SiteConfig& site, const fs::path& demo_folder, const fs::path& out) {
  DemoLosses losses;
  const auto ledger = out / "ledger";
  TRY_VOID(simulate(site, out / "chain"));
  TRY_VOID(import_all(
      {.into = ledger, .files = {out / "chain" / "exports", demo_folder / "reason_map.csv"}, .threads = kThreads}));
  TRY_VOID(write_report(ledger, out / "usl.html", site.store, losses));
  TRY(const FoundPriors found, find_priors({.common = {.from = ledger.string(), .threads = kThreads},
                                            .planogram = (demo_folder / "planogram.csv").string(),
                                            .store = site.store}));
  const auto file = out / "priors.json";
  const std::string text = json_text(priors_json(found));
  TRY_VOID(write_file(file, text));
  SiteConfig with_visits = site;
  with_visits.risk.visits_a_day = losses.visits_a_day = kVisitsADay;
  TRY(losses.prior, prior_from_losses(with_visits, text, file.string()));
  for (const ZonePrior& zone : found.priors.stores.front().zones) {
    if (zone.zone == losses.prior.zones.front()) losses.zone_units = zone.units;
  }
  return losses;
}

}  // namespace shrike

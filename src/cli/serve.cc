#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/log.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/stop_signal.h"
#include "hub/api.h"
#include "risk/loss_prior.h"
#include "watch/store_watch.h"

namespace shrike {
namespace {

Result<void> serve(const std::string& config) {
  StopSignal stop;
  TRY(const SiteConfig site, load_site_with_losses(config));
  TRY(IncidentStore store, IncidentStore::open(site.data_dir));
  LiveBoard board;
  auto registry = std::make_shared<prometheus::Registry>();
  const auto inbox = std::make_shared<PushInbox>(kPushInbox_max, WhenFull::wait);
  TRY(Hub hub, Hub::start({.site = site, .store = store, .board = board, .metrics = *registry, .till_inbox = inbox}));
  TRY(auto running,
      StoreWatch::start(site, {.store = store, .board = board, .registry = registry, .till_inbox = inbox}));
  fmt::print("The live page is at {} until Ctrl-C.\n", hub.url());
  std::fflush(stdout);
  // A file that is played through leaves the page up: what it showed can still be judged.
  while (!stop.wait_for(3600)) {
  }
  hub.stop();
  running->stop();
  return {};
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
  auto* sub = app.add_subcommand("serve", "Watch the cameras of a configuration and serve the live page and the API");
  auto config = std::make_shared<std::string>();
  sub->add_option("--config", *config, "The configuration")->required();
  sub->footer("Example: shrike serve --config shrike.yml");
  sub->callback([config, &exit_code] { exit_code = finish_command("serve", serve(*config)); });
}

}  // namespace shrike

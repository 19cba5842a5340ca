#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>

#include "base/log.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/stop_signal.h"
#include "risk/loss_prior.h"
#include "vault/incident_json.h"
#include "watch/store_watch.h"

namespace shrike {
namespace {

struct WatchOptions {
  std::string config;
  bool json = false;
};

void print_incident(const Incident& incident, const SiteConfig& site, bool json) {
  if (json) {
    fmt::print("{}\n", dump(to_json(incident, site.time_zone)));
  } else {
    fmt::print("{}  {:<17} {:<12} risk {:3.0f} %  {}\n", to_rfc3339(incident.time, site.time_zone).value_or(""),
               incident.type, incident.camera, incident.risk * 100, incident.summary);
  }
  std::fflush(stdout);
}

Result<void> watch(const WatchOptions& options) {
  StopSignal stop;
  TRY(const SiteConfig site, load_site_with_losses(options.config));
  TRY(IncidentStore store, IncidentStore::open(site.data_dir));
  LiveBoard board;
  TRY(auto running,
      StoreWatch::start(site, {.store = store,
                               .board = board,
                               .registry = std::make_shared<prometheus::Registry>(),
                               .on_incident = [&](const Incident& i) { print_incident(i, site, options.json); }}));
  while (!stop.wait_for(0.1) && !running->over(0.1)) {
  }
  running->stop();
  for (const auto& status : board.statuses()) {
    if (status.state == "failed") return bad_input(fmt::format("camera {}: {}", status.name, status.last_error));
  }
  return {};
}

}  // namespace

void add_watch(CLI::App& app, int& exit_code) {
  auto* sub = app.add_subcommand(
      "watch", "Watch the cameras of a configuration without a page; print each incident as it is raised");
  auto options = std::make_shared<WatchOptions>();
  sub->add_option("--config", options->config, "The configuration")->required();
  sub->add_flag("--json", options->json, "One JSON object a line and incident");
  sub->footer(
      "An incident is printed once it is kept on disk. Ends when every camera is a file and has been played through, "
      "or on Ctrl-C.\n"
      "Example: shrike watch --config shrike.yml --json");
  sub->callback([options, &exit_code] { exit_code = finish_command("watch", watch(*options)); });
}

}  // namespace shrike

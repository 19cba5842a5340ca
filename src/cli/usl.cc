#include <CLI/CLI.hpp>

#include "cli/cli.h"
#include "cli/usl_study.h"

namespace shrike {

void add_usl(CLI::App& app, int& exit_code) {
  CLI::App* usl = app.add_subcommand("usl",
                                     "Unknown stock loss: a retailer's exports in, how much vanished, where, and why.\n"
                                     "Start with `shrike usl import`; every other subcommand reads what it leaves.");
  usl->require_subcommand(1);
  add_usl_import(*usl, exit_code);
  add_usl_status(*usl, exit_code);
  add_usl_report(*usl, exit_code);
  add_usl_compare(*usl, exit_code);
  add_usl_correlate(*usl, exit_code);
  add_usl_cause(*usl, exit_code);
  add_usl_nowcast(*usl, exit_code);
  add_usl_forecast(*usl, exit_code);
  add_usl_plan(*usl, exit_code);
  add_usl_backtest(*usl, exit_code);
  add_usl_priors(*usl, exit_code);
  add_usl_train(*usl, exit_code);
}

}  // namespace shrike

#include <CLI/CLI.hpp>

#include "cli/cli.h"
#include "cli/store_commands.h"

namespace shrike {

void add_sim(CLI::App& app, int& exit_code) {
  CLI::App* sim = app.add_subcommand("sim", "Make up a chain or a store whose truth is known");
  sim->require_subcommand(1);
  add_sim_chain(*sim, exit_code);
  add_sim_store(*sim, exit_code);
  add_sim_replay(*sim, exit_code);
  add_sim_drive(*sim, exit_code);
  add_sim_walks(*sim, exit_code);
}

}  // namespace shrike

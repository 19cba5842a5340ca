#include <CLI/CLI.hpp>

#include "cli/cli.h"
#include "cli/movement_commands.h"
#include "cli/store_commands.h"

namespace shrike {

void add_eval(CLI::App& app, int& exit_code) {
  CLI::App* eval = app.add_subcommand("eval", "Measure a part of Shrike against labelled data");
  eval->require_subcommand(1);
  add_eval_detect(*eval, exit_code);
  add_eval_track(*eval, exit_code);
  add_eval_visits(*eval, exit_code);
  add_eval_concealment(*eval, exit_code);
  add_eval_movement(*eval, exit_code);
  add_eval_usl(*eval, exit_code);
  add_eval_store(*eval, exit_code);
}

}  // namespace shrike

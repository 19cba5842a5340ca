#include <CLI/CLI.hpp>

#include "cli/cli.h"
#include "cli/movement_commands.h"

namespace shrike {

void add_train(CLI::App& app, int& exit_code) {
  CLI::App* train = app.add_subcommand("train", "Train a network on your own shop's normal days");
  train->require_subcommand(1);
  add_train_concealment(*train, exit_code);
  add_train_movement(*train, exit_code);
}

}  // namespace shrike

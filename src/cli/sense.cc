#include "cli/sense.h"

#include <CLI/CLI.hpp>

#include "cli/cli.h"

namespace shrike {

void add_sense(CLI::App& app, int& exit_code) {
  CLI::App* sense = app.add_subcommand("sense", "Look at what sensors and tills send");
  sense->require_subcommand(1);
  add_sense_llrp(*sense, exit_code);
  add_sense_mqtt(*sense, exit_code);
  add_sense_rfid(*sense, exit_code);
  add_sense_till(*sense, exit_code);
  add_sense_weight(*sense, exit_code);
}

}  // namespace shrike

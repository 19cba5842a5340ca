#include "cli/cli.h"

#include <CLI/CLI.hpp>

#include "base/log.h"

namespace shrike {

int run_cli(int argc, char** argv) {
  start_log(spdlog::level::info);
  CLI::App app{
      "Shrike: retail loss prevention. How much stock vanishes, where and why, and whether it is happening now."};
  app.name("shrike");
  app.require_subcommand(1);
  int exit_code = kDone;
  add_demo(app, exit_code);
  add_watch(app, exit_code);
  add_serve(app, exit_code);
  add_config(app, exit_code);
  add_eval(app, exit_code);
  add_insight(app, exit_code);
  add_model(app, exit_code);
  add_risk(app, exit_code);
  add_sense(app, exit_code);
  add_sim(app, exit_code);
  add_train(app, exit_code);
  add_usl(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kBadInput;
  }
  return exit_code;
}

}  // namespace shrike

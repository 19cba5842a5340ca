#include "cli/usl_study.h"

#include <CLI/CLI.hpp>

namespace shrike {

void add_study_options(CLI::App& command, StudyArgs& args) {
  add_loss_options(command, args.common);
  command.add_option("--seed", args.seed, "Seed of every draw")->capture_default_str();
  command.add_option("--top", args.top, "Lines of the long tables; JSON has all")->capture_default_str();
  command.add_option("--html", args.html, "Write a page with plots to this file too");
}

void add_fdr_option(CLI::App& command, double& rate) {
  command.add_option("--fdr", rate, "False discovery rate")->check(CLI::Range(0.001, 0.5))->capture_default_str();
}

}  // namespace shrike

#pragma once
// What the studies of `shrike usl` (compare, correlate, cause) share.

#include "cli/usl_losses.h"

namespace shrike {

struct StudyArgs {
  LossArgs common;
  std::string html;
  uint64_t seed = 1;
  size_t top = 20;
};
void add_study_options(CLI::App& command, StudyArgs& args);
/// --fdr, of those that list leads.
void add_fdr_option(CLI::App& command, double& rate);

// Below `shrike usl`, as in cli/cli.h.
void add_usl_compare(CLI::App& usl, int& exit_code);
void add_usl_correlate(CLI::App& usl, int& exit_code);
void add_usl_cause(CLI::App& usl, int& exit_code);

}  // namespace shrike

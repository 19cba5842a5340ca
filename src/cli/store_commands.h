#pragma once
// Commands of simulated stores, below `sim` and `eval`.

#include <CLI/CLI.hpp>

namespace shrike {

void add_sim_store(CLI::App& sim, int& exit_code);
void add_sim_walks(CLI::App& sim, int& exit_code);
void add_sim_replay(CLI::App& sim, int& exit_code);
void add_sim_drive(CLI::App& sim, int& exit_code);
void add_eval_store(CLI::App& eval, int& exit_code);

}  // namespace shrike

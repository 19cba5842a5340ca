#pragma once
// Commands of the movement model, below `train` and `eval`.

#include <CLI/CLI.hpp>

namespace shrike {

void add_train_movement(CLI::App& train, int& exit_code);
void add_eval_movement(CLI::App& eval, int& exit_code);

}  // namespace shrike

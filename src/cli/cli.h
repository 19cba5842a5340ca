#pragma once
namespace CLI {
class App;
}

namespace shrike {

/// Exit codes of every subcommand.
enum ExitCode { kDone = 0, kFailed = 1, kBadInput = 2 };

/// Parses the command line and runs the subcommand; returns its exit code.
int run_cli(int argc, char** argv);

// Each subcommand registers itself with its options, help and example; its callback stores the exit code in
// `exit_code`. One file a subcommand: cli/<name>.cc.
void add_config(CLI::App& app, int& exit_code);
void add_model(CLI::App& app, int& exit_code);
void add_watch(CLI::App& app, int& exit_code);
void add_serve(CLI::App& app, int& exit_code);
void add_demo(CLI::App& app, int& exit_code);
void add_eval(CLI::App& app, int& exit_code);
void add_eval_detect(CLI::App& eval, int& exit_code);  // below eval
void add_eval_track(CLI::App& eval, int& exit_code);
void add_eval_visits(CLI::App& eval, int& exit_code);
void add_eval_concealment(CLI::App& eval, int& exit_code);
void add_eval_usl(CLI::App& eval, int& exit_code);
void add_insight(CLI::App& app, int& exit_code);
void add_risk(CLI::App& app, int& exit_code);
void add_sense(CLI::App& app, int& exit_code);
void add_sim(CLI::App& app, int& exit_code);
void add_sim_chain(CLI::App& sim, int& exit_code);  // below sim
void add_train(CLI::App& app, int& exit_code);
void add_train_concealment(CLI::App& train, int& exit_code);  // below train
void add_usl(CLI::App& app, int& exit_code);
void add_usl_import(CLI::App& usl, int& exit_code);  // below usl
void add_usl_status(CLI::App& usl, int& exit_code);
void add_usl_report(CLI::App& usl, int& exit_code);
void add_usl_nowcast(CLI::App& usl, int& exit_code);
void add_usl_forecast(CLI::App& usl, int& exit_code);
void add_usl_plan(CLI::App& usl, int& exit_code);
void add_usl_backtest(CLI::App& usl, int& exit_code);
void add_usl_priors(CLI::App& usl, int& exit_code);
void add_usl_train(CLI::App& usl, int& exit_code);

}  // namespace shrike

#include <CLI/CLI.hpp>
#include <memory>

#include "base/child.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/trainer.h"

namespace shrike {
namespace {

struct TrainConcealmentArgs {
  std::string data, out;
};

/// The trainer prints what it found, and what is wrong with the data.
Result<void> train_concealment(const TrainConcealmentArgs& args) {
  TRY(const pid_t child, start_child({
                             trainer().string(),
                             "concealment",
                             "--data",
                             args.data,
                             "--out",
                             args.out,
                         }));
  const auto done = wait_for_children({child});
  return done ? Result<void>() : fail(done.error(), "shrike-train");
}

}  // namespace

void add_train_concealment(CLI::App& train, int& exit_code) {
  auto* command = train.add_subcommand(
      "concealment", "A network that scores hands that hide something, learnt from poses of normal shopping");
  auto args = std::make_shared<TrainConcealmentArgs>();
  command->add_option("--data", args->data, "Folder whose train/ holds clips of normal shopping (PoseLift's JSON)")
      ->required();
  command->add_option("--out", args->out, "ONNX file to write")->required();
  command->footer("Example: shrike train concealment --data poses --out concealment.onnx");
  command->callback([args, &exit_code] { exit_code = finish_command("train concealment", train_concealment(*args)); });
}

}  // namespace shrike

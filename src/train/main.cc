// shrike-train: the process that trains with libtorch, so that the program that watches does not carry it. `shrike usl
// train` starts it, once a worker.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "train/loss_net_training.h"

namespace shrike {
namespace {

constexpr size_t kRowsBytesMax = size_t{4} << 30U;

struct Options {
  NetTraining how;
  std::string rows, out, meet;
  unsigned seconds = 3600;
};

Result<void> train(const Options& options) {
  TRY(const std::string bytes, read_file(options.rows, kRowsBytesMax));
  TRY(const ChallengeRows rows, rows_from_cbor(bytes));
  TRY(const LossNet net, train_loss_net(rows, options.how));
  return options.how.rank == 0 ? write_file(options.out, to_text(net)) : Result<void>();
}

}  // namespace
}  // namespace shrike

int main(int argc, char** argv) {
  shrike::Options options;
  CLI::App app("Trains the network that `shrike usl train` judges. Started by it; not meant to be run by hand.");
  app.add_option("--rows", options.rows, "Table of counts")->required();
  app.add_option("--out", options.out, "File for the net")->required();
  app.add_option("--seed", options.how.seed, "Seed of every draw");
  app.add_option("--threads", options.how.threads, "Threads")->check(CLI::Range(1, 256));
  app.add_option("--rank", options.how.rank, "Which of the workers this is");
  app.add_option("--workers", options.how.workers, "Processes that train together")->check(CLI::Range(1, 64));
  app.add_option("--meet", options.meet, "File through which they find each other");
  app.add_option("--seconds", options.seconds, "Deadline");
  CLI11_PARSE(app, argc, argv);
  options.how.meet = options.meet;
  ::alarm(options.seconds);
  const auto done = shrike::train(options);
  if (!done) fmt::print(stderr, "{}\n", done.error().message);
  return done ? 0 : 1;
}

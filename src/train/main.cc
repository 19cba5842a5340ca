// shrike-train: the process that trains with libtorch, so that the program that watches does not carry it. Started by
// `shrike usl train` (once a worker), `shrike train concealment` and `shrike train movement`.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/file.h"
#include "behaviour/pose_lift.h"
#include "train/concealment_graph.h"
#include "train/loss_net_training.h"
#include "train/movement_training.h"
#include "vision/runtime.h"

namespace shrike {
namespace {

constexpr size_t kRowsBytesMax = size_t{4} << 30U;

struct LossOptions {
  NetTraining how;
  std::string rows, out, meet;
  unsigned seconds = 3600;
};

struct ConcealmentOptions {
  std::string data, out;
};

struct MovementOptions {
  MovementTraining how;
  std::string rows, out;
};

Result<void> train_walks(const MovementOptions& options) {
  TRY(const std::string bytes, read_file(options.rows, kRowsBytesMax));
  TRY(const MovementRows rows, movement_rows_from_cbor(bytes));
  TRY(const TrainedMovement trained, train_movement(rows, options.how));
  return write_file(options.out, to_json(trained.net).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Result<void> train_losses(const LossOptions& options) {
  TRY(const std::string bytes, read_file(options.rows, kRowsBytesMax));
  TRY(const ChallengeRows rows, rows_from_cbor(bytes));
  TRY(const LossNet net, train_loss_net(rows, options.how));
  return options.how.rank == 0 ? write_file(options.out, to_text(net)) : Result<void>();
}

Result<void> train_hands(const ConcealmentOptions& options) {
  TRY(const Runtime runtime, Runtime::open());
  TRY(const auto clips, read_pose_clips(std::filesystem::path(options.data) / "train"));
  TRY(const auto trained, train_concealment(clips));
  TRY_VOID(runtime.build(concealment_graph(trained), {.save_as = options.out}));
  fmt::print("{}: learnt from {} clips, {:.1f} h of normal shopping\n", options.out, clips.size(),
             hours_of(trained.other_clips));
  fmt::print(
      "False alarms an hour of shopping that was left out, clip by clip and camera by camera:\n"
      "{:>10}  {:>11}  {:>13}\n",
      "threshold", "other clips", "other cameras");
  for (const OperatingPoint& p : trained.points)
    fmt::print("{:>10.2f}  {:>11.1f}  {:>13.1f}\n", p.threshold, p.per_hour_other_clips, p.per_hour_other_cameras);
  return {};
}

void add_losses(CLI::App& app, LossOptions& options) {
  CLI::App* losses = app.add_subcommand("losses", "The network that `shrike usl train` judges");
  losses->add_option("--rows", options.rows, "Table of counts")->required();
  losses->add_option("--out", options.out, "File for the net")->required();
  losses->add_option("--seed", options.how.seed, "Seed of every draw");
  losses->add_option("--threads", options.how.threads, "Threads")->check(CLI::Range(1, 256));
  losses->add_option("--rank", options.how.rank, "Which of the workers this is");
  losses->add_option("--workers", options.how.workers, "Processes that train together")->check(CLI::Range(1, 64));
  losses->add_option("--meet", options.meet, "File through which they find each other");
  losses->add_option("--seconds", options.seconds, "Deadline");
}

void add_concealment(CLI::App& app, ConcealmentOptions& options) {
  CLI::App* hands = app.add_subcommand("concealment", "The network of `shrike train concealment`");
  hands->add_option("--data", options.data, "Folder with train/")->required();
  hands->add_option("--out", options.out, "File for the network")->required();
}

void add_movement(CLI::App& app, MovementOptions& options) {
  CLI::App* walks = app.add_subcommand("movement", "The network of `shrike train movement`");
  walks->add_option("--rows", options.rows, "Table of walks")->required();
  walks->add_option("--out", options.out, "File for the net")->required();
  walks->add_option("--seed", options.how.seed, "Seed of every draw");
  walks->add_option("--threads", options.how.threads, "Threads")->check(CLI::Range(1, 256));
}

int ended(const Result<void>& done) {
  if (done) return 0;
  fmt::print(stderr, "shrike-train: {}\n", done.error().message);
  return done.error().kind == Error::Kind::bad_input ? 2 : 1;
}

}  // namespace
}  // namespace shrike

int main(int argc, char** argv) {
  CLI::App app("Trains networks. Started by shrike; not meant to be run by hand.");
  app.require_subcommand(1);
  shrike::LossOptions losses;
  shrike::ConcealmentOptions hands;
  shrike::add_losses(app, losses);
  shrike::add_concealment(app, hands);
  shrike::MovementOptions walks;
  shrike::add_movement(app, walks);
  CLI11_PARSE(app, argc, argv);
  if (app.got_subcommand("concealment")) return shrike::ended(shrike::train_hands(hands));
  if (app.got_subcommand("movement")) return shrike::ended(shrike::train_walks(walks));
  losses.how.meet = losses.meet;
  ::alarm(losses.seconds);
  return shrike::ended(shrike::train_losses(losses));
}

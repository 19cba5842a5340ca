// The network as a challenger: trained by another process, reckoned here.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scratch_folder.h"
#include "shrink/challenger.h"

extern char** environ;

namespace shrike {
namespace {

constexpr size_t kNetBytesMax = size_t{1} << 30U;
constexpr int kDeadline_s = 3600;

class Net final : public Challenger {
 public:
  explicit Net(LossNet net) : net_(std::move(net)) {}
  [[nodiscard]] ChallengerKind kind() const override { return ChallengerKind::net; }
  [[nodiscard]] Result<std::vector<double>> predict(const ChallengeRows& rows) const override {
    return shrike::predict(net_, rows);
  }
  [[nodiscard]] Result<void> save(const std::filesystem::path& file) const override {
    return write_file(file, to_text(net_));
  }

 private:
  LossNet net_;
};

Result<pid_t> start(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, arguments[0], nullptr, nullptr, arguments.data(), environ);
  if (error != 0) return fail(fmt::format("{}: cannot be started: {}", command.front(), std::strerror(error)));
  return child;
}

/// Waits for all; what one of them says on standard error is the user's to read. They end by themselves at their
/// deadline.
Result<void> wait_for(const std::vector<pid_t>& children) {
  bool good = true;
  for (auto child = children.begin(); child != children.end(); ++child) {
    int status = 0;
    while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
    // One that was waited for already may be another program's process by now.
    if (good) std::for_each(child + 1, children.end(), [](pid_t later) { ::kill(later, SIGTERM); });
    good = false;
  }
  return good ? Result<void>() : fail("shrike-train failed");
}

}  // namespace

Result<std::unique_ptr<Challenger>> train_net(const ChallengeRows& rows, const TrainOptions& options) {
  TRY(const ScratchFolder folder, ScratchFolder::make());
  const auto table = folder.path() / "rows.cbor", out = folder.path() / "net.json";
  TRY_VOID(write_file(table, to_cbor(rows)));
  std::vector<pid_t> children;
  for (int rank = 0; rank < options.workers; ++rank) {
    auto child = start({options.trainer.string(), "--rows", table.string(), "--out", out.string(), "--seed",
                        std::to_string(options.seed), "--threads", std::to_string(options.threads), "--rank",
                        std::to_string(rank), "--workers", std::to_string(options.workers), "--meet",
                        (folder.path() / "meet").string(), "--seconds", std::to_string(kDeadline_s)});
    if (!child) {
      for (const pid_t other : children) ::kill(other, SIGTERM);
      (void)wait_for(children);
      return tl::unexpected(child.error());
    }
    children.push_back(*child);
  }
  TRY_VOID(wait_for(children));
  return load_net(out);
}

Result<std::unique_ptr<Challenger>> load_net(const std::filesystem::path& file) {
  TRY(const std::string text, read_file(file, kNetBytesMax));
  TRY(LossNet net, loss_net_from(text, file.string()));
  return std::unique_ptr<Challenger>(std::make_unique<Net>(std::move(net)));
}

}  // namespace shrike

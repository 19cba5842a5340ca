// The network as a challenger: trained by another process, reckoned here.
#include <csignal>

#include "base/child.h"
#include "base/file.h"
#include "base/scratch_folder.h"
#include "shrink/challenger.h"

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

}  // namespace

Result<std::unique_ptr<Challenger>> train_net(const ChallengeRows& rows, const TrainOptions& options) {
  TRY(const ScratchFolder folder, ScratchFolder::make());
  const auto table = folder.path() / "rows.cbor", out = folder.path() / "net.json";
  TRY_VOID(write_file(table, to_cbor(rows)));
  std::vector<pid_t> children;
  for (int rank = 0; rank < options.workers; ++rank) {
    auto child = start_child({options.trainer.string(), "losses", "--rows", table.string(), "--out", out.string(),
                              "--seed", std::to_string(options.seed), "--threads", std::to_string(options.threads),
                              "--rank", std::to_string(rank), "--workers", std::to_string(options.workers), "--meet",
                              (folder.path() / "meet").string(), "--seconds", std::to_string(kDeadline_s)});
    if (!child) {
      for (const pid_t other : children) ::kill(other, SIGTERM);
      (void)wait_for_children(children);
      return tl::unexpected(child.error());
    }
    children.push_back(*child);
  }
  if (const auto done = wait_for_children(children); !done) return fail(done.error(), "shrike-train");
  return load_net(out);
}

Result<std::unique_ptr<Challenger>> load_net(const std::filesystem::path& file) {
  TRY(const std::string text, read_file(file, kNetBytesMax));
  TRY(LossNet net, loss_net_from(text, file.string()));
  return std::unique_ptr<Challenger>(std::make_unique<Net>(std::move(net)));
}

}  // namespace shrike

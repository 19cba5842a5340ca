#pragma once
// Models that may speak instead of the baseline where they have proved better (docs/usl.md, "Challengers"): each learns
// only what the baseline leaves over, as a factor on its expected loss.

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "shrink/loss_net.h"

namespace shrike {

enum class ChallengerKind { trees, net };
inline constexpr std::array<ChallengerKind, 2> kChallengerKinds{ChallengerKind::trees, ChallengerKind::net};
[[nodiscard]] inline const char* to_string(ChallengerKind kind) {
  return kind == ChallengerKind::trees ? "trees" : "net";
}

class Challenger {
 public:
  virtual ~Challenger() = default;
  [[nodiscard]] virtual ChallengerKind kind() const = 0;
  /// Expected loss of each row, units. Of one row the same whatever the others are, and whatever the threads.
  [[nodiscard]] virtual Result<std::vector<double>> predict(const ChallengeRows& rows) const = 0;
  /// Writes itself to one file.
  [[nodiscard]] virtual Result<void> save(const std::filesystem::path& file) const = 0;
};

struct TrainOptions {
  std::vector<ChallengerKind> kinds{ChallengerKind::trees};
  uint64_t seed = 1;
  int threads = 2;
  int workers = 1;                ///< processes that train a net together
  std::filesystem::path trainer;  ///< the program shrike-train, for a net
};

/// Gradient boosted trees, count:poisson, the baseline as base margin. Rounds by early stopping on a seventh of the
/// stores.
[[nodiscard]] Result<std::unique_ptr<Challenger>> train_trees(const ChallengeRows& rows, const TrainOptions& options);
[[nodiscard]] Result<std::unique_ptr<Challenger>> load_trees(const std::filesystem::path& file);

/// A network with embeddings of store, category and product (shrink/loss_net.h), trained by shrike-train in processes
/// of its own.
[[nodiscard]] Result<std::unique_ptr<Challenger>> train_net(const ChallengeRows& rows, const TrainOptions& options);
[[nodiscard]] Result<std::unique_ptr<Challenger>> load_net(const std::filesystem::path& file);

}  // namespace shrike

#pragma once
// Models that may speak instead of the baseline where they have proved better (docs/usl.md, "Challengers"): each learns
// only what the baseline leaves over, as a factor on its expected loss.

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "shrink/loss_net.h"
#include "shrink/nowcast.h"

namespace shrike {

/// Rows of `which` intervals; the offset is the nowcaster's, which must not have learnt from them.
[[nodiscard]] ChallengeRows challenge_rows(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
                                           const std::vector<uint32_t>& which);

enum class ChallengerKind { trees, net };
inline constexpr std::array<ChallengerKind, 2> kChallengerKinds{ChallengerKind::trees, ChallengerKind::net};
[[nodiscard]] const char* to_string(ChallengerKind kind);

class Challenger {
 public:
  virtual ~Challenger() = default;
  [[nodiscard]] virtual ChallengerKind kind() const = 0;
  /// Expected loss of each row, units.
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

/// Gradient boosted trees, count:poisson, the baseline as base margin. Rounds by early stopping on a tenth of the
/// stores.
[[nodiscard]] Result<std::unique_ptr<Challenger>> train_trees(const ChallengeRows& rows, const TrainOptions& options);
[[nodiscard]] Result<std::unique_ptr<Challenger>> load_trees(const std::filesystem::path& file);

/// A network with embeddings of store, category and product (shrink/loss_net.h), trained by shrike-train in processes
/// of its own.
[[nodiscard]] Result<std::unique_ptr<Challenger>> train_net(const ChallengeRows& rows, const TrainOptions& options);
[[nodiscard]] Result<std::unique_ptr<Challenger>> load_net(const std::filesystem::path& file);

/// How a challenger did on counts that neither it nor the baseline had seen, and whether it speaks from now on.
struct Trial {
  std::string challenger;
  size_t counts = 0, areas = 0;
  double baseline_deviance = 0, deviance = 0;
  double gain = 0, gain_low = 0, gain_high = 0;  ///< share of the baseline's deviance; 95 % by bootstrap over areas
  double total_ratio = 1;                        ///< predicted / counted
  bool promoted = false;
  std::string why;
};

/// Promoted where deviance falls by ≥ 2 %, its interval excludes 0, and the total is within ±5 %.
[[nodiscard]] Trial judge(const LossData& data, const std::vector<uint32_t>& which, const std::string& challenger,
                          const std::vector<double>& baseline, const std::vector<double>& mean);

/// A challenger with the story of its training. The last fifth of the period is held out: learnt is before, judged
/// after. Of several, the one that is promoted with the least deviance; where none is, the one with the least.
struct Trained {
  std::unique_ptr<Challenger> model;
  Trial trial;
  std::vector<Trial> trials;  ///< of all that were trained, this one's too
  double learnt_until = 0;    ///< day
  size_t learnt_counts = 0;
};
[[nodiscard]] Result<Trained> train_and_judge(const LossData& data, const Layout& layout, const TrainOptions& options);

/// Writes `model.<kind>` and `model.json` (format, kind, features, data fingerprint, trial) into `folder`.
[[nodiscard]] Result<void> save_trained(const Trained& trained, const std::string& fingerprint,
                                        const std::filesystem::path& folder);
/// Reads them back; a newer format or an unknown kind is refused by name. `fingerprint` gets that of the data it saw.
[[nodiscard]] Result<Trained> load_trained(const std::filesystem::path& folder, std::string& fingerprint);

}  // namespace shrike

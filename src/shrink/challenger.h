#pragma once
// Models that may speak instead of the baseline where they have proved better (docs/usl.md, "Challengers"): each learns
// only what the baseline leaves over, as a factor on its expected loss.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "shrink/nowcast.h"

namespace shrike {

/// What a challenger sees of counts: features row by row, and the baseline's expectation made without these counts.
struct ChallengeRows {
  std::vector<std::string> names;  ///< of the columns
  std::vector<float> x;            ///< rows × columns
  std::vector<int32_t> store, category, product;
  std::vector<float> log_offset;  ///< ln of the baseline's expected loss
  std::vector<float> y;           ///< loss found, ≥ 0; empty where it is asked for
  [[nodiscard]] size_t rows() const { return log_offset.size(); }
  [[nodiscard]] size_t columns() const { return names.size(); }
};

/// Rows of `which` intervals; the offset is the nowcaster's, which must not have learnt from them.
[[nodiscard]] ChallengeRows challenge_rows(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
                                           const std::vector<uint32_t>& which);

class Challenger {
 public:
  virtual ~Challenger() = default;
  [[nodiscard]] virtual const char* kind() const = 0;
  /// Expected loss of each row, units.
  [[nodiscard]] virtual Result<std::vector<double>> predict(const ChallengeRows& rows) const = 0;
  /// Writes itself to one file.
  [[nodiscard]] virtual Result<void> save(const std::filesystem::path& file) const = 0;
};

struct TrainOptions {
  uint64_t seed = 1;
  int threads = 2;
};

/// Gradient boosted trees, count:poisson, the baseline as base margin. Rounds by early stopping on a tenth of the
/// stores.
[[nodiscard]] Result<std::unique_ptr<Challenger>> train_trees(const ChallengeRows& rows, const TrainOptions& options);
[[nodiscard]] Result<std::unique_ptr<Challenger>> load_trees(const std::filesystem::path& file);

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
/// after.
struct Trained {
  std::unique_ptr<Challenger> model;
  Trial trial;
  double learnt_until = 0;  ///< day
  size_t learnt_counts = 0;
};
[[nodiscard]] Result<Trained> train_and_judge(const LossData& data, const Layout& layout, const TrainOptions& options);

/// Writes `model.<kind>` and `model.json` (format, kind, features, data fingerprint, trial) into `folder`.
[[nodiscard]] Result<void> save_trained(const Trained& trained, const std::string& fingerprint,
                                        const std::filesystem::path& folder);
/// Reads them back; a newer format or an unknown kind is refused by name. `fingerprint` gets that of the data it saw.
[[nodiscard]] Result<Trained> load_trained(const std::filesystem::path& folder, std::string& fingerprint);

}  // namespace shrike

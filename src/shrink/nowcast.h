#pragma once
// What a count would show: the long-run model, what the interval's last days tell (a shelf that should sell and does
// not), and a spread that is calibrated on counts the model had not seen.

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "shrink/challenger.h"
#include "shrink/loss_model.h"
#include "shrink/spread.h"

namespace shrike {

[[nodiscard]] std::vector<Asked> asked_of(const LossData& data, const Layout& layout,
                                          const std::vector<uint32_t>& intervals);

/// A challenger that speaks instead of the baseline, in the views that are marked.
struct Speaker {
  std::shared_ptr<const Challenger> model;  ///< none: the baseline speaks
  std::array<bool, kViews> views{};
  double learnt_until = 0;  ///< day; it has seen no count after it
  [[nodiscard]] bool in(View view) const { return model != nullptr && views[static_cast<size_t>(view)]; }
};

/// What can be said of one interval before it is counted.
struct Outlook {
  double mean = 0;                       ///< expected V, units
  double empty = 0;                      ///< probability that the shelf is empty while the book is not
  double low = 0, median = 0, high = 0;  ///< V's 5 %, 50 % and 95 % points, calibrated
};

/// How nominal probabilities read in truth, for predicted means up to `mean_up_to`: at[k] is the share of calibration
/// counts whose nominal probability was at most k / (size - 1).
struct Recalibration {
  double mean_up_to = 0;
  std::vector<double> at;
};

/// What was learnt, for one view, from counts that the model was refitted without.
struct Calibration {
  std::array<double, 2> scale{1, 1};  ///< of a nowcast: on the mean where goods are left; on the chance that none are
  double level = 1;                   ///< on a challenger's factor: its total is the baseline's
  double loss_size = 2;               ///< negative binomial size of what the multipliers do not explain
  double loss_clump = 1.2;            ///< variance / mean of losses at a known rate: units leave in groups
  std::vector<Recalibration> bands;   ///< by predicted mean, ascending; empty where there were too few counts
  size_t counts = 0;                  ///< it rests on so many
  /// A store's total errs by so many times the root of its counts' summed variances: their errors are not independent.
  double total_spread = 1;
};

class Nowcaster {
 public:
  /// Fits the model on the intervals that `options` lets in, and calibrates it on fifths of them that it is refitted
  /// without. A `speaker` keeps that scale and, over all counts, the baseline's total; its spread is calibrated on each
  /// cell's next count after the day until which it had learnt, looked at by a model that knows only what it knew then.
  /// Where there are too few, the baseline's stays.
  static Result<Nowcaster> fit(const LossData& data, const Layout& layout, const FitOptions& options,
                               const Speaker& speaker = {});

  /// Lets `speaker` speak with the baseline's calibration, or, given none, the baseline itself again.
  void let_speak(const Speaker& speaker);

  [[nodiscard]] const LossModel& model() const { return net_; }
  /// Of who speaks in that view.
  [[nodiscard]] const Calibration& calibration(View view) const {
    return (speaker_.in(view) ? spoken_ : calibration_)[static_cast<size_t>(view)];
  }

  /// What the V of each is made of, by who speaks in `view`. Bit-equal whatever the threads.
  [[nodiscard]] Result<std::vector<SpreadParts>> parts(const LossData& data, const std::vector<Asked>& asked, View view,
                                                       int threads) const;
  /// `spread`: spread_of(parts).
  [[nodiscard]] Outlook outlook(const SpreadParts& parts, const Spread& spread, const Interval& interval,
                                View view) const;
  /// Expected V of those parts, units that receipts left out of the book taken off.
  [[nodiscard]] static double mean(const SpreadParts& parts, const Interval& interval);
  /// What a nominal probability is worth at this predicted mean.
  [[nodiscard]] double calibrated(double nominal, double mean, View view) const;

  /// What a challenger is shown of them: the baseline's offset, and no `y`.
  [[nodiscard]] ChallengeRows rows(const LossData& data, std::span<const Asked> asked, View view, int threads) const;

  /// Chance that one delivered case of a vendor was missing and not credited.
  [[nodiscard]] double missing_case(int vendor) const;
  /// Standard deviation of one count's error, units.
  [[nodiscard]] double count_error_sd() const { return count_error_sd_; }

 private:
  friend class NowcastFit;
  /// The interval as it looks from its beginning: its length, and sales and stock as usual in the cell.
  [[nodiscard]] Interval unseen(const Asked& asked) const;
  /// `factor` on the baseline's expected loss; 1 where the baseline speaks.
  [[nodiscard]] SpreadParts parts(const LossData& data, const Asked& asked, View view, const Calibration& calibration,
                                  double factor) const;
  /// The speaker's factor on each.
  [[nodiscard]] Result<std::vector<double>> factors(const LossData& data, const std::vector<Asked>& asked, View view,
                                                    int threads) const;

  LossModel net_, gain_;
  std::array<Calibration, kViews> calibration_;  ///< the baseline's, which a challenger's offset rests on too
  Speaker speaker_;
  std::array<Calibration, kViews> spoken_;  ///< the speaker's
  /// logit(empty) = w0 + w1 · logit P(loss ≥ book) + w2 · units that should have been sold since the last sale
  std::array<double, 3> empty_{-0.5, 1, 0.6};
  std::vector<double> missing_case_;  ///< by vendor; last: vendor not known
  std::vector<float> usual_stock_;    ///< by cell: book stock, mean over the intervals learnt from
  double count_error_sd_ = 0;
  int categories_ = 1;
};

}  // namespace shrike

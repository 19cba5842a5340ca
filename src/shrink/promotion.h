#pragma once
// Whether a challenger may speak: it learns from the early part of the period, is calibrated on the next, and held
// against the baseline on the last (docs/usl.md, "Challengers").

#include <limits>
#include <string>
#include <vector>

#include "shrink/nowcast.h"

namespace shrike {

/// How a challenger did in one view, on counts that neither it, nor its calibration, nor the baseline had seen.
struct Trial {
  std::string challenger;
  size_t counts = 0, areas = 0;
  double baseline_deviance = 0, deviance = 0;    ///< negative binomial, a count
  double gain = 0, gain_low = 0, gain_high = 0;  ///< share of the baseline's deviance; 95 % by bootstrap over areas
  double total_ratio = 1;                        ///< predicted / counted, net of gains

  /// Whether it speaks: deviance falls by ≥ 2 %, the interval of that excludes 0, and the total is within ±5 %.
  [[nodiscard]] bool promoted() const;
  /// Which of these decided, with its figures.
  [[nodiscard]] std::string why() const;
};
using Trials = std::array<Trial, kViews>;  ///< by view

/// `baseline` and `mean` are the expected V of `which` intervals.
[[nodiscard]] Trial judge(const LossData& data, const std::vector<uint32_t>& which, const std::string& challenger,
                          const std::vector<double>& baseline, const std::vector<double>& mean);

/// A challenger with the story of its training.
struct Trained {
  std::shared_ptr<const Challenger> model;
  Trials trials;
  double learnt_until = 0;  ///< day; calibrated and judged was after it
  size_t learnt_counts = 0;

  /// It, in the views in which it was promoted.
  [[nodiscard]] Speaker speaker() const;
};

/// Of every kind asked for, first the one that should be kept: promoted in most views, then with least deviance. Only
/// what was counted by `until_day` is looked at; the last 15 % of that time are held out.
[[nodiscard]] Result<std::vector<Trained>> train_and_judge(const LossData& data, const Layout& layout,
                                                           const TrainOptions& options,
                                                           double until_day = std::numeric_limits<double>::infinity());

}  // namespace shrike

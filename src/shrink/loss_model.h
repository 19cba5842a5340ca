#pragma once
// The estimator: how much of each product each store loses between two counts.
//
// E[V] of an interval is a chain-wide rate × powers of its exposure × one multiplier a level (store, category, product,
// store × category, store × product). Each multiplier has a Gamma(α, α) prior, α by marginal likelihood, so that little
// data says little (empirical Bayes; Clayton & Kaldor 1987). docs/usl.md gives the formulas and what was tried.

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/result.h"
#include "shrink/intervals.h"

namespace shrike {

/// What drives an interval's loss besides its multipliers; the model's exponents belong to these, in this order.
enum class Driver { days, days_over_60, days_over_180, sales_rate, stock, season_cos, season_sin };
inline constexpr int kDrivers = 7;
using Exponents = std::array<double, kDrivers>;

enum class Level { store, category, product, store_category, cell, kind, attention };
inline constexpr int kLevels = 7;
[[nodiscard]] const char* to_string(Level level);

/// Which cell (store × product) each interval is of; made once for a LossData.
struct Layout {
  std::vector<int32_t> cell;  ///< of each interval
  /// Of each interval: how often its cell had been counted on suspicion before it began; 3 = three times or more.
  std::vector<uint8_t> attention;
  std::vector<int32_t> cell_product;  ///< of each cell
  std::vector<int32_t> cell_store;
  [[nodiscard]] int cells() const { return static_cast<int>(cell_product.size()); }
};
[[nodiscard]] Layout layout_of(const LossData& data);

/// Something that is asked about: an interval, past, open or still to come, with its cell and attention in the layout
/// that the model was fitted with.
struct Asked {
  Interval interval;
  int cell = 0;
  int attention = 0;
};

/// Which side of V a fit explains.
enum class Side {
  net,   ///< loss less gain
  gain,  ///< only what was found beyond the book, as a positive number
};

struct FitOptions {
  Side side = Side::net;
  double until_day = std::numeric_limits<double>::infinity();  ///< only intervals that closed by then are looked at
  std::vector<uint8_t> held_out;                               ///< where 1, an interval is left out; empty: none
  int threads = 1;
  int rounds = 20;
  /// What siblings are scanned as each other is told apart from the rest, and expected of them from then on. Expected
  /// losses may then be below nothing.
  bool siblings = false;
  /// Levels whose multipliers stay at 1: a comparison of stores must not know the stores.
  std::array<bool, kLevels> flat{};
};

/// A fitted chain. Everything in it follows from the intervals that the options let in.
struct LossModel {
  double base = 0;  ///< units at all drivers' reference values
  Exponents exponents{};
  double dispersion = 1;                ///< variance of an interval's loss over its mean, given every multiplier
  std::array<double, kLevels> alpha{};  ///< Gamma shapes; 0 where a level is not shrunk
  std::array<std::vector<float>, kLevels> effect;
  std::vector<float> cell_sales_rate;               ///< units a day, shrunk towards product × store
  std::vector<float> cell_expected, cell_observed;  ///< by cell: ΣM and ΣV, what its posterior rests on
  /// By cell: units a day that go out as another product of its group is scanned (above nothing) or that it is scanned
  /// for (below); empty where that was not asked.
  std::vector<float> cell_mixed_up;
  size_t intervals = 0;
  double last_day = 0;

  /// Expected net loss of an interval (units; gains taken off), as of a full count at its end. Says nothing of what the
  /// interval's own last days show (see Nowcaster).
  [[nodiscard]] double rate_mean(const LossData& data, const Layout& layout, size_t interval) const;
  /// The same of any interval of a cell, also one that is still to come.
  [[nodiscard]] double rate_mean(const LossData& data, const Asked& asked, int categories) const;
  /// Of that, what comes of scans of a sibling.
  [[nodiscard]] double mixed_up(const Asked& asked) const;
  /// Units a day that a cell sells.
  [[nodiscard]] double sales_rate(int cell) const { return cell_sales_rate[static_cast<size_t>(cell)]; }
};

/// Fits the chain. Fails where no interval is left to learn from.
[[nodiscard]] Result<LossModel> fit_losses(const LossData& data, const Layout& layout, const FitOptions& options);

/// Whether an interval may be learnt from under `options`.
[[nodiscard]] bool learns_from(const LossData& data, size_t interval, const FitOptions& options);

/// What the model is asked to predict of an interval: V, with units that receipts are known to have left out put back.
[[nodiscard]] inline double target(const Interval& x) {
  return static_cast<double>(x.v) + static_cast<double>(x.uom_gap);
}

}  // namespace shrike

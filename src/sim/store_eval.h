#pragma once
// Simulated stores replayed through the running store's code, with all sources and with each switched off, and judged
// by their sealed truth. SIMULATED figures: they say what this simulator makes hard or easy, not what a shop does.

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sim/store_score.h"
#include "sim/usl_gates.h"

namespace shrike {

/// One way of hearing a store: all of its sources, or without some.
struct StoreVariant {
  std::string name;
  std::set<ReplaySource> without;
};
[[nodiscard]] std::vector<StoreVariant> all_variants();

struct StoreEvalOptions {
  int threads = 2;
  double false_a_day = 3;
  /// Of each day, from the first person on: replayed, but not judged. A replay begins with a mind that knows neither
  /// the tills' clocks nor whether their word counts; a store's knows it from the day before.
  double warm_up_hours = 0;
  std::vector<StoreVariant> variants = all_variants();
  bool explain = false;                       ///< VariantResult::explained is wanted
  std::function<void(double done)> progress;  ///< share of all days
};

/// A variant over all days. Each day is judged at a threshold chosen on other seeds, or, of one seed, other days.
struct VariantResult {
  StoreVariant variant;
  Outcome outcome;
  std::vector<double> thresholds;  ///< by store, or by day
  Outcome mistakes_are_losses;     ///< the same, at thresholds chosen alike
  std::vector<CurvePoint> curve;   ///< up to twice the false alerts that are allowed
  double calibration_error = 0;
  double calibration_error_suspects = 0;  ///< of visits whose risk ended at 0.1 or more
  double basket_error = 0;                ///< of products on scales: pieces said wrongly, as a share of those held
  int raised_by_less = 0;                 ///< people whose highest risk is more than 0.01 above that with all sources
  int people = 0;
  IdentityScore identity;
  std::vector<std::string> explained;  ///< each false alert and each theft that was missed, in lines of text
};

struct StoreEval {
  StoreOrigin origin;  ///< of the first
  std::vector<uint64_t> seeds;
  int days = 0;
  std::string split;  ///< how thresholds were chosen, in words
  double slowest_day_s = 0;
  std::vector<VariantResult> variants;
};

/// `stores`: folders of `shrike sim store`, of one world.
[[nodiscard]] Result<StoreEval> eval_stores(const std::vector<std::filesystem::path>& stores,
                                            const StoreEvalOptions& options);

/// The promises of issue "Sensors, tills and the basket" that these figures can judge.
[[nodiscard]] std::vector<Gate> store_gates(const StoreEval& eval);

}  // namespace shrike

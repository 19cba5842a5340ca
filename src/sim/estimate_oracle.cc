#include "sim/estimate_oracle.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

#include "shrink/backtest.h"
#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr auto kTheft = static_cast<size_t>(SimCause::theft);

struct JudgedTotal {
  double found = 0, planted = 0;
  double gap = 0;  ///< units that receipts are known to have left out: in V, no loss, and no surprise
  [[nodiscard]] double ratio() const { return found / std::max(1e-9, planted); }
};

JudgedTotal total_of(const SimLosses& losses, const std::vector<uint32_t>& judged) {
  JudgedTotal out;
  for (const uint32_t i : judged) {
    out.found += target(losses.data.intervals[i]);
    out.gap += losses.data.intervals[i].uom_gap;
    out.planted += planted_mean(losses.truth[i]) - losses.truth[i].expected[static_cast<size_t>(SimCause::uom)];
  }
  return out;
}

/// Of the Gamma multiplier of a product in a store, all else known: posterior mean after the thefts until `day`.
std::vector<double> cell_multipliers(const World& world, const SimLosses& losses, const Layout& layout, double day) {
  const auto cells = static_cast<size_t>(layout.cells());
  std::vector<double> events(cells, 0), expected(cells, 0), out(cells, 1);
  for (size_t i = 0; i < losses.truth.size(); ++i) {
    const Interval& x = losses.data.intervals[i];
    const SimInterval& t = losses.truth[i];
    if (x.open || x.day_to > day) continue;
    const auto c = static_cast<size_t>(layout.cell[i]);
    events[c] += (1 - world.theft.sweep) * t.realised[kTheft];
    expected[c] += (1 - world.theft.sweep) * t.expected[kTheft] / std::max(1e-9, t.cell_theft);
  }
  const double shape = world.theft.cell_shape;
  for (size_t c = 0; c < cells && shape > 0; ++c) out[c] = (shape + events[c]) / (shape + expected[c]);
  return out;
}

double best_auc(const World& world, const SimLosses& losses, const Layout& layout, const std::vector<uint32_t>& judged,
                double day) {
  const auto multiplier = cell_multipliers(world, losses, layout, day);
  std::vector<double> planted, said;
  for (const uint32_t i : judged) {
    const SimInterval& t = losses.truth[i];
    const double theft = t.expected[kTheft], all = planted_mean(t);
    planted.push_back(all);
    const double known = multiplier[static_cast<size_t>(layout.cell[i])] / std::max(1e-9, t.cell_theft);
    said.push_back(all - theft + theft * known);
  }
  const double limit = quantile(planted, 0.9);
  std::vector<bool> top;
  for (const double m : planted) top.push_back(m > limit);
  return auc(said, top);
}

std::vector<uint32_t> judged_of(const SimLosses& losses, const Layout& layout, const GateOptions& options) {
  return next_counts(losses.data, layout, learn_until(losses.data, options), std::numeric_limits<double>::infinity());
}

}  // namespace

Result<EstimateOracle> estimate_oracle(const World& world, const ChainSize& size, int draws,
                                       const GateOptions& options) {
  const ChainPlan plan = plan_chain(world, size);
  const SimLosses losses = losses_of(plan);
  const Layout layout = layout_of(losses.data);
  const auto judged = judged_of(losses, layout, options);
  if (judged.size() < 200) return bad_input("too few full counts late in the chain to judge a forecast by");
  EstimateOracle out;
  out.auc = best_auc(world, losses, layout, judged, learn_until(losses.data, options));
  std::vector<double> logs;
  for (int k = 0; k < draws; ++k) {
    ChainPlan other = plan;
    other.size.seed = size.seed * 1000 + 900'001 + static_cast<uint64_t>(k);  // its stores' luck; rates are the plan's
    const SimLosses redrawn = losses_of(other);
    logs.push_back(std::log(total_of(redrawn, judged_of(redrawn, layout_of(redrawn.data), options)).ratio()));
  }
  const double n = std::max(1.0, static_cast<double>(logs.size()));
  const double mean = std::accumulate(logs.begin(), logs.end(), 0.0) / n;
  double squares = 0, outside = 0;
  for (const double x : logs) {
    squares += (x - mean) * (x - mean);
    outside += std::abs(std::exp(mean - x) - 1) > 0.05 ? 1 : 0;
  }
  const JudgedTotal total = total_of(losses, judged);
  const double log_total = mean - std::log(total.ratio());
  out.total = (std::exp(mean) * total.planted - total.gap) / (total.found - total.gap);
  out.total_sd = std::sqrt(squares / std::max(1.0, n - 1));
  out.z = out.total_sd > 0 ? log_total / out.total_sd : 0;
  out.outside = outside / n;
  return out;
}

Result<std::vector<Gate>> estimate_oracle_gates(const World& world, const ChainSize& size, int draws,
                                                const GateOptions& options) {
  TRY(const EstimateOracle o, estimate_oracle(world, size, draws, options));
  const auto shown = [](std::string name, double value) { return Gate{std::move(name), "shown", value, true}; };
  return std::vector<Gate>{
      shown("who knows every planted rate: total / counted", o.total),
      shown("who knows every planted rate: standard error of it", o.total_sd),
      shown("who knows every planted rate: z of it", o.z),
      shown(fmt::format("who knows every planted rate: of {} chains, total off by > 5 %", draws), o.outside),
      shown("who knows all but each cell's multiplier: AUC", o.auc)};
}

}  // namespace shrike

#include "sim/challenger_gates.h"

#include <fmt/format.h>
#include <limits>

#include "shrink/backtest.h"
#include "shrink/numeric.h"
#include "shrink/promotion.h"

namespace shrike {
namespace {

/// How many promotions the figures of the trials do not allow: the rule, written down a second time.
double against_the_rule(const std::vector<Trained>& trained) {
  double wrong = 0;
  for (const Trained& t : trained) {
    for (size_t v = 0; v < kViews; ++v) {
      const Trial& x = t.trials[v];
      const bool earned =
          x.deviance <= 0.98 * x.baseline_deviance && x.gain_low > 0 && x.total_ratio >= 0.95 && x.total_ratio <= 1.05;
      wrong += t.speaker().views[v] && !earned ? 1 : 0;
    }
  }
  return wrong;
}

double promotions(const std::vector<Trained>& trained) {
  double sum = 0;
  for (const Trained& t : trained) {
    for (const Trial& trial : t.trials) sum += trial.promoted() ? 1 : 0;
  }
  return sum;
}

/// Who speaks after `day`, against the counts that come then; nobody had seen them.
Result<std::vector<Gate>> speaking_gates(const LossData& data, const Layout& layout, double day, const Trained& trained,
                                         const GateOptions& options) {
  FitOptions fit;
  fit.until_day = day;
  fit.threads = options.threads;
  TRY(const Nowcaster nowcaster, Nowcaster::fit(data, layout, fit, trained.speaker()));
  Nowcaster baseline = nowcaster;
  baseline.let_speak({});
  const auto which = next_counts(data, layout, day, std::numeric_limits<double>::infinity());
  std::vector<Gate> gates;
  for (View view : {View::nowcast, View::forecast}) {
    TRY(const auto said, predict(data, layout, nowcaster, which, view, options.threads));
    TRY(const auto baseline_said, predict(data, layout, baseline, which, view, options.threads));
    const Score speaks = score("speaks", said), before = score("baseline", baseline_said);
    const auto name = fmt::format(
        "{} speaks, {}: ", trained.speaker().in(view) ? to_string(trained.model->kind()) : "baseline", to_string(view));
    gates.push_back(at_most(name + "deviance / baseline's", speaks.deviance / before.deviance, 1));
    gates.push_back(within(name + "total predicted / counted", speaks.total_ratio, 1, 0.05));
    gates.push_back(within(name + "coverage of 90 %", speaks.coverage_90, 0.90, 0.02));
    gates.push_back(within(name + "coverage of 90 %, worst decile", worst_decile(speaks), 0.90, 0.05));
  }
  return gates;
}

}  // namespace

Result<LossData> drawn_from_baseline(const LossData& data, const Layout& layout, uint64_t seed, int threads) {
  FitOptions fit;
  fit.threads = threads;
  TRY(const Nowcaster nowcaster, Nowcaster::fit(data, layout, fit));
  std::vector<uint32_t> closed;
  for (size_t i = 0; i < data.intervals.size(); ++i) {
    if (!data.intervals[i].open) closed.push_back(static_cast<uint32_t>(i));
  }
  TRY(const auto parts, nowcaster.parts(data, asked_of(data, layout, closed), View::nowcast, threads));
  LossData out = data;
  for (size_t k = 0; k < closed.size(); ++k) {
    Interval& x = out.intervals[closed[k]];
    x.v = static_cast<float>(spread_of(parts[k]).quantile(hash_uniform(seed, closed[k]))) - x.uom_gap;
  }
  return out;
}

Result<std::vector<Gate>> challenger_gates(const LossData& data, const GateOptions& options,
                                           const TrainOptions& train) {
  const Layout layout = layout_of(data);
  const double day = learn_until(data, options);
  TRY(const auto trained, train_and_judge(data, layout, train, day));
  std::vector<Gate> gates{at_most("challengers: promotions against the rule", against_the_rule(trained), 0)};
  TRY(auto speaking, speaking_gates(data, layout, day, trained.front(), options));
  gates.insert(gates.end(), speaking.begin(), speaking.end());
  TRY(const LossData nothing_more, drawn_from_baseline(data, layout, train.seed, options.threads));
  TRY(const auto idle, train_and_judge(nothing_more, layout, train, day));
  gates.push_back(at_most("challengers: promotions where V is drawn from the baseline", promotions(idle), 0));
  return gates;
}

}  // namespace shrike

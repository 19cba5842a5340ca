#include "sim/usl_gates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

#include "shrink/backtest.h"
#include "shrink/compare.h"
#include "shrink/numeric.h"

namespace shrike {
Gate at_most(std::string name, double value, double limit) {
  return {std::move(name), fmt::format("<= {:g}", limit), value, value <= limit};
}
Gate at_least(std::string name, double value, double limit) {
  return {std::move(name), fmt::format(">= {:g}", limit), value, value >= limit};
}

Gate within(std::string name, double value, double middle, double reach) {
  return {std::move(name), fmt::format("{:g} .. {:g}", middle - reach, middle + reach), value,
          std::abs(value - middle) <= reach + 1e-12};
}

double learn_until(const LossData& data, const GateOptions& options) {
  double first = 1e18, last = 0;
  for (const Interval& x : data.intervals) {
    first = std::min(first, x.day_from);
    last = std::max(last, x.day_to);
  }
  return std::floor(first + options.learn_share * (last - first));
}

double worst_decile(const Score& score) {
  double worst = 0.9;
  for (double c : score.coverage_by_decile) {
    if (std::abs(c - 0.9) > std::abs(worst - 0.9)) worst = c;
  }
  return worst;
}

double planted_mean(const SimInterval& x) { return std::accumulate(x.expected.begin(), x.expected.end(), 0.0); }

namespace {

struct Judged {
  std::vector<uint32_t> which;
  std::vector<double> planted;
  std::vector<bool> top;  ///< tenth of the counts with the greatest planted mean
  double day = 0;
};

Judged counts_to_judge(const SimLosses& losses, const Layout& layout, const GateOptions& options) {
  Judged out;
  out.day = learn_until(losses.data, options);
  out.which = next_counts(losses.data, layout, out.day, std::numeric_limits<double>::infinity());
  for (uint32_t i : out.which) out.planted.push_back(planted_mean(losses.truth[i]));
  const double limit = quantile(out.planted, 0.9);
  for (double m : out.planted) out.top.push_back(m > limit);
  return out;
}

struct StoreRanks {
  double said = 0;    ///< Spearman of what the model says of the time after the day
  double before = 0;  ///< of what was planted before it, at which nobody can look
};

/// All that happened in each store after `day`, counted yet or not. What was counted itself is a worse guide to what
/// was planted: chance is in it.
Result<StoreRanks> store_spearman(const SimLosses& losses, const Layout& layout, const Nowcaster& nowcaster, double day,
                                  int threads) {
  std::vector<double> planted(losses.data.stores.size(), 0), said(planted), before(planted);
  std::vector<uint32_t> later;
  for (size_t i = 0; i < losses.data.intervals.size(); ++i) {
    const Interval& x = losses.data.intervals[i];
    if (x.day_to > day)
      later.push_back(static_cast<uint32_t>(i));
    else
      before[static_cast<size_t>(x.store)] += planted_mean(losses.truth[i]);
  }
  TRY(const auto parts, nowcaster.parts(losses.data, asked_of(losses.data, layout, later), View::forecast, threads));
  for (size_t k = 0; k < later.size(); ++k) {
    const Interval& x = losses.data.intervals[later[k]];
    planted[static_cast<size_t>(x.store)] += planted_mean(losses.truth[later[k]]);
    said[static_cast<size_t>(x.store)] += Nowcaster::mean(parts[k], x);
  }
  return StoreRanks{spearman(said, planted), spearman(before, planted)};
}

void add_view_gates(std::vector<Gate>& gates, const std::string& view, const Score& eb, const Score& product,
                    const Score& chain) {
  gates.push_back(at_most(view + ": MAE / product mean", eb.mae / product.mae, 0.88));
  gates.push_back(at_most(view + ": MAE / chain mean", eb.mae / chain.mae, 0.70));
  gates.push_back(at_most(view + ": deviance / product mean", eb.deviance / product.deviance, 1.0));
  gates.push_back(within(view + ": total predicted / counted", eb.total_ratio, 1, 0.05));
  gates.push_back(within(view + ": coverage of 90 %", eb.coverage_90, 0.90, 0.02));
  gates.push_back(within(view + ": coverage of 90 %, worst decile", worst_decile(eb), 0.90, 0.05));
}

/// Deviance of what was planted, as the power of it that suits the counts best, no less than what suits them (where
/// more is scanned than was taken the planted mean is a gain, and still a loss may be found), and with the share of it
/// that full counts find of goods suspected never, once, twice or more: a theft that is seen ends an interval, so that
/// full counts find less than was planted, and most so where much was or somebody looks. A forecast that errs less than
/// this has seen what it must not.
double noise_floor(const Predictions& counted, const std::vector<double>& planted,
                   const std::vector<uint8_t>& attention) {
  Predictions floor = counted;
  auto deviance_at = [&](double power, double least) {
    std::array<double, 256> seen{}, said{};
    for (size_t k = 0; k < planted.size(); ++k) {
      floor.mean[k] = std::pow(std::max(planted[k], least), power);
      seen[attention[k]] += std::max(0.0, counted.seen[k]);
      said[attention[k]] += floor.mean[k];
    }
    for (size_t k = 0; k < planted.size(); ++k) floor.mean[k] *= std::max(1.0, seen[attention[k]]) / said[attention[k]];
    return score("planted", floor).deviance;
  };
  double best = std::numeric_limits<double>::infinity();
  for (const double least : {0.001, 0.01, 0.03, 0.1, 0.2, 0.4}) {
    const double power = golden_max([&](double x) { return -deviance_at(x, least); }, 0.5, 1.3, 16);
    best = std::min(best, deviance_at(power, least));
  }
  return best;
}

double mean_of_learnt(const LossData& data, const FitOptions& learnt) {
  double sum = 0, n = 0;
  for (size_t i = 0; i < data.intervals.size(); ++i) {
    if (!learns_from(data, i, learnt)) continue;
    sum += data.intervals[i].v;
    n += 1;
  }
  return n > 0 ? sum / n : 0;
}

/// V dealt anew among all closed intervals: nothing is left to learn but one mean a count, whatever its length.
LossData shuffled(const LossData& data) {
  LossData out = data;
  std::vector<size_t> rows;
  for (size_t i = 0; i < data.intervals.size(); ++i) {
    if (!data.intervals[i].open) rows.push_back(i);
  }
  for (size_t k = rows.size(); k > 1; --k) {
    const auto other = static_cast<size_t>(hash_uniform(0x5f1e, k) * static_cast<double>(k));
    auto& a = out.intervals[rows[k - 1]];
    auto& b = out.intervals[rows[other]];
    std::swap(a.v, b.v);
    std::swap(a.uom_gap, b.uom_gap);
  }
  return out;
}

}  // namespace

Result<std::vector<Gate>> forecast_gates(const SimLosses& losses, const GateOptions& options) {
  const LossData& data = losses.data;
  const Layout layout = layout_of(data);
  const Judged judged = counts_to_judge(losses, layout, options);
  if (judged.which.size() < 200) return bad_input("too few full counts late in the chain to judge a forecast by");
  FitOptions fit;
  fit.until_day = judged.day;
  fit.threads = options.threads;
  TRY(const Nowcaster nowcaster, Nowcaster::fit(data, layout, fit));
  const auto product = predict(data, layout, fit, Baseline::product_mean, judged.which);
  const Score product_score = score("product mean", product);
  const Score chain_score = score("chain mean", predict(data, layout, fit, Baseline::chain_mean, judged.which));
  std::vector<Gate> gates;
  TRY(const auto nowcast, predict(data, layout, nowcaster, judged.which, View::nowcast, options.threads));
  const Score now = score("nowcast", nowcast);
  add_view_gates(gates, "nowcast", now, product_score, chain_score);
  TRY(const auto forecast, predict(data, layout, nowcaster, judged.which, View::forecast, options.threads));
  add_view_gates(gates, "forecast", score("forecast", forecast), product_score, chain_score);

  std::vector<double> rate;
  for (uint32_t i : judged.which) rate.push_back(nowcaster.model().rate_mean(data, layout, i));
  const double eb_auc = auc(rate, judged.top);
  gates.push_back(at_least("AUC, top tenth of planted mean", eb_auc, 0.95));
  gates.push_back(at_least("AUC gain over product mean", eb_auc - auc(product.mean, judged.top), 0.02));
  const double oracle = captured(nowcast.seen, judged.planted, 0.1);
  gates.push_back(
      at_least("capture at 10 % / planted mean's", captured(nowcast.seen, nowcast.mean, 0.1) / oracle, 0.92));
  std::vector<uint8_t> attention;
  for (const uint32_t i : judged.which) attention.push_back(layout.attention[i]);
  TRY(const StoreRanks stores, store_spearman(losses, layout, nowcaster, judged.day, options.threads));
  gates.push_back(at_least("stores: Spearman to planted loss", stores.said, 0.93));
  gates.push_back(at_least("forecast: deviance / noise floor's (less is leakage)",
                           score("forecast", forecast).deviance / noise_floor(product, judged.planted, attention),
                           1.0));

  // How much there is to know: where losses are few, even what was planted errs by nearly as much as a mean.
  Predictions known = product;
  known.mean = judged.planted;
  const Score planted = score("planted", known);
  gates.push_back({"who knows the planted mean: MAE / product mean", "shown", planted.mae / product_score.mae, true});
  gates.push_back({"who knows the planted mean: MAE / chain mean", "shown", planted.mae / chain_score.mae, true});
  gates.push_back({"stores: Spearman of what was planted before", "shown", stores.before, true});

  const LossData noise = shuffled(data);
  TRY(const Nowcaster blind, Nowcaster::fit(noise, layout, fit));
  TRY(const auto blind_said, predict(noise, layout, blind, judged.which, View::forecast, options.threads));
  const Score blind_score = score("shuffled", blind_said);
  Predictions constant = predict(noise, layout, fit, Baseline::chain_mean, judged.which);
  std::fill(constant.mean.begin(), constant.mean.end(), mean_of_learnt(noise, fit));
  const Score blind_chain = score("chain mean a count", constant);
  gates.push_back(at_most("shuffled V: gain over chain mean", 1 - blind_score.deviance / blind_chain.deviance, 0.01));
  return gates;
}

Result<std::vector<Gate>> total_gates(const World& world, const ChainSize& size, int runs, const GateOptions& options) {
  std::array<double, kViews> said{}, off{};
  double found = 0;
  for (int r = 0; r < runs; ++r) {
    ChainSize each = size;
    each.seed = size.seed * 1000 + 300 + static_cast<uint64_t>(r);
    const SimLosses losses = losses_of(plan_chain(world, each));
    const Layout layout = layout_of(losses.data);
    const Judged judged = counts_to_judge(losses, layout, options);
    FitOptions fit;
    fit.until_day = judged.day;
    fit.threads = options.threads;
    TRY(const Nowcaster nowcaster, Nowcaster::fit(losses.data, layout, fit));
    double counted = 0;
    for (const uint32_t i : judged.which) counted += static_cast<double>(losses.data.intervals[i].v);
    for (const View view : {View::nowcast, View::forecast}) {
      TRY(const auto parts,
          nowcaster.parts(losses.data, asked_of(losses.data, layout, judged.which), view, options.threads));
      double sum = 0;
      for (size_t k = 0; k < parts.size(); ++k)
        sum += Nowcaster::mean(parts[k], losses.data.intervals[judged.which[k]]);
      said[static_cast<size_t>(view)] += sum;
      off[static_cast<size_t>(view)] += std::abs(sum / counted - 1) > 0.05 ? 1 : 0;
    }
    found += counted;
    if (options.progress) options.progress(r + 1);
  }
  std::vector<Gate> gates;
  for (const auto& [view, name] : {std::pair{View::nowcast, "nowcast"}, {View::forecast, "forecast"}}) {
    const auto v = static_cast<size_t>(view);
    gates.push_back(
        within(fmt::format("{}: total of {} chains predicted / counted", name, runs), said[v] / found, 1, 0.05));
    gates.push_back({fmt::format("{}: of {} chains, total off by > 5 %", name, runs), "shown", off[v] / runs, true});
  }
  return gates;
}

Result<std::vector<Gate>> outlier_gates(const World& world, const ChainSize& size, int runs,
                                        const GateOptions& options) {
  double power = 0, planted_runs = 0, false_share = 0;
  for (int r = 0; r < runs; ++r) {
    ChainSize each = size;
    each.seed = size.seed * 1000 + static_cast<uint64_t>(r);
    const ChainPlan plan = plan_chain(world, each);
    const SimLosses losses = losses_of(plan);
    CompareOptions compare;
    compare.threads = options.threads;
    TRY(const Comparison found, compare_stores(losses.data, layout_of(losses.data), compare));
    double hits = 0, planted = 0, flagged = 0, wrongly = 0;
    for (const StoreStanding& s : found.stores) {
      const SimStore& store = plan.stores[static_cast<size_t>(s.store)];
      const bool is = store.outlier, something = is || store.miscodes || store.ring_category >= 0;
      planted += is ? 1 : 0;
      flagged += s.outlier ? 1 : 0;
      hits += is && s.outlier ? 1 : 0;
      wrongly += s.outlier && !something ? 1 : 0;  // a ring, or spoilage keyed as unknown, is a find and no mistake
    }
    if (planted > 0) {
      power += hits / planted;
      planted_runs += 1;
    }
    false_share += flagged > 0 ? wrongly / flagged : 0;
    if (options.progress) options.progress(r + 1);
  }
  return std::vector<Gate>{
      at_least(fmt::format("outlier stores: power over {} chains", runs), power / std::max(1.0, planted_runs), 0.8),
      at_most(fmt::format("outlier stores: false discovery rate over {} chains", runs), false_share / runs, 0.12)};
}

Result<std::vector<Gate>> null_gates(const World& null_world, const ChainSize& size, int runs,
                                     const GateOptions& options) {
  double flagged = 0, leads = 0;
  for (int r = 0; r < runs; ++r) {
    ChainSize each = size;
    each.seed = size.seed * 1000 + 500 + static_cast<uint64_t>(r);
    const SimLosses losses = losses_of(plan_chain(null_world, each));
    CompareOptions compare;
    compare.threads = options.threads;
    TRY(const Comparison found, compare_stores(losses.data, layout_of(losses.data), compare));
    flagged += std::any_of(found.stores.begin(), found.stores.end(), [](const auto& s) { return s.outlier; }) ? 1 : 0;
    leads += std::any_of(found.leads.begin(), found.leads.end(), [](const auto& l) { return l.found; }) ? 1 : 0;
    if (options.progress) options.progress(r + 1);
  }
  return std::vector<Gate>{
      at_most(fmt::format("null chain: runs of {} that flag a store", runs), flagged / runs, 0.10),
      at_most(fmt::format("null chain: runs of {} that flag a store's category", runs), leads / runs, 0.10)};
}

}  // namespace shrike

#include "sim/study_gates.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

#include "shrink/cause.h"
#include "shrink/correlate.h"
#include "shrink/numeric.h"
#include "sim/cause_oracle.h"

namespace shrike {
namespace {

std::vector<Covariate> covariates_of(const ChainPlan& plan) {
  std::vector<Covariate> out;
  for (const SimCovariate& c : plan.covariates) {
    Covariate x{c.name, "simulated census", {}, true, ""};
    for (const SimStore& s : plan.stores) x.value.push_back(c.value[static_cast<size_t>(s.area)]);
    out.push_back(std::move(x));
  }
  return out;
}

/// What the simulator knows of a cause, by ours; theft is what has no other trace.
struct Judged {
  Cause cause;
  SimCause truth;
};
constexpr Judged kJudged[] = {{Cause::theft_like, SimCause::theft},       {Cause::spoilage, SimCause::spoilage},
                              {Cause::receiving, SimCause::receiving},    {Cause::sibling, SimCause::sibling},
                              {Cause::transfer, SimCause::transfer},      {Cause::pack_fault, SimCause::uom},
                              {Cause::count_error, SimCause::count_error}};

double score_of(const CauseUnits& u, Cause cause) {
  const double own = u[static_cast<size_t>(cause)];
  if (cause != Cause::theft_like) return std::abs(own);
  return own + std::max(0.0F, u[static_cast<size_t>(Cause::unexplained)]);
}

double f1(double hits, double said, double there) { return said + there > 0 ? 2 * hits / (said + there) : 0; }

}  // namespace

Result<std::vector<Gate>> covariate_gates(const World& world, const ChainSize& size, int runs,
                                          const GateOptions& options) {
  std::map<std::string, std::pair<double, double>> by_truth;  // called an association, tested
  for (int r = 0; r < runs; ++r) {
    ChainSize each = size;
    each.seed = size.seed * 1000 + 700 + static_cast<uint64_t>(r);
    const ChainPlan plan = plan_chain(world, each);
    const SimLosses losses = losses_of(plan);
    CorrelateOptions correlate;
    correlate.threads = options.threads;
    TRY(const Correlation found,
        correlate_losses(losses.data, layout_of(losses.data), covariates_of(plan), {}, correlate));
    std::map<std::string, std::string> truth;
    for (const SimCovariate& c : plan.covariates) truth[c.name] = c.truth;
    const bool has_effect = world.area.income_effect != 0 || world.area.density_effect != 0;
    for (const CovariateTest& t : found.tests) {
      const auto& what = truth[t.name] == "true" && !has_effect ? "nonsense" : truth[t.name];
      auto& [called, tested] = by_truth[what];
      called += t.verdict != Verdict::noise ? 1 : 0;
      tested += 1;
    }
    if (options.progress) options.progress(r + 1);
  }
  std::vector<Gate> gates;
  for (const auto& [what, n] : by_truth) {
    const double share = n.first / std::max(1.0, n.second);
    const auto name = fmt::format("covariates of {} chains, {}: called an association", runs, what);
    gates.push_back(what == "true" ? Gate{name, "shown", share, true} : at_most(name, share, 0.05));
  }
  return gates;
}

Result<std::vector<Gate>> cause_gates(const World& world, const SimLosses& losses, const std::vector<float>& spoiled,
                                      const GateOptions& options) {
  CauseOptions cause;
  cause.spoiled = spoiled;
  cause.threads = options.threads;
  TRY(const CauseReport found, explain_losses(losses.data, layout_of(losses.data), cause));
  std::vector<Gate> gates;
  double sum = 0, causes = 0;
  for (const Judged& j : kJudged) {
    std::vector<double> score;
    std::vector<bool> is;
    for (size_t i = 0; i < losses.truth.size(); ++i) {
      if (losses.data.intervals[i].open) continue;
      score.push_back(j.cause == Cause::spoilage ? static_cast<double>(found.spoilage_score[i])
                                                 : score_of(found.units[i], j.cause));
      is.push_back(losses.truth[i].realised[static_cast<size_t>(j.truth)] != 0);
    }
    if (std::count(is.begin(), is.end(), true) < 20) continue;
    const double area = auc(score, is);
    gates.push_back({fmt::format("cause: AUC of {}", to_string(j.cause)), "shown", area, true});
    sum += area;
    causes += 1;
  }
  gates.push_back(at_least("cause: macro AUC", sum / std::max(1.0, causes), 0.85));
  double hits = 0, said = 0, there = 0;
  std::map<std::pair<int, int>, double> mixed;  // (store, sold) → units
  for (size_t i = 0; i < losses.truth.size(); ++i) {
    const Interval& x = losses.data.intervals[i];
    if (x.open) continue;
    const double pack = losses.data.products[static_cast<size_t>(x.product)].pack;
    const bool is = losses.truth[i].realised[static_cast<size_t>(SimCause::receiving)] > 0;
    const bool called = found.units[i][static_cast<size_t>(Cause::receiving)] > 0.5 * pack;
    hits += is && called ? 1 : 0;
    said += called ? 1 : 0;
    there += is ? 1 : 0;
    const int units = losses.truth[i].realised[static_cast<size_t>(SimCause::sibling)];
    if (units > 0) mixed[{x.store, x.product}] += units;
  }
  gates.push_back(at_least("cause: receiving F1, by interval", f1(hits, said, there), 0.8));
  gates.push_back({"cause: receiving F1 of one who knows every planted rate", "shown",
                   receiving_oracle_f1(world, losses, options.threads), true});
  gates.push_back({"cause: receiving precision, by interval", "shown", hits / std::max(1.0, said), true});
  gates.push_back({"cause: receiving recall, by interval", "shown", hits / std::max(1.0, there), true});
  std::set<std::pair<int, int>> leads;
  for (const SiblingLead& s : found.siblings) leads.emplace(s.store, s.sold);
  double pairs = 0, recalled = 0, right = 0;
  for (const auto& [key, units] : mixed) {
    if (units < 3) continue;
    pairs += 1;
    recalled += leads.contains(key) ? 1 : 0;
  }
  for (const auto& key : leads) right += mixed.contains(key) ? 1 : 0;
  if (pairs > 0) {
    gates.push_back(at_least("cause: recall of siblings mixed up in 3 units or more", recalled / pairs, 0.8));
    gates.push_back({"cause: precision of sibling leads", "shown",
                     leads.empty() ? 0 : right / static_cast<double>(leads.size()), true});
  }
  return gates;
}

std::vector<float> spoiled_of(const ChainPlan& plan) {
  std::vector<float> out;
  simulate_chain(plan, [&](const StoreTape& tape) {
    std::vector<SimInterval> sorted = tape.intervals;
    std::stable_sort(sorted.begin(), sorted.end(), [](const SimInterval& a, const SimInterval& b) {
      return std::pair(a.product, a.day_from) < std::pair(b.product, b.day_from);
    });
    std::map<int, std::vector<std::pair<int, int>>> by_product;
    for (const SimAdjustment& a : tape.adjustments) {
      if (a.reason == SimReason::spoilage || a.reason == SimReason::damage)
        by_product[a.product].emplace_back(a.day, -a.quantity);
    }
    for (const SimInterval& i : sorted) {
      float units = 0;
      for (const auto& [day, n] : by_product[i.product]) {
        if (day > i.day_from && day <= i.day_to) units += static_cast<float>(n);
      }
      out.push_back(units);
    }
  });
  return out;
}

}  // namespace shrike

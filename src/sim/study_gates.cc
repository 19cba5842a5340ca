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
      called += t.label != AssociationLabel::noise ? 1 : 0;
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
                                      const StockDays& days, const GateOptions& options) {
  CauseOptions cause;
  cause.spoiled = spoiled;
  cause.days = &days;
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
  gates.push_back({"cause: receiving F1 of one who knows every planted rate, by counts alone", "shown",
                   receiving_oracle_f1(world, losses, nullptr, options.threads), true});
  gates.push_back({"cause: receiving F1 of one who knows every planted rate and weighs every day", "shown",
                   receiving_oracle_f1(world, losses, &days, options.threads), true});
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

namespace {

using Day = std::map<int, StockDay>;

/// All that moved by the documents, by product and day.
std::vector<Day> days_of(const ChainPlan& plan, const StoreTape& tape) {
  std::vector<Day> out(plan.products.size());
  const auto at = [&](int product, int day) -> StockDay& {
    StockDay& x = out[static_cast<size_t>(product)][day];
    x.day = day;
    return x;
  };
  for (const SimSale& s : tape.sales)
    (s.quantity > 0 ? at(s.product, s.day).sold : at(s.product, s.day).in) += static_cast<float>(std::abs(s.quantity));
  for (const SimReceipt& r : tape.receipts) {
    const bool in_packs = r.received * plan.products[static_cast<size_t>(r.product)].pack == r.expected;
    at(r.product, r.day).received += static_cast<float>(in_packs ? r.expected : r.received);
  }
  for (const SimAdjustment& a : tape.adjustments) {
    if (a.reason == SimReason::count_variance || a.reason == SimReason::unknown) continue;
    (a.quantity < 0 ? at(a.product, a.day).out : at(a.product, a.day).in) += static_cast<float>(std::abs(a.quantity));
  }
  for (const SimTransfer& t : tape.sent) {
    if (t.posted) at(t.product, t.day_shipped).out += static_cast<float>(t.shipped);
  }
  return out;
}

}  // namespace

StockDays stock_days_of(const ChainPlan& plan, const SimLosses& losses) {
  StockDays out;
  const auto first_day = static_cast<int32_t>(plan.first_day);
  out.first_day = first_day;
  std::vector<std::vector<float>> sold(plan.stores.size(), std::vector<float>(static_cast<size_t>(plan.size.days), 0));
  std::vector<SimTransfer> on_the_road;
  size_t i = 0;
  simulate_chain(plan, [&](const StoreTape& tape) {
    auto days = days_of(plan, tape);
    for (const SimTransfer& t : on_the_road) {
      if (t.to != tape.store || !t.posted) continue;
      StockDay& x = days[static_cast<size_t>(t.product)][t.day_received];
      x.day = t.day_received;
      x.in += static_cast<float>(t.received);
    }
    on_the_road.insert(on_the_road.end(), tape.sent.begin(), tape.sent.end());
    for (const Day& of : days) {
      for (const auto& [day, x] : of) sold[static_cast<size_t>(tape.store)][static_cast<size_t>(day)] += x.sold;
    }
    for (; i < losses.data.intervals.size() && losses.data.intervals[i].store == tape.store; ++i) {
      const Interval& x = losses.data.intervals[i];
      if (!may_lack_a_case(losses.data, x)) continue;
      const int from = static_cast<int>(x.day_from) - first_day, to = static_cast<int>(x.day_to) - first_day;
      StockDays::Told told{static_cast<uint32_t>(i), first_day + from + 1, first_day + to, out.days.size(), 0};
      const Day& of = days[static_cast<size_t>(x.product)];
      for (auto it = of.upper_bound(from); it != of.upper_bound(to); ++it) {
        out.days.push_back(it->second);
        out.days.back().day += first_day;
      }
      told.end = out.days.size();
      out.told.push_back(told);
    }
  });
  settle_pace(out, losses.data, sold);
  return out;
}

}  // namespace shrike

#include "sim/store_eval.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

#include "sim/store_explain.h"
#include "sim/store_write.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

/// Lowest risk that is looked at: everything above it can be a threshold.
constexpr double kLowestRisk = 0.02;

/// One replayed day: what every variant made of it.
struct JudgedDay {
  size_t store = 0;
  TrueDay truth;
  std::set<std::string> weighed;  ///< products on a scale
  std::vector<MindDay> minds;
};

/// Whoever left, and whatever was said, before the mind had been running for `hours` is not judged.
void leave_out(JudgedDay& day, double hours) {
  if (hours <= 0 || day.truth.people.empty()) return;
  const Timestamp start =
      std::ranges::min_element(day.truth.people, {}, &TruePerson::enters)->enters.plus_s(hours * 3600);
  std::set<int> gone;
  for (TruePerson& person : day.truth.people) {
    if (!person.visitor() || person.leaves >= start) continue;
    gone.insert(person.party);
    person.party = 0;
  }
  std::erase_if(day.truth.thefts, [&](const TrueTheft& theft) { return theft.leaves < start; });
  std::erase_if(day.truth.pieces, [&](const TruePiece& piece) { return gone.contains(piece.party); });
  for (MindDay& mind : day.minds) {
    std::erase_if(mind.raised, [&](const RaisedVisit& one) { return one.risks.front().time < start; });
    std::erase_if(mind.visits, [&](const ScoredVisit& one) { return one.record.to < start; });
    std::erase_if(mind.held, [&](const auto& held) { return gone.contains(held.first.first); });
  }
}

Result<JudgedDay> judge(const fs::path& store, size_t number, int day, const StoreEvalOptions& options,
                        double& slowest_s) {
  JudgedDay out{.store = number};
  TRY(SiteConfig site, load_site(store / "shrike.yml"));
  TRY(const Planogram planogram, read_planogram(store / "planogram.csv"));
  TRY(out.truth, read_truth(store, day_folder(day)));
  site.risk.threshold = kLowestRisk;  // what is above it is found from the incidents' histories
  DayScore score(out.truth, site, options.variants.size());
  ReplayOptions replay{.threads = options.threads, .minds_without = {}};
  for (const StoreVariant& variant : options.variants) replay.minds_without.push_back(variant.without);
  replay.on_view = [&](size_t camera, const ReplayedView& seen) { score.see(camera, seen); };
  replay.on_changes = [&](size_t mind, Timestamp now, const MindChanges& changes, const StoreMind& says) {
    score.take(mind, now, changes, says);
  };
  TRY(const ReplayCounts counts, replay_day(site, planogram, store / day_folder(day), replay));
  slowest_s = std::max(slowest_s, counts.seconds);
  out.minds = score.finish();
  for (const PlanogramItem& item : planogram.items)
    if (!item.shelf.empty()) out.weighed.insert(item.sku_id);
  leave_out(out, options.warm_up_hours);
  return out;
}

/// Days that may choose the threshold of day `d`: those of other stores; of one store, its other days.
std::vector<std::pair<const TrueDay*, const MindDay*>> others(const std::vector<JudgedDay>& days, size_t d,
                                                              size_t variant, bool by_store) {
  std::vector<std::pair<const TrueDay*, const MindDay*>> out;
  for (size_t i = 0; i < days.size(); ++i)
    if (by_store ? days[i].store != days[d].store : i != d) out.emplace_back(&days[i].truth, &days[i].minds[variant]);
  return out;
}

VariantResult result_of(const std::vector<JudgedDay>& days, size_t variant, const StoreEvalOptions& options,
                        bool by_store) {
  VariantResult out{.variant = options.variants[variant]};
  std::vector<std::pair<double, bool>> risks, suspects;
  BasketError baskets;
  for (size_t d = 0; d < days.size(); ++d) {
    const auto choosing = others(days, d, variant, by_store);
    const double threshold = choosing.empty() ? 0.5 : choose_threshold(choosing, options.false_a_day);
    out.thresholds.push_back(threshold);
    add_day(out.outcome, days[d].truth, days[d].minds[variant], threshold);
    constexpr auto kLosses = HonestMistakes::are_losses;
    add_day(out.mistakes_are_losses, days[d].truth, days[d].minds[variant],
            choosing.empty() ? 0.5 : choose_threshold(choosing, options.false_a_day, kLosses), kLosses);
    const IdentityScore& identity = days[d].minds[variant].identity;
    out.identity.views += identity.views;
    out.identity.own += identity.own;
    out.identity.together += identity.together;
    out.identity.visits += identity.visits;
    out.identity.people += identity.people;
    const BasketError error = basket_error(days[d].truth, days[d].minds[variant], days[d].weighed);
    baskets.wrong += error.wrong;
    baskets.pieces += error.pieces;
    for (const ScoredVisit& visit : days[d].minds[variant].visits) {
      const TruePerson* person = days[d].truth.person(visit.person);
      risks.emplace_back(visit.risk, person != nullptr && person->thief());
      if (visit.risk >= 0.1) suspects.push_back(risks.back());
    }
    if (options.explain)
      std::ranges::move(explain_day(days[d].truth, days[d].minds[variant], threshold),
                        std::back_inserter(out.explained));
    for (const TruePerson& person : days[d].truth.people) {
      const auto peak = [&](size_t v) {
        const auto& peaks = days[d].minds[v].peak;
        const auto found = peaks.find(person.id);
        return found == peaks.end() ? kLowestRisk : found->second;
      };
      ++out.people;
      if (peak(variant) > peak(0) + 0.01) ++out.raised_by_less;
    }
  }
  std::vector<std::pair<const TrueDay*, const MindDay*>> all;
  for (const JudgedDay& day : days) all.emplace_back(&day.truth, &day.minds[variant]);
  out.curve = alert_curve(all, static_cast<int>(std::ceil(2 * options.false_a_day * static_cast<double>(days.size()))));
  out.basket_error = baskets.share();
  out.calibration_error = calibration_error(risks);
  out.calibration_error_suspects = calibration_error(suspects);
  return out;
}

}  // namespace

std::vector<StoreVariant> all_variants() {
  using S = ReplaySource;
  return {{"all sources", {}},
          {"without cameras", {S::cameras}},
          {"without hands", {S::hands}},
          {"without tags", {S::tags}},
          {"without scales", {S::scales}},
          {"without tills", {S::tills}},
          {"cameras and tills", {S::hands, S::tags, S::scales}},
          {"cameras, hands and tills", {S::tags, S::scales}}};
}

Result<StoreEval> eval_stores(const std::vector<fs::path>& stores, const StoreEvalOptions& options) {
  StoreEval out;
  std::vector<std::pair<size_t, int>> todo;
  for (size_t s = 0; s < stores.size(); ++s) {
    TRY(const StoreOrigin origin, store_origin(stores[s]));
    if (s == 0) out.origin = origin;
    if (origin.world != out.origin.world)
      return bad_input(fmt::format("{} is of world {}, {} of {}: thresholds are chosen within one world",
                                   stores[0].string(), out.origin.world, stores[s].string(), origin.world));
    out.seeds.push_back(origin.seed);
    for (int d = 0; d < origin.days; ++d) todo.emplace_back(s, d);
  }
  std::vector<JudgedDay> days;
  for (const auto& [store, day] : todo) {
    TRY(auto judged, judge(stores[store], store, day, options, out.slowest_day_s));
    days.push_back(std::move(judged));
    if (options.progress) options.progress(static_cast<double>(days.size()) / static_cast<double>(todo.size()));
  }
  out.days = static_cast<int>(days.size());
  const bool by_store = stores.size() > 1;
  out.split = by_store       ? "each seed is judged at the threshold chosen on all other seeds"
              : out.days > 1 ? "each day is judged at the threshold chosen on all other days of the same seed"
                             : "one day alone: nothing to choose a threshold on, 0.5 is taken";
  for (size_t v = 0; v < options.variants.size(); ++v) out.variants.push_back(result_of(days, v, options, by_store));
  return out;
}

std::vector<Gate> store_gates(const StoreEval& eval) {
  std::vector<Gate> gates;
  const auto find = [&](std::string_view name) {
    const auto it = std::ranges::find(eval.variants, name, [](const VariantResult& v) { return v.variant.name; });
    return it == eval.variants.end() ? nullptr : &*it;
  };
  if (const auto* all = find("all sources")) {
    gates.push_back(at_most("false alerts a store-day, all sources", all->outcome.false_a_day(), 3));
    gates.push_back(at_least("recall, all sources", all->outcome.recall(), 0.80));
    gates.push_back(at_most("expected calibration error, all sources", all->calibration_error, 0.03));
    gates.push_back(at_most("basket item error where scales are, all sources", all->basket_error, 0.05));
  }
  // Hands are what cameras see.
  if (const auto* few = find("cameras, hands and tills")) {
    gates.push_back(at_most("false alerts a store-day, cameras and tills", few->outcome.false_a_day(), 3));
    gates.push_back(at_least("recall, cameras and tills", few->outcome.recall(), 0.55));
  }
  for (const VariantResult& v : eval.variants)
    if (v.variant.without.size() == 1)
      gates.push_back(at_most(fmt::format("share of people whose risk rises {}", v.variant.name),
                              v.people == 0 ? 0 : static_cast<double>(v.raised_by_less) / v.people, 0));
  gates.push_back(at_most("slowest replay of a day, all variants side by side, seconds", eval.slowest_day_s, 600));
  return gates;
}

}  // namespace shrike

#include "risk/unsure.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <set>

namespace shrike {
namespace {

/// What moves the log-odds by less is not said.
constexpr double kSay = 0.005;

/// A visit's risk by how many of its parts are its own, the likeliest first.
class Mixture {
 public:
  Mixture(const VisitCase& visit, const RuleBook& book, const RiskCalibration& calibration) {
    std::map<std::string, double> parts;
    for (const Evidence& fact : visit.evidence) parts.emplace(fact.whose.part, std::min(1.0, fact.whose.mine));
    parts[""] = 1;
    for (const auto& [part, p] : parts) steps_.push_back({part, p});
    std::ranges::stable_sort(steps_, std::greater(), &Step::p);
    std::set<std::string> counted;
    for (Step& step : steps_) {
      counted.insert(step.part);
      std::vector<Evidence> facts;
      std::ranges::copy_if(visit.evidence, std::back_inserter(facts),
                           [&](const Evidence& fact) { return counted.contains(fact.whose.part); });
      step.risk = fuse(visit.prior, facts, book, calibration).probability;
    }
  }

  [[nodiscard]] double risk() const { return from(steps_.begin()); }
  /// Where the part is the visit's.
  [[nodiscard]] double risk_if(std::string_view part) const {
    const auto step = std::ranges::find(steps_, part, &Step::part);
    return step->p <= 0 ? step->risk : from(step) / step->p;
  }

 private:
  struct Step {
    std::string part;  ///< empty: all that is surely the visit's
    double p = 0;      ///< that it is the visit's
    double risk = 0;   ///< with it and all before
  };

  [[nodiscard]] double from(std::vector<Step>::const_iterator step) const {
    double sum = 0;
    for (; step != steps_.end(); ++step)
      sum += (step->p - (std::next(step) == steps_.end() ? 0 : std::next(step)->p)) * step->risk;
    return sum;
  }

  std::vector<Step> steps_;
};

/// Facts of the same name are one: the stronger word counts.
void add(std::vector<Evidence>& facts, const Evidence& fact) {
  const auto same = std::ranges::find_if(facts, [&](const Evidence& one) { return key_of(one) == key_of(fact); });
  if (same == facts.end()) {
    facts.push_back(fact);
  } else if (std::abs(same->llr) < std::abs(fact.llr) || same->whose.part != fact.whose.part) {
    *same = fact;
  }
}

/// Whether the visit began with it, so that it is its own even if it is another's too.
bool is_own(const Whose& whose, std::string_view visit_id) {
  const auto& [first, p] = whose.visits.front();
  return first == visit_id && whose.mine > p + 1e-9;
}

/// That whoever the part shows has stolen, over whose it may be.
double risk_shown(const std::string& part, const Whose& whose, const VisitCase& visit, const std::string& visit_id,
                  const FindFacts& find, const RuleBook& book, const RiskCalibration& calibration) {
  std::vector<Evidence> shown;
  std::ranges::copy_if(visit.evidence, std::back_inserter(shown), [&](const Evidence& fact) {
    return fact.whose.part == part || (is_own(whose, visit_id) && fact.whose.mine >= 1);
  });
  double sum = 0, unknown = 1;
  for (const auto& [id, p] : whose.visits) {
    VisitCase other = id == visit_id ? visit : find(id);
    if (id != visit_id) {
      for (Evidence fact : shown) {
        fact.whose = {.mine = fact.whose.part == part ? p : 1, .part = fact.whose.part == part ? part : ""};
        add(other.evidence, fact);
      }
    }
    sum += p * Mixture(other, book, calibration).risk_if(part);
    unknown -= p;
  }
  return sum + std::max(0.0, unknown) * fuse(find("").prior, shown, book, calibration).probability;
}

/// In words, on each fact: how sure it is that it is the visit's, and whose else it may be.
void say_whose(Evidence& fact, std::string_view visit_id) {
  if (fact.whose.is_sure()) return;
  std::string other;
  for (const auto& [id, p] : fact.whose.visits)
    if (id != visit_id && other.empty()) other = fmt::format(", {:.0f} % that it was visit {}", 100 * p, id);
  fact.detail =
      fmt::format("{} ({:.0f} % sure that this was the same person{})", fact.detail, 100 * fact.whose.mine, other);
}

/// Brings the risk to `probability`, and says why.
void add_doubt(Risk& risk, double probability, const RiskCalibration& calibration) {
  const double log_odds = calibration.log_odds(probability), differs = log_odds - risk.log_odds;
  if (std::abs(differs) < kSay) return;
  Evidence doubt{
      .kind = std::string(kUnsureWho), .from = {}, .to = {}, .source = {}, .zone = {}, .llr = differs, .detail = {}};
  const Whose* least = nullptr;
  for (const WeighedEvidence& weighed : risk.evidence) {
    const Evidence& fact = weighed.evidence;
    if (fact.whose.part.empty()) continue;
    doubt.from = least == nullptr ? fact.from : std::min(doubt.from, fact.from);
    doubt.to = std::max(doubt.to, fact.to);
    if (least != nullptr && fact.whose.mine >= least->mine) continue;
    least = &fact.whose;
    doubt.source = fact.source;
  }
  for (const auto& [id, p] : least->visits)
    doubt.detail +=
        fmt::format("{}{:.0f} % visit {}", doubt.detail.empty() ? "not sure who it was: " : ", ", 100 * p, id);
  risk.log_odds = log_odds;
  risk.probability = probability;
  const auto place = std::ranges::find_if(risk.evidence, [&](const WeighedEvidence& weighed) {
    return std::abs(weighed.contribution) < std::abs(differs);
  });
  risk.evidence.insert(place, {std::move(doubt), 1, differs});
}

}  // namespace

Risk fuse_unsure(const std::string& visit_id, const FindFacts& find, const RuleBook& book,
                 const RiskCalibration& calibration, std::string_view without) {
  VisitCase visit = find(visit_id);
  if (!without.empty()) std::erase_if(visit.evidence, [&](const auto& fact) { return fact.whose.part == without; });
  Risk risk = fuse(visit.prior, visit.evidence, book, calibration);
  std::map<std::string, const Whose*> parts;
  for (const Evidence& fact : visit.evidence)
    if (!fact.whose.part.empty()) parts.emplace(fact.whose.part, &fact.whose);
  if (parts.empty()) return risk;

  double of_visit = Mixture(visit, book, calibration).risk(), of_shown = 0;
  for (const auto& [part, whose] : parts) {
    if (whose->visits.front().first != visit_id) continue;
    const double shown = risk_shown(part, *whose, visit, visit_id, find, book, calibration);
    if (is_own(*whose, visit_id)) of_visit = shown;
    of_shown = std::max(of_shown, shown);
  }
  const double probability = std::max(of_visit, of_shown);
  for (WeighedEvidence& weighed : risk.evidence) say_whose(weighed.evidence, visit_id);
  add_doubt(risk, probability, calibration);
  return risk;
}

}  // namespace shrike

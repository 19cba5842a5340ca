#include "risk/fusion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "behaviour/kinds.h"

namespace shrike {
namespace {

double logit(double probability) {
  const double p = std::clamp(probability, 1e-9, 1 - 1e-9);
  return std::log(p / (1 - p));
}

/// What a group still has room for.
struct Room {
  double cap = std::numeric_limits<double>::infinity();
  double used = 0;
};

/// Strongest first; what is equally strong in the order it happened, then by name, so that there is only one order.
bool before(const WeighedEvidence& a, const WeighedEvidence& b) {
  const double strength_a = std::abs(a.contribution), strength_b = std::abs(b.contribution);
  if (strength_a != strength_b) return strength_a > strength_b;
  if (a.evidence.from != b.evidence.from) return a.evidence.from < b.evidence.from;
  return key_of(a.evidence) < key_of(b.evidence);
}

std::string_view group_of(const WeighedEvidence& weighed, const RuleBook& book) {
  const KindRule* rule = book.find(weighed.evidence.kind);
  return rule == nullptr ? std::string_view() : std::string_view(rule->group);
}

/// A receipt says nothing of who was where no customer belongs.
void keep_trespass(std::vector<WeighedEvidence>& evidence, const RuleBook& book) {
  double trespass = 0, goods = 0;
  for (const WeighedEvidence& weighed : evidence) {
    if (weighed.contribution > 0) (group_of(weighed, book) == "trespass" ? trespass : goods) += weighed.contribution;
  }
  if (trespass <= 0) return;
  for (WeighedEvidence& weighed : evidence) {
    if (weighed.contribution >= 0 || group_of(weighed, book) != "receipt") continue;
    weighed.contribution = std::max(weighed.contribution, -goods);
    goods += weighed.contribution;
  }
}

/// What zones, looks and badges say of staff counts for nothing where an officer knows better.
void obey_officer(std::vector<WeighedEvidence>& evidence, const RuleBook& book) {
  const auto denied = std::ranges::any_of(
      evidence, [](const auto& weighed) { return weighed.evidence.kind == "not_staff" && weighed.evidence.llr != 0; });
  if (!denied) return;
  for (WeighedEvidence& weighed : evidence)
    if (group_of(weighed, book) == "staff") weighed.contribution = 0;
}

/// Clothes that several cameras see are the same clothes: the strongest word counts, and a little of the others.
void count_looks_once(std::vector<WeighedEvidence>& evidence) {
  constexpr double kEchoes = 1;
  double room = -1;
  for (WeighedEvidence& weighed : evidence) {
    if (weighed.evidence.kind != "staff_looks" || weighed.contribution >= 0) continue;
    if (room < 0) {
      room = kEchoes;
      continue;
    }
    weighed.contribution = std::max(weighed.contribution, -room);
    room += weighed.contribution;
  }
}

/// Where sensors say that goods went unpaid, two things say less than alone. Something paid: who buys nothing is six
/// times as likely to be a thief (Hollinger in Dabney, Hollinger and Dugan, Justice Quarterly 21, 2004), so that with
/// one visit in five buying nothing, two thieves in five buy something. And a long stay: whoever stands long at a shelf
/// is given more of what others take there.
void keep_to_goods(std::vector<WeighedEvidence>& evidence, const RuleBook& book) {
  constexpr double kCover = 0.65;  // ln(0.82 / 0.43)
  double goods = 0, cover = kCover;
  for (const WeighedEvidence& weighed : evidence)
    if (weighed.contribution > 0 && group_of(weighed, book) == "goods") goods += weighed.contribution;
  double stay = goods;
  for (WeighedEvidence& weighed : evidence) {
    double& counts = weighed.contribution;
    // What the goods bring, the stay does not bring again.
    if (counts > 0 && group_of(weighed, book) == "lingering") {
      const double again = std::min(counts, stay);
      counts -= again;
      stay -= again;
    }
    if (goods > 0 && counts < 0 && weighed.evidence.kind == "checkout_visited") {
      counts = std::min(std::max(counts, -cover), counts + goods);
      cover = std::max(0.0, cover + counts);
    }
  }
}

}  // namespace

double RiskCalibration::probability(double log_odds) const {
  return 1 / (1 + std::exp(-(slope * log_odds + intercept)));
}

double RiskCalibration::log_odds(double probability) const { return (logit(probability) - intercept) / slope; }

Risk fuse(double prior, std::span<const Evidence> evidence, const RuleBook& book, const RiskCalibration& calibration) {
  Risk risk;
  for (const Evidence& fact : evidence) {
    const KindRule* rule = book.find(fact.kind);
    const double weight = rule != nullptr ? rule->weight : 1;
    const double llr = std::isfinite(fact.llr) ? fact.llr : 0;
    risk.evidence.push_back({fact, weight, weight * llr});
  }
  std::ranges::sort(risk.evidence, before);

  std::map<std::string, Room, std::less<>> rooms;
  for (WeighedEvidence& weighed : risk.evidence) {
    const KindRule* rule = book.find(weighed.evidence.kind);
    if (weighed.contribution <= 0 || rule == nullptr || rule->group.empty()) continue;
    const auto [room, first] = rooms.try_emplace(rule->group);
    if (first) {
      // The strongest of the group comes first and always counts in full: the cap is on its echoes.
      const Group* group = find_group(rule->group);
      if (group != nullptr) room->second.cap = std::max(group->cap, weighed.contribution);
    }
    weighed.contribution = std::clamp(room->second.cap - room->second.used, 0.0, weighed.contribution);
    room->second.used += weighed.contribution;
  }
  count_looks_once(risk.evidence);
  obey_officer(risk.evidence, book);
  keep_to_goods(risk.evidence, book);
  keep_trespass(risk.evidence, book);
  std::ranges::sort(risk.evidence, before);

  risk.log_odds = logit(prior);
  for (const WeighedEvidence& weighed : risk.evidence) risk.log_odds += weighed.contribution;
  risk.probability = calibration.probability(risk.log_odds);
  return risk;
}

}  // namespace shrike

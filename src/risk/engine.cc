#include "risk/engine.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <utility>

#include "behaviour/kinds.h"
#include "risk/fusion.h"
#include "risk/summary.h"
#include "risk/unsure.h"

namespace shrike {
namespace {
/// A day's visits of a large store: bounds the memory where visits are never ended.
constexpr size_t kVisitsMax = 20000;
/// Nothing new for so long, and nobody said that the visit ended: it is over.
constexpr double kIdle_s = 4 * 3600;
/// A visit's risk rests on facts without which it is less than so much of it.
constexpr double kRests = 0.5;
/// More facts than all kinds in all zones of a store; a source that invents keys must not eat the memory.
constexpr size_t kEvidenceMax = 256;

/// Facts that an incident takes over from a fresh weighing.
void restate(Incident& incident, const Risk& risk, const RuleBook& book) {
  incident.risk = risk.probability;
  incident.evidence = risk.evidence;
  incident.from = incident.to = Timestamp{};
  bool first = true;
  for (const WeighedEvidence& weighed : risk.evidence) {
    const Evidence& fact = weighed.evidence;
    incident.from = first ? fact.from : std::min(incident.from, fact.from);
    incident.to = first ? fact.to : std::max(incident.to, fact.to);
    first = false;
  }
  // Where all that spoke for it was taken back, the incident keeps the type it was raised with.
  const auto strongest = std::ranges::find_if(risk.evidence, [&](const WeighedEvidence& weighed) {
    const KindRule* rule = book.find(weighed.evidence.kind);
    return weighed.contribution > 0 && rule != nullptr && !rule->alert_type.empty();
  });
  if (strongest != risk.evidence.end()) incident.type = book.find(strongest->evidence.kind)->alert_type;
  if (incident.type.empty()) incident.type = "CHECKOUT_BYPASS";
  incident.summary = summary_of(incident.type, risk.evidence);
}

/// Whether something speaks for theft that is about what was done, not about who it may be.
bool stands_by_itself(const Risk& risk) {
  return std::ranges::any_of(risk.evidence, [](const WeighedEvidence& weighed) {
    return weighed.contribution > 0 && !only_supports(weighed.evidence.kind) && weighed.evidence.kind != kUnsureWho;
  });
}

}  // namespace

const char* to_string(IncidentChange::Type type) {
  switch (type) {
    case IncidentChange::Type::created:
      return "new";
    case IncidentChange::Type::updated:
      return "update";
    case IncidentChange::Type::ended:
      return "end";
  }
  return "";
}

RiskEngine::RiskEngine(std::string store_id, RiskConfig config, RuleBook rules, NewId new_id)
    : store_id_(std::move(store_id)), config_(config), rules_(std::move(rules)), new_id_(std::move(new_id)) {}

std::vector<IncidentChange> RiskEngine::add(std::span<const VisitEvidence> evidence, Timestamp now) {
  std::vector<IncidentChange> changes;
  std::map<std::string_view, const VisitEvidence*> touched;  // newest of each visit
  for (const VisitEvidence& fact : evidence) {
    if (fact.visit_id.empty() || fact.evidence.kind.empty()) continue;
    const std::string key = key_of(fact.evidence);
    Visit& visit = visits_[fact.visit_id];
    const bool known = visit.evidence.contains(key);
    if (!known && visit.evidence.size() >= kEvidenceMax) {
      if (visit.left_out++ == 0) {
        spdlog::warn("visit {}: more than {} pieces of evidence; {} and what follows is left out", fact.visit_id,
                     kEvidenceMax, key);
      }
      continue;
    }
    visit.evidence[key] = fact.evidence;
    visit.touched = std::max(visit.touched, now);
    touched[fact.visit_id] = &fact;
  }
  std::set<std::string> ids;
  for (const auto& [visit_id, newest] : touched) {
    ids.emplace(visit_id);
    visits_.find(visit_id)->second.newest = *newest;
  }
  changes = weigh(ids, now);
  while (visits_.size() > kVisitsMax) make_room(changes);
  return changes;
}

/// These, and those who may have done what these may have done.
std::vector<IncidentChange> RiskEngine::weigh(const std::set<std::string>& ids, Timestamp now) {
  std::set<std::string> all = ids;
  for (const std::string& id : ids)
    for (const auto& [key, fact] : visits_.find(id)->second.evidence)
      for (const auto& [other, p] : fact.whose.visits)
        if (visits_.contains(other)) all.insert(other);
  std::map<std::string, Risk> risks;
  std::map<std::string, double> before;
  for (const std::string& id : all) {
    risks[id] = assess(id, {});
    before[id] = std::exchange(visits_.find(id)->second.risk, risks[id].probability);
  }
  std::vector<IncidentChange> changes;
  for (const std::string& id : all) {
    Visit& visit = visits_.find(id)->second;
    if (!ids.contains(id) && visit.incident && visit.risk == before[id]) continue;
    if (auto change = take(id, visit, risks[id], before[id], now)) changes.push_back(std::move(*change));
  }
  return changes;
}

std::optional<IncidentChange> RiskEngine::take(const std::string& id, Visit& visit, const Risk& risk,
                                               double risk_before, Timestamp now) const {
  const VisitEvidence& newest = visit.newest;
  if (!visit.incident) {
    if (risk.probability < config_.threshold || !stands_by_itself(risk) || is_anothers(id, visit)) return std::nullopt;
    Incident incident{.event_id = new_id_(now),
                      .type = {},
                      .store_id = store_id_,
                      .camera = newest.camera,
                      .visit_id = id,
                      .track_id = newest.track_id,
                      .time = now,
                      .prior = visit.prior.value_or(config_.prior)};
    restate(incident, risk, rules_);
    visit.incident = incident;
    return IncidentChange{IncidentChange::Type::created, std::nullopt, incident,
                          fmt::format("risk reached {:.2f}", config_.threshold)};
  }
  IncidentChange change{IncidentChange::Type::updated, visit.incident, {}, {}};
  restate(*visit.incident, risk, rules_);
  change.after = *visit.incident;
  const bool fell = risk.probability < config_.threshold && risk_before >= config_.threshold;
  change.reason = fmt::format("{}: {}", newest.evidence.kind, newest.evidence.detail);
  if (fell) change.reason += fmt::format("; risk fell below {:.2f}", config_.threshold);
  return change;
}

bool RiskEngine::is_anothers(const std::string& id, const Visit& visit) const {
  const auto rests_on = [&](const std::string& one, const Visit& its, const std::string& part) {
    return assess(one, part).probability < kRests * its.risk;
  };
  for (const auto& [key, fact] : visit.evidence) {
    for (const auto& [other_id, p] : fact.whose.visits) {
      const auto other = visits_.find(other_id);
      if (other == visits_.end() || other_id == id) continue;
      // Of two who are as likely, the one that it is told of first.
      const double theirs = other->second.risk;
      const bool likelier =
          theirs > visit.risk || (theirs == visit.risk && fact.whose.visits.front().first == other_id);
      if (likelier && rests_on(id, visit, fact.whose.part) && rests_on(other_id, other->second, fact.whose.part))
        return true;
    }
  }
  return false;
}

std::vector<IncidentChange> RiskEngine::merge(std::string_view from, std::string_view into, Timestamp now) {
  const auto was = visits_.find(from);
  if (was == visits_.end() || from == into) return {};
  std::vector<IncidentChange> changes;
  Visit moved = std::move(was->second);
  visits_.erase(was);
  Visit& visit = visits_[std::string(into)];
  for (auto& [key, fact] : moved.evidence) {
    if (visit.evidence.size() >= kEvidenceMax && !visit.evidence.contains(key)) break;
    const auto [place, is_new] = visit.evidence.try_emplace(key, fact);
    if (!is_new && std::abs(fact.llr) > std::abs(place->second.llr)) place->second = fact;
  }
  // Between the two there is no doubt any more; what is left of it is told again.
  for (auto& [key, fact] : visit.evidence)
    if (std::ranges::find(fact.whose.visits, from, &std::pair<std::string, double>::first) != fact.whose.visits.end())
      fact.whose = {};
  if (moved.prior) visit.prior = std::max(visit.prior.value_or(0), *moved.prior);
  visit.touched = std::max(visit.touched, moved.touched);
  if (visit.newest.visit_id.empty()) visit.newest = std::move(moved.newest);
  visit.newest.visit_id = into;
  if (moved.incident && visit.incident) {
    changes.push_back(end_of(moved));
    changes.back().reason = fmt::format("the same person as incident {}", visit.incident->event_id);
  } else if (moved.incident) {
    visit.incident = moved.incident;
    visit.incident->visit_id = into;
    visit.risk = moved.risk;
  }
  const bool is_raised = visit.incident.has_value();
  for (IncidentChange& change : weigh({std::string(into)}, now)) {
    if (is_raised && change.after.visit_id == into) {
      change.reason = fmt::format("visit {} turned out to be part of {}", from, into);
      if (moved.incident && change.before) change.before->visit_id = from;
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

void RiskEngine::set_prior(const std::string& visit_id, double prior, Timestamp now) {
  Visit& visit = visits_[visit_id];
  visit.prior = prior;
  visit.touched = std::max(visit.touched, now);
}

double RiskEngine::prior_of(std::string_view visit_id) const {
  const auto it = visits_.find(visit_id);
  return it == visits_.end() ? config_.prior : it->second.prior.value_or(config_.prior);
}

void RiskEngine::visit_ended(std::string_view visit_id, Timestamp now) {
  const auto it = visits_.find(visit_id);
  if (it != visits_.end() && !it->second.ended) it->second.ended = now;
}

IncidentChange RiskEngine::end_of(const Visit& visit) const {
  const bool below = visit.risk < config_.threshold;
  return {IncidentChange::Type::ended, visit.incident, *visit.incident,
          below ? fmt::format("visit over; risk ended below {:.2f}", config_.threshold) : "visit over"};
}

std::vector<IncidentChange> RiskEngine::advance(Timestamp now) {
  std::vector<IncidentChange> changes;
  std::erase_if(visits_, [&](const auto& entry) {
    const Visit& visit = entry.second;
    const bool over = visit.ended ? seconds_between(*visit.ended, now) >= kLateEvidence_s
                                  : seconds_between(visit.touched, now) >= kIdle_s;
    if (!over) return false;
    if (visit.incident) changes.push_back(end_of(visit));
    return true;
  });
  return changes;
}

std::vector<IncidentChange> RiskEngine::finish() {
  std::vector<IncidentChange> changes;
  for (const auto& [id, visit] : visits_) {
    if (visit.incident) changes.push_back(end_of(visit));
  }
  visits_.clear();
  return changes;
}

double RiskEngine::risk_of(std::string_view visit_id) const {
  const auto it = visits_.find(visit_id);
  return it == visits_.end() ? config_.prior : it->second.risk;
}

Risk RiskEngine::assess(std::string_view visit_id, std::string_view without) const {
  const auto facts_of = [this](const std::string& id) {
    VisitCase facts{config_.prior, {}};
    const auto visit = visits_.find(id);
    if (visit == visits_.end()) return facts;
    facts.prior = visit->second.prior.value_or(config_.prior);
    for (const auto& [key, fact] : visit->second.evidence) facts.evidence.push_back(fact);
    return facts;
  };
  return fuse_unsure(std::string(visit_id), facts_of, rules_, calibration_, without);
}

void RiskEngine::make_room(std::vector<IncidentChange>& changes) {
  const auto oldest = std::ranges::min_element(visits_, {}, [](const auto& entry) { return entry.second.touched; });
  if (forgotten_++ % 1000 == 0) {
    spdlog::warn("more than {} visits that never end; forgot {} ({} so far)", kVisitsMax, oldest->first, forgotten_);
  }
  if (oldest->second.incident) changes.push_back(end_of(oldest->second));
  visits_.erase(oldest);
}

}  // namespace shrike

#include "sim/store_score.h"

#include <algorithm>
#include <array>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <cmath>

namespace shrike {
namespace {

constexpr double kCountEvery_s = 1;

/// The first moment at which the risk reaches `threshold`; null where it never does.
const RaisedVisit::At* crossing(const RaisedVisit& trace, double threshold) {
  const auto it = std::ranges::find_if(trace.risks, [&](const RaisedVisit::At& at) { return at.risk >= threshold; });
  return it == trace.risks.end() ? nullptr : &*it;
}

std::set<int> parties_with_mistakes(const TrueDay& truth) {
  std::set<int> out;
  for (const TruePiece& piece : truth.pieces)
    if (piece.mistake) out.insert(piece.party);
  return out;
}

/// Pieces that a visit more likely holds than not, by product; none from a mind that keeps no baskets.
template <class Mind>
std::map<std::string, double> pieces_held(const Mind& mind, const std::string& visit) {
  std::map<std::string, double> held;
  if constexpr (requires { mind.basket_of(visit); }) {
    for (const auto& piece : mind.basket_of(visit))
      if (piece.held() >= 0.5) held[piece.product()] += 1;
  }
  return held;
}

enum class AlertIs { right, wrong, loss_found };

AlertIs judged(const TruePerson* person, const std::set<int>& with_mistakes, HonestMistakes mistakes) {
  if (person != nullptr && person->thief()) return AlertIs::right;
  const bool mistaken = person != nullptr && person->visitor() && with_mistakes.contains(person->party);
  return mistaken && mistakes == HonestMistakes::are_losses ? AlertIs::loss_found : AlertIs::wrong;
}

void count_false(Outcome& outcome, const TruePerson* person, const std::set<int>& mistakes) {
  ++outcome.false_alerts;
  if (person == nullptr) {
    ++outcome.about_nobody;
  } else if (!person->visitor()) {
    ++outcome.about_staff;
  } else {
    if (mistakes.contains(person->party)) ++outcome.about_mistakes;
    ++outcome.false_by_habit[person->habits.empty() ? "none" : person->habits];
  }
}

}  // namespace

DayScore::DayScore(const TrueDay& truth, const SiteConfig& site, size_t minds)
    : truth_(truth), open_(minds), ended_(minds) {
  for (const CameraConfig& camera : site.cameras) cameras_.push_back(camera.name);
}

void DayScore::see(size_t camera, const ReplayedView& seen) {
  const auto who = truth_.who.find(cameras_[camera]);
  if (who == truth_.who.end()) return;
  for (size_t i = 0; i < seen.view.people.size(); ++i) {
    const int64_t row = seen.detections[i];
    if (row < 0 || static_cast<size_t>(row) >= who->second.size()) continue;
    const int person = who->second[static_cast<size_t>(row)];
    Followed& f = followed_[seen.view.people[i].camera_visit_id];
    if (f.seen.empty() || seconds_between(f.seen.back().first, seen.view.time) >= kCountEvery_s)
      f.seen.emplace_back(seen.view.time, person);
    if (f.changes.empty() || f.changes.back().second != person) f.changes.emplace_back(seen.view.time, person);
  }
}

int DayScore::person_of(const std::string& camera_visit, Timestamp when) const {
  const auto found = followed_.find(camera_visit);
  if (found == followed_.end()) return 0;
  // Who was in the box at that moment is who the officer is shown.
  int person = 0;
  for (const auto& [from, who] : found->second.changes)
    if (from <= when && who != 0) person = who;
  return person;
}

int DayScore::newest_of(const std::vector<StoreVisit::Part>& parts, Timestamp when) const {
  const StoreVisit::Part* newest = nullptr;
  int person = 0;
  for (const StoreVisit::Part& part : parts) {
    if (newest != nullptr && part.to <= newest->to) continue;
    const int who = person_of(part.camera_visit, when);
    if (who == 0) continue;
    newest = &part;
    person = who;
  }
  return person;
}

std::map<int, int> DayScore::seen_in(const std::vector<StoreVisit::Part>& parts) const {
  std::map<int, int> seen;
  for (const StoreVisit::Part& part : parts) {
    const auto found = followed_.find(part.camera_visit);
    if (found == followed_.end()) continue;
    // A camera's visit can be part of one visit up to some moment, and of another's from there on.
    for (const auto& [time, person] : found->second.seen)
      if (time >= part.from && time <= part.to) ++seen[person];
  }
  return seen;
}

int DayScore::mostly(const std::vector<StoreVisit::Part>& parts) const {
  const auto seen = seen_in(parts);
  return seen.empty() ? 0 : std::ranges::max_element(seen, {}, [](const auto& s) { return s.second; })->first;
}

IdentityScore DayScore::identity(const std::map<std::string, Ended>& ended) const {
  IdentityScore score;
  std::map<int, double> most;  // by person: views in the visit that has most of them
  for (const auto& [id, visit] : ended) {
    double own = 0;
    for (const auto& [person, views] : seen_in(visit.record.parts)) {
      const TruePerson* known = truth_.person(person);
      if (known == nullptr || !known->visitor()) continue;
      score.views += views;
      own = std::max<double>(own, views);
      most[person] = std::max<double>(most[person], views);
    }
    score.own += own;
    if (own > 0) ++score.visits;
  }
  for (const auto& [person, views] : most) score.together += views;
  score.people = static_cast<int>(most.size());
  return score;
}

void DayScore::take(size_t mind, Timestamp now, const MindChanges& changes, const StoreMind& says) {
  for (const VisitRecord& record : changes.ended) {
    Ended& ended = ended_[mind][record.visit_id];
    ended.record = record;
    auto held = pieces_held(says, record.visit_id);
    // Empty: it never took anything, or its basket was let go just now.
    if (!held.empty()) ended.held = std::move(held);
  }
  for (const IncidentChange& change : changes.incidents) {
    if (change.type == IncidentChange::Type::ended) continue;
    const std::string& visit = change.after.visit_id;
    RaisedVisit& trace = open_[mind][visit];
    const auto held = says.who().visits().find(visit);
    const auto ended = ended_[mind].find(visit);
    int person = held ? newest_of(held->parts, now) : 0;
    if (person == 0 && ended != ended_[mind].end()) person = newest_of(ended->second.record.parts, now);
    if (person == 0 && !trace.risks.empty()) person = trace.risks.back().person;
    trace.risks.push_back({now, change.after.risk, person});
    if (change.after.risk >= trace.highest.risk) trace.highest = change.after;
  }
}

std::vector<MindDay> DayScore::finish() {
  std::vector<MindDay> out(open_.size());
  for (size_t m = 0; m < open_.size(); ++m) {
    out[m].identity = identity(ended_[m]);
    for (auto& [id, trace] : open_[m]) {
      for (const RaisedVisit::At& at : trace.risks) {
        double& peak = out[m].peak[at.person];
        peak = std::max(peak, at.risk);
      }
      out[m].raised.push_back(std::move(trace));
    }
    for (const auto& [id, ended] : ended_[m]) {
      const int who = mostly(ended.record.parts);
      const TruePerson* person = truth_.person(who);
      out[m].visits.push_back({ended.record.risk, who, ended.record});
      for (const auto& [product, pieces] : ended.held)
        out[m].held[{person == nullptr ? 0 : person->party, product}] += pieces;
    }
  }
  return out;
}

double Outcome::h_prs() const {
  const double p = precision(), r = recall(), s = specificity();
  return p <= 0 || r <= 0 || s <= 0 ? 0 : 3 / (1 / p + 1 / r + 1 / s);
}

void add_day(Outcome& outcome, const TrueDay& truth, const MindDay& day, double threshold, HonestMistakes mistakes,
             double late_s) {
  ++outcome.days;
  const std::set<int> with_mistakes = parties_with_mistakes(truth);
  std::set<int> alerted;
  std::map<int, Timestamp> first_of_party;
  for (const RaisedVisit& trace : day.raised) {
    const RaisedVisit::At* at = crossing(trace, threshold);
    if (at == nullptr) continue;
    const TruePerson* person = truth.person(at->person);
    const AlertIs verdict = judged(person, with_mistakes, mistakes);
    if (verdict == AlertIs::loss_found) {
      ++outcome.losses_found;
      continue;
    }
    ++outcome.alerts;
    if (verdict == AlertIs::wrong) {
      count_false(outcome, person, with_mistakes);
      if (person != nullptr && person->visitor()) alerted.insert(person->id);
      continue;
    }
    ++outcome.true_alerts;
    const auto [first, fresh] = first_of_party.try_emplace(person->party, at->time);
    if (!fresh) first->second = std::min(first->second, at->time);
  }
  for (const TruePerson& person : truth.people)
    if (person.visitor() && !person.thief()) ++outcome.honest;
  outcome.honest_alerted += static_cast<int>(alerted.size());
  for (const TrueTheft& theft : truth.thefts) {
    ++outcome.thefts;
    auto& [caught, of] = outcome.by_kind[theft.kind];
    ++of;
    const auto at = first_of_party.find(theft.party);
    if (at == first_of_party.end() || seconds_between(theft.leaves, at->second) > late_s) continue;
    ++outcome.caught;
    ++caught;
    outcome.to_alert_s.push_back(seconds_between(theft.shows, at->second));
  }
}

double choose_threshold(const std::vector<std::pair<const TrueDay*, const MindDay*>>& days, double false_a_day,
                        HonestMistakes mistakes) {
  std::vector<double> wrong;  // peak risks of what would be false alerts
  for (const auto& [truth, day] : days) {
    const std::set<int> with_mistakes = parties_with_mistakes(*truth);
    for (const RaisedVisit& trace : day->raised) {
      // At a threshold up to here the alert is about somebody honest: whoever is in the box as the risk first gets
      // there.
      double wrong_up_to = 0, peak = 0;
      for (const RaisedVisit::At& at : trace.risks) {
        if (at.risk <= peak) continue;
        peak = at.risk;
        if (judged(truth->person(at.person), with_mistakes, mistakes) == AlertIs::wrong) wrong_up_to = peak;
      }
      if (wrong_up_to > 0) wrong.push_back(wrong_up_to);
    }
  }
  std::ranges::sort(wrong, std::greater<>());
  const auto allowed = static_cast<size_t>(std::floor(false_a_day * static_cast<double>(days.size())));
  if (wrong.size() <= allowed) return 0.02;
  return std::nextafter(wrong[allowed], 2.0);  // just above the first that would be one too many
}

std::vector<CurvePoint> alert_curve(const std::vector<std::pair<const TrueDay*, const MindDay*>>& days,
                                    int false_most) {
  std::vector<CurvePoint> curve;
  for (int allowed = 0; allowed <= false_most; ++allowed) {
    // Half an alert more than allowed: the floor is of a product that may be a hair too small.
    const double threshold =
        choose_threshold(days, (allowed + 0.5) / std::max<double>(1, static_cast<double>(days.size())));
    Outcome outcome;
    for (const auto& [truth, day] : days) add_day(outcome, *truth, *day, threshold);
    curve.push_back({threshold, outcome.false_alerts, outcome.caught});
  }
  return curve;
}

BasketError basket_error(const TrueDay& truth, const MindDay& day, const std::set<std::string>& of) {
  std::map<std::pair<int, std::string>, double> off;
  BasketError out;
  for (const TruePiece& piece : truth.pieces) {
    if (!of.contains(piece.product)) continue;
    off[{piece.party, piece.product}] -= 1;
    out.pieces += 1;
  }
  for (const auto& [key, pieces] : day.held)
    if (of.contains(key.second)) off[key] += pieces;
  for (const auto& [key, pieces] : off) out.wrong += std::abs(pieces);
  return out;
}

ScoreRange share_interval(int hits, int of) {
  if (of <= 0) return {};
  const boost::math::beta_distribution<> jeffreys(hits + 0.5, of - hits + 0.5);
  return {hits == 0 ? 0 : quantile(jeffreys, 0.05), hits == of ? 1 : quantile(jeffreys, 0.95)};
}

ScoreRange rate_interval(int events, double exposure) {
  if (exposure <= 0) return {0, 0};
  const double low = events == 0 ? 0 : quantile(boost::math::gamma_distribution<>(events), 0.05);
  return {low / exposure, quantile(boost::math::gamma_distribution<>(events + 1), 0.95) / exposure};
}

double calibration_error(const std::vector<std::pair<double, bool>>& risks) {
  struct Bin {
    double risk = 0;
    int thefts = 0, visits = 0;
  };
  std::array<Bin, 10> bins;
  for (const auto& [risk, theft] : risks) {
    Bin& bin = bins[std::min<size_t>(9, static_cast<size_t>(std::max(0.0, risk) * 10))];
    bin.risk += risk;
    bin.thefts += theft ? 1 : 0;
    ++bin.visits;
  }
  double error = 0;
  for (const Bin& bin : bins) error += std::abs(bin.risk - bin.thefts);
  return risks.empty() ? 0 : error / static_cast<double>(risks.size());
}

}  // namespace shrike

#include <algorithm>
#include <cmath>

#include "track/assignment.h"
#include "track/identity_odds.h"
#include "track/store_visits_state.h"

namespace shrike {
namespace {

constexpr double kWorthKeeping = 0.1;  ///< probability from which a claim besides the first is said
constexpr double kMoreLikely = 0.5;    ///< of two who could be somebody, neither is
constexpr double kOddsMost = 1e6;
constexpr double kHopeless = -9;    ///< log-odds of what is not weighed at all
constexpr double kDecideFor_s = 3;  ///< looks and places of the first moments are poor
constexpr double kLooksMost = 3.5;  ///< that looks can add
constexpr size_t kLooksCompared = 6;

bool is_in(const std::vector<PartId>& ids, PartId id) { return std::ranges::find(ids, id) != ids.end(); }

}  // namespace

/// A person's first part takes all others along: they are who they are because of it.
std::vector<PartId> StoreVisits::State::moving_with(PartId id) const {
  const StorePerson& person = persons.find(parts.at(id).person)->second;
  return person.parts.front() == id ? person.parts : std::vector<PartId>{id};
}

/// Nobody is in one picture twice. Rows that are being decided do not count, as they may go elsewhere; but for the one
/// that the person began with.
bool StoreVisits::State::conflict(const std::vector<PartId>& moving, const StorePerson& person,
                                  const std::vector<PartId>& rows) const {
  std::vector<std::pair<const VisitPart*, bool>> theirs;  // and whether it may go elsewhere
  theirs.reserve(person.parts.size());
  for (const PartId other : person.parts)
    if (other != moving.front())
      theirs.emplace_back(&parts.at(other), other != person.parts.front() && is_in(rows, other));
  for (const PartId m : moving) {
    const bool may_leave = is_in(rows, m);
    for (const auto& [b, may_go] : theirs)
      if (!(may_leave && may_go) && b->beside.contains(m)) return true;
  }
  return false;
}

/// Everybody who speaks for or against being `id`, by what those who move with it have seen of them.
std::map<std::string_view, StoreVisits::State::Meeting> StoreVisits::State::meetings(PartId id,
                                                                                     const std::vector<PartId>& moving,
                                                                                     const Walks& walks) const {
  std::map<std::string_view, Meeting> found;
  const auto meeting_with = [&](PartId other) -> Meeting* {
    const auto part = parts.find(other);
    const bool is_moving =
        other == id || (moving.size() > 1 && part != parts.end() && part->second.person == parts.at(id).person);
    if (part == parts.end() || is_moving) return nullptr;
    return &found.try_emplace(part->second.person, Meeting{kHopeless}).first->second;
  };
  for (const auto& [other, log_odds] : parts.at(id).returns)
    if (Meeting* meeting = meeting_with(other)) meeting->came = std::max(meeting->came, log_odds);
  for (const PartId m : moving) {
    const auto walked = walks.find(m);
    if (walked == walks.end()) continue;
    for (const auto& [other, log_odds] : walked->second)
      if (Meeting* meeting = meeting_with(other)) meeting->walked += log_odds;
  }
  return found;
}

/// Of `id`, with all that moves with it, being `person` against being somebody new.
double StoreVisits::State::log_odds(PartId id, const StorePerson& person, Meeting meeting,
                                    const std::vector<PartId>& moving, const std::vector<PartId>& rows) const {
  // Where both were watched walking, that says more of place than how they came to be there.
  const double came = meeting.walked > 0 ? std::max(meeting.came, 0.0) : meeting.came;
  const double met = came + meeting.walked;
  if (met + kLooksMost < kHopeless || conflict(moving, person, rows)) return -INFINITY;
  return met + log_odds_of_looks(parts.at(id), person, moving);
}

/// The most alike of a person's newest parts: one camera sees the back, another the front.
double StoreVisits::State::log_odds_of_looks(const VisitPart& part, const StorePerson& person,
                                             const std::vector<PartId>& moving) const {
  double looked = -INFINITY;
  size_t held_against = 0;
  for (auto it = person.parts.rbegin(); it != person.parts.rend() && held_against < kLooksCompared; ++it) {
    const VisitPart& known = parts.at(*it);
    if (is_in(moving, *it) || part.look.empty() || part.look.size() != known.look.size()) continue;
    ++held_against;
    looked = std::max(looked, looks.log_ratio(part.look, known.look));
  }
  return held_against == 0 ? 0 : std::min(looked, kLooksMost);
}

void StoreVisits::State::reopen(PartId id) {
  VisitPart& part = parts.at(id);
  if (part.pinned) return;
  part.settled = false;
  unsettled.insert(id);
}

void StoreVisits::State::decide(StoreVisitsUpdate& update) {
  std::map<std::string, std::vector<PartId>> by_camera;
  for (const PartId id : unsettled) by_camera[parts.at(id).camera].push_back(id);
  const Walks together_of = walks();
  for (const auto& [camera, rows] : by_camera) decide_camera(rows, together_of, update);
  std::erase_if(unsettled, [&](PartId id) {
    VisitPart& part = parts.at(id);
    part.settled = !part.open || seconds_between(part.begun, part.seen) >= kDecideFor_s;
    return part.settled;
  });
}

Walks StoreVisits::State::walks() const {
  Walks of;
  for (const auto& [pair, walk] : together) {
    of[pair.first].emplace_back(pair.second, walk.log_odds);
    of[pair.second].emplace_back(pair.first, walk.log_odds);
  }
  return of;
}

std::vector<IdentityOdds> StoreVisits::State::weigh(const std::vector<PartId>& rows, const Walks& walks,
                                                    std::vector<std::string>& columns) const {
  std::map<std::string_view, std::vector<std::pair<int, double>>> of;  // by person: rows and their odds
  for (size_t row = 0; row < rows.size(); ++row) {
    const std::vector<PartId> moving = moving_with(rows[row]);
    for (const auto& [id, meeting] : meetings(rows[row], moving, walks)) {
      const StorePerson& person = persons.find(id)->second;
      // Only those who are older: otherwise two could each become the other.
      if (person.parts.front() >= rows[row]) continue;
      const double odds = log_odds(rows[row], person, meeting, moving, rows);
      if (odds >= kHopeless) of[id].emplace_back(static_cast<int>(row), std::min(kOddsMost, std::exp(odds)));
    }
  }
  std::vector<IdentityOdds> entries;
  for (const auto& [id, odds_of_rows] : of) {
    for (const auto& [row, odds] : odds_of_rows) entries.push_back({row, static_cast<int>(columns.size()), odds});
    columns.emplace_back(id);
  }
  return entries;
}

void StoreVisits::State::decide_camera(const std::vector<PartId>& rows, const Walks& walks, StoreVisitsUpdate& update) {
  std::vector<std::string> columns;
  const std::vector<IdentityOdds> entries = weigh(rows, walks, columns);
  const auto probabilities =
      identity_probabilities(entries, static_cast<int>(rows.size()), static_cast<int>(columns.size()));
  Assignment assignment;
  assignment.begin(static_cast<int>(rows.size()), static_cast<int>(columns.size()));
  for (int row = 0; row < static_cast<int>(rows.size()); ++row)
    for (size_t k = 0; k < entries.size(); ++k) {
      const double gain = probabilities[k] - kMoreLikely;
      if (entries[k].row == row && gain > 0) assignment.add(row, entries[k].column, static_cast<float>(gain));
    }
  const auto solved = assignment.solve();
  const std::vector<int> chosen(solved.begin(), solved.end());
  // Those who leave somebody go first, so that nobody is there twice in between.
  for (size_t row = 0; row < rows.size(); ++row)
    if (chosen[row] < 0) make_own(rows[row]);
  for (size_t row = 0; row < rows.size(); ++row) {
    double first = 1;  // where nobody is likely: the part is certainly its own visit's
    std::vector<Claim> others;
    for (size_t k = 0; k < entries.size(); ++k) {
      if (entries[k].row != static_cast<int>(row)) continue;
      if (entries[k].column == chosen[row])
        first = probabilities[k];
      else if (probabilities[k] >= kWorthKeeping)
        others.push_back({columns[static_cast<size_t>(entries[k].column)], probabilities[k]});
    }
    if (chosen[row] >= 0) give(rows[row], columns[static_cast<size_t>(chosen[row])], update, first);
    set_claims(rows[row], first, std::move(others));
  }
}

void StoreVisits::State::set_claims(PartId id, double first, std::vector<Claim> others) {
  VisitPart& part = parts.at(id);
  std::erase_if(others,
                [&](const Claim& claim) { return claim.visit_id == part.person || !persons.contains(claim.visit_id); });
  std::ranges::sort(others, std::greater{}, &Claim::probability);
  others.insert(others.begin(), {part.person, first});
  part.claims = std::move(others);
  changed.insert(id);
}

/// The part is somebody of its own; nothing to do where it is already.
void StoreVisits::State::make_own(PartId id) {
  VisitPart& part = parts.at(id);
  if (const auto was = persons.find(part.person); was != persons.end()) {
    if (was->second.parts.front() == id) return;
    std::erase(was->second.parts, id);
  }
  // A camera visit's id names its store visit, unless another part of it does already.
  part.person = persons.contains(part.camera_visit) ? new_id(part.begun) : part.camera_visit;
  persons[part.person] = {part.person, {id}};
  part.claims = {{part.person, 1}};
  changed.insert(id);
}

/// `id`, with all that moves with it, becomes part of `person`.
void StoreVisits::State::give(PartId id, const std::string& person, StoreVisitsUpdate& update, double probability) {
  const std::vector<PartId> moving = moving_with(id);
  const std::string was = parts.at(id).person;
  // Where that person has just become part of another, the next decision sees to it.
  if (was == person || !persons.contains(person)) return;
  StorePerson& from = persons.find(was)->second;
  StorePerson& into = persons.find(person)->second;
  for (const PartId m : moving) {
    VisitPart& part = parts.at(m);
    std::erase(from.parts, m);
    into.parts.push_back(m);
    part.person = person;
    std::erase_if(part.claims, [&](const Claim& claim) { return claim.visit_id == was || claim.visit_id == person; });
    part.claims.insert(part.claims.begin(), {person, probability});
    changed.insert(m);
  }
  std::ranges::sort(into.parts);
  if (!from.parts.empty()) return;
  persons.erase(was);
  for (auto& [other, part] : parts)
    if (std::erase_if(part.claims, [&](const Claim& claim) { return claim.visit_id == was; }) > 0)
      changed.insert(other);
  update.merged.push_back({was, person, probability});
}

}  // namespace shrike

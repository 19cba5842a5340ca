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

/// Nobody is on one camera twice. Rows that are being decided do not count, as they may go elsewhere; but for the one
/// that the person began with.
bool StoreVisits::State::conflict(const std::vector<PartId>& moving, const StorePerson& person,
                                  const std::vector<PartId>& rows) const {
  for (const PartId m : moving)
    for (const PartId other : person.parts) {
      if (is_in(moving, other)) continue;
      if (is_in(rows, other) && is_in(rows, m) && other != person.parts.front()) continue;
      const VisitPart &a = parts.at(m), &b = parts.at(other);
      if (a.camera != b.camera || a.camera_visit == b.camera_visit) continue;
      if (std::max(a.begun, b.begun) <= std::min(a.seen, b.seen)) return true;
    }
  return false;
}

/// Of `id`, with all that moves with it, being `person` against being somebody new.
double StoreVisits::State::log_odds(PartId id, const StorePerson& person, const std::vector<PartId>& rows) const {
  const std::vector<PartId> moving = moving_with(id);
  const VisitPart& part = parts.at(id);
  double came = kHopeless, walked = 0;
  for (const PartId other : person.parts) {
    if (is_in(moving, other)) continue;
    if (const auto found = part.returns.find(other); found != part.returns.end()) came = std::max(came, found->second);
    for (const PartId m : moving)
      if (const auto walk = together.find(std::minmax(m, other)); walk != together.end())
        walked += walk->second.log_odds;
  }
  // Where both were watched walking, that says more of place than how they came to be there.
  if (walked > 0) came = std::max(came, 0.0);
  if (came + walked + kLooksMost < kHopeless || conflict(moving, person, rows)) return -INFINITY;
  return came + walked + log_odds_of_looks(part, person, moving);
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
  for (const auto& [camera, rows] : by_camera) decide_camera(rows, update);
  std::erase_if(unsettled, [&](PartId id) {
    VisitPart& part = parts.at(id);
    part.settled = !part.open || seconds_between(part.begun, part.seen) >= kDecideFor_s;
    return part.settled;
  });
}

std::vector<IdentityOdds> StoreVisits::State::weigh(const std::vector<PartId>& rows,
                                                    std::vector<std::string>& columns) const {
  std::vector<IdentityOdds> entries;
  for (const auto& [id, person] : persons) {
    bool is_new = true;
    for (size_t row = 0; row < rows.size(); ++row) {
      // Only those who are older: otherwise two could each become the other.
      if (person.parts.front() >= rows[row]) continue;
      const double odds = log_odds(rows[row], person, rows);
      if (odds < kHopeless) continue;
      if (is_new) columns.push_back(id);
      is_new = false;
      entries.push_back(
          {static_cast<int>(row), static_cast<int>(columns.size()) - 1, std::min(kOddsMost, std::exp(odds))});
    }
  }
  return entries;
}

void StoreVisits::State::decide_camera(const std::vector<PartId>& rows, StoreVisitsUpdate& update) {
  std::vector<std::string> columns;
  const std::vector<IdentityOdds> entries = weigh(rows, columns);
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

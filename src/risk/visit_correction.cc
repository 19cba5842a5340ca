#include "risk/visit_correction.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "behaviour/kinds.h"
#include "risk/fusion.h"
#include "risk/unsure.h"

namespace shrike {
namespace {

/// Evidence is handed out a moment after it was seen.
constexpr double kMoment_s = 1;

void weigh(VisitRecord& visit, const RiskInUse& in_use) {
  std::vector<Evidence> facts;
  for (const WeighedEvidence& weighed : visit.evidence) facts.push_back(weighed.evidence);
  const Risk risk = fuse(visit.prior, facts, in_use.rules, in_use.calibration);
  visit.risk = risk.probability;
  visit.evidence = risk.evidence;
  visit.continuity = 1;
  for (const StoreVisit::Part& part : visit.parts) visit.continuity *= part.probability;
  if (visit.parts.empty()) return;
  visit.from = std::ranges::min_element(visit.parts, {}, &StoreVisit::Part::from)->from;
  visit.to = std::ranges::max_element(visit.parts, {}, &StoreVisit::Part::to)->to;
  visit.camera = visit.parts.back().camera;
}

/// Of which visit a fact is: gone where an officer says it.
bool is_doubt(const WeighedEvidence& weighed) { return weighed.evidence.kind == kUnsureWho; }

bool seen_in(const Evidence& fact, const StoreVisit::Part& part) {
  return fact.source == part.camera && fact.to >= part.from && fact.to <= part.to.plus_s(kMoment_s);
}

}  // namespace

VisitRecord merged_record(VisitRecord into, const VisitRecord& from, const RiskInUse& risk) {
  std::map<std::string, WeighedEvidence> facts;
  bool shared = false;  // the doubt was which of the two it was
  for (const auto& evidence : {into.evidence, from.evidence})
    for (const WeighedEvidence& weighed : evidence) {
      const auto [place, is_new] = facts.try_emplace(key_of(weighed.evidence), weighed);
      shared = shared || (!is_new && !is_doubt(weighed));
      if (!is_new && std::abs(weighed.evidence.llr) > std::abs(place->second.evidence.llr)) place->second = weighed;
    }
  into.evidence.clear();
  for (auto& [key, weighed] : facts)
    if (!shared || !is_doubt(weighed)) into.evidence.push_back(std::move(weighed));
  for (StoreVisit::Part part : from.parts) {
    part.probability = 1;  // an officer said so
    into.parts.push_back(std::move(part));
  }
  std::ranges::stable_sort(into.parts, {}, &StoreVisit::Part::from);
  weigh(into, risk);
  return into;
}

std::optional<std::pair<VisitRecord, VisitRecord>> split_record(const VisitRecord& visit, std::string_view camera_visit,
                                                                const RiskInUse& risk) {
  const auto at = std::ranges::find(visit.parts, camera_visit, &StoreVisit::Part::camera_visit);
  if (at == visit.parts.end() || visit.parts.size() < 2 || visit.visit_id == camera_visit) return std::nullopt;
  VisitRecord rest = visit, own = visit;
  own.visit_id = camera_visit;
  own.parts.clear();
  rest.parts.clear();
  for (StoreVisit::Part part : visit.parts) {
    const bool leaves = part.camera_visit == camera_visit;
    if (leaves) part.probability = 1;
    (leaves ? own : rest).parts.push_back(std::move(part));
  }
  own.evidence.clear();
  rest.evidence.clear();
  for (const WeighedEvidence& weighed : visit.evidence) {
    const bool leaves =
        std::ranges::any_of(own.parts, [&](const auto& part) { return seen_in(weighed.evidence, part); });
    if (!leaves || !is_doubt(weighed)) (leaves ? own : rest).evidence.push_back(weighed);
  }
  weigh(own, risk);
  weigh(rest, risk);
  return std::pair(std::move(rest), std::move(own));
}

std::array<Evidence, 2> officers_word(bool is_staff, Timestamp now) {
  const auto word = [&](std::string_view kind, bool holds) {
    return Evidence{.kind = std::string(kind),
                    .from = now,
                    .to = now,
                    .source = "officer",
                    .zone = {},
                    .llr = holds ? find_kind(kind)->llr : 0,
                    .detail = kind == "staff_word" ? "staff, an officer says" : "not staff, an officer says"};
  };
  return {word("staff_word", is_staff), word("not_staff", !is_staff)};
}

VisitRecord staff_record(VisitRecord visit, bool is_staff, Timestamp now, const RiskInUse& risk) {
  for (const Evidence& word : officers_word(is_staff, now)) {
    std::erase_if(visit.evidence, [&](const auto& weighed) { return key_of(weighed.evidence) == key_of(word); });
    if (word.llr != 0) visit.evidence.push_back({.evidence = word});
  }
  weigh(visit, risk);
  return visit;
}

}  // namespace shrike

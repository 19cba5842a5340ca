#include "behaviour/movement_facts.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

constexpr size_t kPoints = 513;  // tails count: a rank of 0.002 must not look like one of 0.015
constexpr double kWhere = 0.25;  // fitted to nothing: it is there for ways that no number of time tells
constexpr double kMost = 1e5;    // seconds, metres
constexpr double kLeast = 1e-9;  // of a rank

double bounded(double value) { return std::isfinite(value) ? std::clamp(value, 0.0, kMost) : 0; }

/// What is ranked, by fact: of the time at shelves, what the way does not explain.
std::array<double, kMovementFacts> ranked(const FactRanks& fit, const WalkFacts& facts, double where) {
  return {facts.pace, facts.shelves - fit.slope * facts.way - fit.offset, facts.tills, where};
}

double part(MovementFact fact, double below) {
  if (fact == MovementFact::where) return -kWhere * std::log(std::max(kLeast, 1 - below));
  return -std::log(std::max(kLeast, 2 * std::min(below, 1 - below)));
}

}  // namespace

WalkFacts walk_facts(const Walk& walk) {
  double way = 0, shelves = 0, tills = 0;
  for (const Stretch& s : walk.stretches) {
    way += bounded(s.way);
    if (s.zone == ZoneKind::shelf) shelves += bounded(s.seconds);
    if (s.zone == ZoneKind::checkout) tills += bounded(s.seconds);
  }
  const double seconds = bounded(walk.seconds);
  return {.pace = std::log((way + 1) / (seconds + 1)),
          .way = std::log1p(way),
          .shelves = std::log1p(shelves),
          .tills = seconds > 0 ? std::min(1.0, tills / seconds) : 0};
}

const char* say(MovementFact fact, bool more) {
  switch (fact) {
    case MovementFact::pace:
      return more ? "hardly stood still on its way" : "stood much for so short a way";
    case MovementFact::shelves:
      return more ? "long at shelves for its way" : "hardly at ordinary shelves for its way";
    case MovementFact::tills:
      return more ? "most of its time at tills" : "hardly at a till";
    case MovementFact::where:
      return more ? "went where few go next" : "went where most go";
  }
  return "";
}

std::array<double, kMovementFacts> FactRanks::below(const WalkFacts& facts, double where) const {
  const auto values = ranked(*this, facts, where);
  std::array<double, kMovementFacts> out{};
  for (size_t f = 0; f < kMovementFacts; ++f) out[f] = 1 - normal[f].exceedance(static_cast<float>(values[f]));
  return out;
}

FactRanks fit_facts(std::span<const WalkFacts> facts, std::span<const double> where) {
  FactRanks out;
  double x = 0, y = 0, xx = 0, xy = 0;
  for (const WalkFacts& f : facts) {
    x += f.way;
    y += f.shelves;
    xx += f.way * f.way;
    xy += f.way * f.shelves;
  }
  const auto n = static_cast<double>(std::max<size_t>(1, facts.size()));
  const double spread = xx - x * x / n;
  out.slope = spread > 1e-9 * n ? (xy - x * y / n) / spread : 0;
  out.offset = (y - out.slope * x) / n;
  std::array<std::vector<float>, kMovementFacts> samples;
  for (size_t i = 0; i < facts.size(); ++i) {
    const auto values = ranked(out, facts[i], where[i]);
    for (size_t f = 0; f < kMovementFacts; ++f) samples[f].push_back(static_cast<float>(values[f]));
  }
  for (size_t f = 0; f < kMovementFacts; ++f) out.normal[f] = Quantiles::of(std::move(samples[f]), kPoints);
  return out;
}

double unusualness(const std::array<double, kMovementFacts>& below) {
  double sum = 0;
  for (size_t f = 0; f < kMovementFacts; ++f) sum += part(static_cast<MovementFact>(f), below[f]);
  return sum;
}

MovementFact strongest(const std::array<double, kMovementFacts>& below) {
  size_t most = 0;
  for (size_t f = 1; f < kMovementFacts; ++f)
    if (part(static_cast<MovementFact>(f), below[f]) > part(static_cast<MovementFact>(most), below[most])) most = f;
  return static_cast<MovementFact>(most);
}

}  // namespace shrike

#include "behaviour/evidence_rules.h"

#include <algorithm>
#include <fmt/format.h>

#include "behaviour/kinds.h"

namespace shrike {
namespace {

/// One visit under the rules: everything the rules below look at.
struct Case {
  const VisitFacts& visit;
  std::span<const Zone> zones;
  const RuleBook& book;
  const ObjectLabels& labels;
  const std::string& camera;
  bool staff = false;
  std::vector<Evidence> evidence;

  [[nodiscard]] const ZoneFacts& facts(size_t zone) const { return visit.zones[zone].facts(); }

  /// Adds evidence of `rule` in `zone`. For staff, evidence for from places alone says nothing.
  void add(const KindRule& rule, size_t zone, double llr, Timestamp from, Timestamp to, std::string detail) {
    if (staff && llr > 0) {
      llr = 0;
      detail += " (staff)";
    }
    evidence.push_back({.kind = rule.name,
                        .from = from,
                        .to = std::max(from, to),
                        .source = camera,
                        .zone = zones[zone].name,
                        .llr = llr,
                        .detail = std::move(detail)});
  }
};

std::string in_words(double seconds) {
  const int whole = static_cast<int>(seconds);
  return whole < 120 ? fmt::format("{} s", whole) : fmt::format("{} min {} s", whole / 60, whole % 60);
}

/// The longest stay of at least `needed_s`, in words and time: exact once it ended, by its last step while it goes on.
void add_stay(Case& c, const KindRule& rule, size_t zone, double llr, double reached_s, std::string_view place) {
  const ZoneFacts& facts = c.facts(zone);
  const bool open = facts.longest_goes_on();
  const Timestamp to = open ? facts.longest.from.plus_s(reached_s) : facts.longest.to;
  const double shown_s = open ? reached_s : facts.longest.dwell_s;
  c.add(rule, zone, llr, facts.longest.from, to, fmt::format("{}{} {}", open ? "over " : "", in_words(shown_s), place));
}

void loitering(Case& c, const KindRule& rule, size_t zone) {
  const double unit_s = c.zones[zone].loitering_s;
  const Step* step = unit_s > 0 ? step_reached(loitering_steps(), c.facts(zone).longest.dwell_s / unit_s) : nullptr;
  if (step == nullptr) return;
  add_stay(c, rule, zone, rule.llr * step->factor, step->from * unit_s, "in " + c.zones[zone].name);
}

void repeated_entry(Case& c, const KindRule& rule, size_t zone) {
  const ZoneFacts& facts = c.facts(zone);
  const Step* step = step_reached(entry_steps(), facts.entries);
  if (step == nullptr) return;
  c.add(rule, zone, rule.llr * step->factor, facts.first_entered, facts.newest.from,
        fmt::format("entered {} {} times", c.zones[zone].name, facts.entries));
}

void restricted_entry(Case& c, const KindRule& rule, size_t zone) {
  const ZoneFacts& facts = c.facts(zone);
  if (facts.entries == 0) return;
  c.add(rule, zone, rule.llr, facts.first_entered, facts.first_entered, "entered " + c.zones[zone].name);
}

/// A stay of at least `needed_s` in one zone, without steps.
void dwelt(Case& c, const KindRule& rule, size_t zone, double needed_s, std::string_view place) {
  if (c.facts(zone).entries > 0 && c.facts(zone).longest.dwell_s >= needed_s) {
    add_stay(c, rule, zone, rule.llr, needed_s, place);
  }
}

/// The newest stop in any zone of `kind`; null where there was none.
const Stay* newest_stop(const Case& c, ZoneKind kind) {
  const Stay* newest = nullptr;
  for (size_t i = 0; i < c.zones.size(); ++i) {
    const auto& stop = c.facts(i).last_stop;
    if (c.zones[i].kind == kind && stop && (newest == nullptr || stop->from > newest->from)) newest = &*stop;
  }
  return newest;
}

/// Whether the visit was back among the shelves after it had been at `exit`.
bool came_back(const Case& c, size_t exit) {
  const ZoneFacts& door = c.facts(exit);
  if (door.inside) return false;
  for (size_t i = 0; i < c.zones.size(); ++i) {
    const ZoneKind kind = c.zones[i].kind;
    const bool inner = kind != ZoneKind::exit && kind != ZoneKind::entrance;
    if (inner && c.facts(i).entries > 0 && c.facts(i).newest.to > door.newest.to) return true;
  }
  return false;
}

void exit_without_checkout(Case& c, const KindRule& rule, size_t exit) {
  const ZoneFacts& door = c.facts(exit);
  const Stay* stop = newest_stop(c, ZoneKind::high_risk);
  const bool can_tell = std::ranges::find(c.zones, ZoneKind::checkout, &Zone::kind) != c.zones.end();
  if (!can_tell || stop == nullptr || door.entries == 0 || door.newest.from <= stop->from) return;
  const Stay* paid = newest_stop(c, ZoneKind::checkout);
  const Timestamp at = door.newest.from;
  const std::string& name = c.zones[exit].name;
  if (paid != nullptr && paid->to >= stop->from) {
    // Where the checkout came first there never was anything to say.
    if (paid->to > at) c.add(rule, exit, 0, at, at, fmt::format("went to {}, then to a checkout", name));
  } else if (came_back(c, exit)) {
    c.add(rule, exit, 0, at, at, fmt::format("went to {}, came back", name));
  } else {
    c.add(rule, exit, rule.llr, at, at, fmt::format("left by {} without checkout", name));
  }
}

void object_carried_out(Case& c, const KindRule& rule, size_t exit) {
  const std::pair<const std::pair<size_t, int>, Sightings>* best = nullptr;
  for (const auto& entry : c.visit.carried_out) {
    const bool here = entry.first.first == exit && entry.second.frames >= kCarriedFrames;
    if (here && (best == nullptr || entry.second.first < best->second.first)) best = &entry;
  }
  if (best == nullptr) return;
  const std::string thing = fmt::format("{} carried to {}", c.labels.name(best->first.second), c.zones[exit].name);
  const Timestamp at = best->second.first;
  if (newest_stop(c, ZoneKind::checkout) != nullptr) {
    c.add(rule, exit, 0, at, at, thing + " after a checkout");
  } else if (c.visit.cart_frames >= kCarriedFrames) {
    c.add(rule, exit, 0, at, at, thing + " with a cart or basket");
  } else if (came_back(c, exit)) {
    c.add(rule, exit, 0, at, at, thing + ", came back");
  } else {
    c.add(rule, exit, rule.llr, at, at, thing + ", no cart or basket");
  }
}

struct SignKind {
  const char* kind;
  BodySign sign;
};
constexpr std::array<SignKind, 3> kSigns{{{"hand_to_body", BodySign::hand_to_body},
                                          {"trolley_use", BodySign::in_cart},
                                          {"concealment", BodySign::concealment}}};

/// What poses showed. A hand in a trolley does not take back a hand in a pocket: they are two pieces.
void body_signs(Case& c) {
  for (const auto& [where, fact] : c.visit.body) {
    const auto sign = std::ranges::find(kSigns, where.second, &SignKind::sign);
    const KindRule* rule = c.book.find(sign->kind);
    if (rule != nullptr) c.add(*rule, where.first, rule->llr, fact.from, fact.to, fact.detail);
  }
}

/// A shipped rule that is looked at in every zone of one kind.
struct Shipped {
  const char* kind;
  ZoneKind zone;
  void (*look)(Case&, const KindRule&, size_t zone);
};

constexpr std::array<Shipped, 7> kShipped{{
    {"loitering", ZoneKind::high_risk, loitering},
    {"repeated_entry", ZoneKind::high_risk, repeated_entry},
    {"restricted_entry", ZoneKind::restricted, restricted_entry},
    {"exit_without_checkout", ZoneKind::exit, exit_without_checkout},
    {"object_carried_out", ZoneKind::exit, object_carried_out},
    {"checkout_visited", ZoneKind::checkout,
     [](Case& c, const KindRule& rule, size_t zone) { dwelt(c, rule, zone, kStop_s, "at " + c.zones[zone].name); }},
    {"staff_zone", ZoneKind::staff,
     [](Case& c, const KindRule& rule, size_t zone) { dwelt(c, rule, zone, kStaff_s, "in " + c.zones[zone].name); }},
}};

bool is_staff(const Case& c) {
  if (c.book.find("staff_zone") == nullptr) return false;
  for (size_t i = 0; i < c.zones.size(); ++i) {
    if (c.zones[i].kind == ZoneKind::staff && c.facts(i).longest.dwell_s >= kStaff_s) return true;
  }
  return false;
}

}  // namespace

const Step* step_reached(std::span<const Step> steps, double measure) {
  const Step* reached = nullptr;
  for (const Step& step : steps) {
    if (measure >= step.from) reached = &step;
  }
  return reached;
}

std::vector<Evidence> evidence_of(const VisitFacts& visit, std::span<const Zone> zones, const RuleBook& book,
                                  const ObjectLabels& labels, const std::string& camera) {
  Case c{visit, zones, book, labels, camera, false, {}};
  c.staff = is_staff(c);
  for (size_t i = 0; i < zones.size(); ++i) {
    for (const Shipped& shipped : kShipped) {
      const KindRule* rule = shipped.zone == zones[i].kind ? book.find(shipped.kind) : nullptr;
      if (rule != nullptr) shipped.look(c, *rule, i);
    }
    for (const KindRule& rule : book.kinds) {
      if (rule.zone == zones[i].kind) dwelt(c, rule, i, rule.dwell_s, "in " + zones[i].name);
    }
  }
  body_signs(c);
  return std::move(c.evidence);
}

}  // namespace shrike

#include "risk/store_mind.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace shrike {

StoreMind::StoreMind(const SiteConfig& site, RuleBook rules, Planogram planogram, RiskEngine::NewId new_id)
    : store_(site.store),
      prior_(site.risk.prior),
      planogram_(std::move(planogram)),
      who_(site),
      risk_(site.store, site.risk, std::move(rules), std::move(new_id)) {}

MindChanges StoreMind::see(const CameraView& view) {
  MindChanges changes;
  now_ = std::max(now_, view.time);
  take(who_.see(view), view.time, changes);
  std::ranges::move(risk_.advance(view.time), std::back_inserter(changes.incidents));
  return changes;
}

/// What cameras' visits turn out to be, as visits of the store.
void StoreMind::take(const WhoChanges& who, Timestamp now, MindChanges& changes) {
  for (const VisitsMerged& merged : who.merged)
    std::ranges::move(risk_.merge(merged.from, merged.into, now), std::back_inserter(changes.incidents));
  std::ranges::move(risk_.add(who.evidence, now), std::back_inserter(changes.incidents));
  for (const VisitRecord& record : who.paused) changes.ended.push_back(weighed(record));
  for (const VisitRecord& record : who.ended) {
    changes.ended.push_back(weighed(record));
    risk_.visit_ended(record.visit_id, record.to);
  }
}

VisitRecord StoreMind::weighed(VisitRecord record) const {
  const Risk risk = risk_.assess(record.visit_id);
  record.store_id = store_;
  record.prior = prior_;
  record.risk = risk.probability;
  record.evidence = risk.evidence;
  return record;
}

MindChanges StoreMind::hear(const ItemEvent& event) {
  if (!who_.is_badge(event)) return advance(event.to);
  MindChanges changes;
  take(who_.badge(event), event.to, changes);
  return changes;
}

MindChanges StoreMind::hear(const TillTransaction& /*transaction*/) { return {}; }

MindChanges StoreMind::advance(Timestamp now) {
  MindChanges changes;
  take(who_.advance(now), now, changes);
  std::ranges::move(risk_.advance(now), std::back_inserter(changes.incidents));
  return changes;
}

MindChanges StoreMind::finish() {
  MindChanges changes;
  take(who_.finish(), now_, changes);
  std::ranges::move(risk_.finish(), std::back_inserter(changes.incidents));
  return changes;
}

std::optional<MindChanges> StoreMind::correct_merge(std::string_view from, std::string_view into) {
  if (!who_.visits().find(from) || !who_.visits().find(into)) return std::nullopt;
  MindChanges changes;
  take(who_.merge(from, into), now_, changes);
  return changes;
}

std::optional<MindChanges> StoreMind::correct_split(std::string_view camera_visit_id) {
  const auto visit = who_.visits().find(who_.visit_of(camera_visit_id));
  if (!visit || visit->parts.size() < 2) return std::nullopt;
  MindChanges changes;
  take(who_.split(camera_visit_id), now_, changes);
  return changes;
}

}  // namespace shrike

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

MindChanges StoreMind::hear(const ItemEvent& event) { return advance(event.to); }

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

}  // namespace shrike

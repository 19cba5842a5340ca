#include "risk/store_mind.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace shrike {

StoreMind::StoreMind(const SiteConfig& site, RuleBook rules, Planogram planogram, RiskEngine::NewId new_id)
    : store_(site.store),
      prior_(site.risk.prior),
      planogram_(std::move(planogram)),
      risk_(site.store, site.risk, std::move(rules), std::move(new_id)) {}

MindChanges StoreMind::see(const CameraView& view) {
  MindChanges changes;
  changes.incidents = risk_.add(view.evidence, view.time);
  for (const VisitRecord& record : view.ended) end_visit(record, view.time, changes);
  std::ranges::move(risk_.advance(view.time), std::back_inserter(changes.incidents));
  return changes;
}

void StoreMind::end_visit(VisitRecord record, Timestamp now, MindChanges& changes) {
  const Risk risk = risk_.assess(record.visit_id);
  record.store_id = store_;
  record.prior = prior_;
  record.risk = risk.probability;
  record.evidence = risk.evidence;
  risk_.visit_ended(record.visit_id, now);
  changes.ended.push_back(std::move(record));
}

MindChanges StoreMind::hear(const ItemEvent& event) { return advance(event.to); }

MindChanges StoreMind::hear(const TillTransaction& /*transaction*/) { return {}; }

MindChanges StoreMind::advance(Timestamp now) { return {risk_.advance(now), {}}; }

MindChanges StoreMind::finish() { return {risk_.finish(), {}}; }

}  // namespace shrike

#include "vault/confirmed_goods.h"

#include <algorithm>

namespace shrike {

std::map<std::string, double> goods_of(const Incident& incident) {
  std::map<std::string, double> goods;
  for (const WeighedEvidence& weighed : incident.evidence) {
    if (weighed.evidence.llr <= 0) continue;
    for (const auto& [product, units] : weighed.evidence.goods) goods[product] = std::max(goods[product], units);
  }
  return goods;
}

Result<std::vector<ConfirmedIncident>> confirmed_incidents(IncidentStore& store) {
  std::vector<ConfirmedIncident> all;
  IncidentFilter filter{.verdict = "theft", .limit = 500};
  for (;;) {
    TRY(const IncidentPage page, store.list(filter));
    for (const StoredIncident& stored : page.incidents) {
      const Incident& i = stored.incident;
      all.push_back({.event_id = i.event_id, .store_id = i.store_id, .time = i.time, .goods = goods_of(i)});
    }
    if (page.next.empty()) break;
    filter.before_event_id = page.next;
  }
  std::reverse(all.begin(), all.end());
  return all;
}

}  // namespace shrike

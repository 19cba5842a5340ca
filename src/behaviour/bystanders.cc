#include "behaviour/bystanders.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace shrike {
namespace {

constexpr double kRemembered_s = 60;
constexpr size_t kSeen_max = 100'000;
constexpr double kBefore_s = 3, kAfter_s = 1;

}  // namespace

void Bystanders::see(const std::string& visit_id, const std::string& camera, int64_t track_id,
                     const std::vector<std::string>& zones, Timestamp time) {
  for (const auto& zone : zones) seen_.push_back({visit_id, camera, zone, track_id, time});
  while (!seen_.empty() && (seen_.size() > kSeen_max || seconds_between(seen_.front().time, time) > kRemembered_s))
    seen_.pop_front();
}

std::vector<VisitEvidence> Bystanders::evidence_of(
    const ZoneFact& fact, const std::function<std::string(const std::string&)>& visit_of) const {
  const KindRule* kind = rules_.find(fact.kind);
  if (kind == nullptr) return {};
  std::map<std::string, const Seen*> there;
  for (const auto& seen : seen_) {
    if (seen.zone == fact.zone && seconds_between(fact.from, seen.time) >= -kBefore_s &&
        seconds_between(fact.to, seen.time) <= kAfter_s)
      there[visit_of ? visit_of(seen.visit_id) : seen.visit_id] = &seen;
  }
  const auto n = static_cast<double>(there.size());
  std::vector<VisitEvidence> all;
  for (const auto& [visit_id, seen] : there) {
    all.push_back(
        {.visit_id = visit_id,
         .camera = seen->camera,
         .track_id = seen->track_id,
         .evidence = {.kind = fact.kind,
                      .from = fact.from,
                      .to = fact.to,
                      .source = fact.source,
                      .zone = fact.zone,
                      .llr = std::log((std::exp(kind->llr) + n - 1) / n),
                      .detail = there.size() == 1 ? fact.detail
                                                  : fmt::format("{} while {} were there", fact.detail, there.size())}});
  }
  return all;
}

}  // namespace shrike

#pragma once
#include <string>
#include <vector>

#include "risk/incident.h"
#include "track/store_visits.h"

namespace shrike {

/// One person from entering to leaving, with everything that was weighed.
struct VisitRecord {
  std::string visit_id, store_id, camera;
  int64_t track_id = 0;
  Timestamp from, to;
  double prior = 0, risk = 0;  ///< probabilities
  std::vector<WeighedEvidence> evidence;
  std::vector<StoreVisit::Part> parts;  ///< the cameras' visits that it was put together from
  double continuity = 1;                ///< probability that they were all one person's
};

}  // namespace shrike

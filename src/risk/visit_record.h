#pragma once
#include <string>
#include <vector>

#include "risk/incident.h"

namespace shrike {

/// One person from entering to leaving, with everything that was weighed.
struct VisitRecord {
  std::string visit_id, store_id, camera;
  int64_t track_id = 0;
  Timestamp from, to;
  double prior = 0, risk = 0;  ///< probabilities
  std::vector<WeighedEvidence> evidence;
};

}  // namespace shrike

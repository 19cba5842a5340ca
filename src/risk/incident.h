#pragma once
#include <string>
#include <vector>

#include "behaviour/evidence.h"

namespace shrike {

/// Evidence as it was weighed: `contribution` is what it moved the log-odds by, after weight and caps.
struct WeighedEvidence {
  Evidence evidence;
  double weight = 1;
  double contribution = 0;

  bool operator==(const WeighedEvidence&) const = default;
};

/// A visit whose risk crossed the threshold. It says "possible": only a verdict says more.
struct Incident {
  std::string event_id;  ///< ULID; the idempotency key wherever the incident goes
  std::string type;  ///< CONCEALMENT CHECKOUT_BYPASS LOITERING REPEATED_VISIT ZONE_VIOLATION, of the strongest evidence
  std::string source = "shrike";  ///< "shrike", or the name of the edge that reported it
  std::string store_id;
  std::string camera;                     ///< empty where unknown
  std::string visit_id;                   ///< ULID; empty where unknown
  int64_t track_id = 0;                   ///< on `camera`, at the moment of crossing; 0 where unknown
  Timestamp time;                         ///< when the threshold was crossed
  Timestamp from, to;                     ///< span of its evidence
  double prior = 0;                       ///< probability before evidence
  double risk = 0;                        ///< posterior probability
  std::vector<WeighedEvidence> evidence;  ///< for and against, strongest first
  std::string clip;                       ///< file below the data folder; empty while it is being cut
  std::string clip_state = "pending";     ///< pending, ready, missing
  std::string picture;                    ///< best still, file below the data folder; empty where none
  std::string summary;  ///< one sentence: "34 s in razors, left by exit B without checkout; against: none"
  std::string verdict;  ///< empty, or theft, attempted, honest, staff_error, unsure

  bool operator==(const Incident&) const = default;
};

}  // namespace shrike

#pragma once
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "risk/engine.h"
#include "scenarios/scenario.h"

namespace shrike {

enum class Through {
  truth,    ///< visits are given as they are; only the boxes are noisy
  tracker,  ///< detections go through the real tracker and the real visits
};

/// For the names of tests.
inline void PrintTo(Through through, std::ostream* out) { *out << (through == Through::truth ? "truth" : "tracker"); }

/// What came out of one run.
struct Played {
  std::vector<IncidentChange> changes;
  std::map<std::string, std::string> person_of;  ///< by visit id; whose boxes the visit mostly had
  /// Kinds with an effect (newest llr != 0) by person.
  std::map<std::string, std::vector<std::string>> evidence;
  size_t visits_left = 0;  ///< records that were not freed
};

/// Plays a scenario with the randomness of `seed`. The same arguments give the same answer.
[[nodiscard]] Result<Played> play(const Scenario& scenario, unsigned seed, Through through);

}  // namespace shrike

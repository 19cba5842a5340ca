#pragma once
// The demo's second act: a SIMULATED day of a store with cameras, RFID, scales and tills, gone through at high speed by
// the code that runs a real store.

#include <filesystem>
#include <string>
#include <vector>

#include "sim/store_score.h"
#include "vault/incident_store.h"

namespace shrike {

struct DemoDay {
  SiteConfig site;  ///< of the simulated store
  std::string about;
  int visitors = 0;
  double hours = 0, took_s = 0;           ///< of the day, from its first picture to its last; of its replay
  std::vector<StoredIncident> incidents;  ///< oldest first
  Outcome outcome;                        ///< held to what really happened, at the configuration's threshold
};

/// Simulates a day into `out`/store and replays it into `out`/data, which `shrike risk show`, `shrike insight` and the
/// hub can then read like any store's.
[[nodiscard]] Result<DemoDay> demo_day(const std::filesystem::path& out);

}  // namespace shrike

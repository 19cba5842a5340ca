#pragma once
// The demo's second act: a SIMULATED day of a store with cameras, RFID, scales and tills, gone through at high speed by
// the code that runs a real store.

#include <filesystem>
#include <string>
#include <vector>

#include "site/config.h"
#include "vault/incident_store.h"

namespace shrike {

struct DemoDay {
  SiteConfig site;  ///< of the simulated store
  std::string about;
  size_t people = 0, thefts = 0;  ///< staff too; thefts are planted
  double took_s = 0;
  std::vector<StoredIncident> incidents;  ///< oldest first, judged by what really happened
  size_t caught = 0, false_alerts = 0;    ///< thefts with an incident; incidents about the honest
};

/// Simulates a day into `out`/store and replays it into `out`/data, which `shrike risk show`, `shrike insight` and the
/// hub can then read like any store's.
[[nodiscard]] Result<DemoDay> demo_day(const std::filesystem::path& out);

}  // namespace shrike

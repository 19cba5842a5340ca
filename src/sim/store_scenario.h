#pragma once
// A few people in a simulated store, composed by hand: what they do, what fails, and about whom an incident must be
// raised. tests/scenarios/*.yml hold them; docs/simulated-store.md explains the steps.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "sim/store_write.h"
#include "watch/replay_signals.h"

namespace shrike {

struct StoreScenario {
  std::string about;
  StorePlan plan;
  StoreDay day;
  std::vector<StoreFault> faults;
  std::set<ReplaySource> without;
  double threshold = 0.5;
  std::vector<std::string> names;     ///< of people, by id − 1
  std::set<std::string> raised, may;  ///< incidents there must be, and may be; about nobody else
};

/// Reads a scenario. `stores` is the folder in which its store is looked up. Faults are named as file:line:column.
[[nodiscard]] Result<StoreScenario> load_scenario(const std::filesystem::path& file,
                                                  const std::filesystem::path& stores);

struct ScenarioOutcome {
  std::set<std::string> raised;  ///< names of whom incidents were about; "nobody" for boxes that no one made
  std::vector<std::string> summaries;
};

/// Writes the day under `scratch`, replays it, and says about whom incidents were raised. Of a party, each one counts
/// as the party's first.
[[nodiscard]] Result<ScenarioOutcome> play_scenario(const StoreScenario& scenario,
                                                    const std::filesystem::path& scratch);

}  // namespace shrike

#pragma once
// What `shrike usl priors` finds, for those who go on with it.

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/usl_losses.h"
#include "shrink/hours.h"
#include "shrink/priors.h"

namespace shrike {

struct PriorsArgs {
  LossArgs common;
  std::string planogram;  ///< file; empty: zones are categories
  std::string store;      ///< only this one; empty: all
};

struct FoundPriors {
  FittedLosses fitted;
  Priors priors;                            ///< of the stores asked for that were counted: at least one
  std::map<std::string, StoreHours> hours;  ///< by store_id
};

[[nodiscard]] Result<FoundPriors> find_priors(const PriorsArgs& args);
/// What `--json` prints.
[[nodiscard]] nlohmann::ordered_json priors_json(const FoundPriors& found);

}  // namespace shrike

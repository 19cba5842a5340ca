#pragma once
// Walks for the movement model, out of data folders.

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "behaviour/movement_walk.h"

namespace shrike {

/// The walks of customers that some data folders hold; staff are left out.
struct MovementData {
  std::vector<Walk> walks;         ///< by day, then folder, then begin
  std::vector<int> day;            ///< of each walk: from 0, days of different folders are different days
  std::vector<std::string> theft;  ///< of each walk, where the folder has a truth.csv: "none", or how; else empty
  std::vector<double> logit;       ///< of each walk, where its visit was kept: what evidence added to its log-odds
  int days = 0;
  size_t staff = 0;
  bool simulated = false;  ///< all folders have a truth
  std::string store, time_zone = "UTC";
};

/// Reads shrike.db of each folder. Errors: none there; folders of different time zones.
[[nodiscard]] Result<MovementData> read_movement_data(const std::vector<std::string>& folders);

}  // namespace shrike

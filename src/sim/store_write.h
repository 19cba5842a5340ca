#pragma once
// A simulated store as files: what a shop's own sources would give, and beside it what really happened, sealed.
// docs/simulated-store.md lists them.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "sim/store_people.h"

namespace shrike {

/// Something that fails for a while.
struct StoreFault {
  std::string camera;           ///< gives no frames …
  double from_s = 0, to_s = 0;  ///< … between these, seconds since midnight
};

struct StoreFiles {
  size_t people = 0, thefts = 0, pieces = 0, frames = 0, detections = 0, hands = 0, tag_reads = 0, weights = 0,
         receipts = 0;
  uintmax_t bytes = 0;  ///< of all but the truth
};

/// Writes `days` days of `plan` under `out`: shrike.yml, planogram.csv, day-NNN/, truth/, README.txt, manifest.json
/// with the SHA-256 of every file. The same arguments give the same bytes, on any number of threads. `progress` is
/// called with the number of cameras' days done.
[[nodiscard]] Result<StoreFiles> write_store(const StorePlan& plan, int days, const std::filesystem::path& out,
                                             int threads, const std::function<void(int)>& progress = {});

/// The pieces of write_store(), for days that somebody composed.
[[nodiscard]] Result<void> write_store_site(const StorePlan& plan, const std::filesystem::path& out);
[[nodiscard]] Result<StoreFiles> write_store_day(const StorePlan& plan, const StoreDay& day,
                                                 const std::filesystem::path& out, int threads,
                                                 const std::vector<StoreFault>& faults = {},
                                                 const std::function<void()>& camera_done = {});
[[nodiscard]] Result<void> seal_store(const StorePlan& plan, int days, const std::filesystem::path& out);

/// day-001 for day 0.
[[nodiscard]] std::string day_folder(int day);
/// Midnight of a day on the store's clock.
[[nodiscard]] Timestamp store_midnight(const StoreWorld& world, int day);

}  // namespace shrike

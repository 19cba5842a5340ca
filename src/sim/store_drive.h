#pragma once
// SIMULATED: a day of a simulated store, sent out in real time over the protocols that a shop's own sources speak, so
// that the running program can be watched at work. docs/simulated-store.md is the manual.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "base/result.h"
#include "base/time.h"

namespace shrike {

struct DriveOptions {
  int day = 1;
  std::optional<double> from_s;  ///< seconds since midnight on the store's clock; absent: its first picture
  double for_s = 0;              ///< then stop; 0: at the end of the day
  std::function<bool()> stop;    ///< asked several times a second; may be empty
};

struct Driven {
  uint64_t pictures = 0, weights = 0, tag_reads = 0, receipts = 0;
  double late_s = 0;  ///< by how much the most belated message was behind its time
};

/// Sends what day `options.day` of `store` (a folder of `shrike sim store`) says, as of now: cameras' objects and
/// weights to the brokers of its shrike.yml, tag reads through simulated LLRP readers at its ports, receipts into its
/// tills' file. What was in that file before is gone. Errors: no such day, a broker that is not there, a port that is
/// taken.
[[nodiscard]] Result<Driven> drive_store(const std::filesystem::path& store, const DriveOptions& options);

}  // namespace shrike

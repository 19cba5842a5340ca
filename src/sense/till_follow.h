#pragma once
// Till logs that grow while they are read: a file that is appended to, or a folder to which files come.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "sense/sensor_clock.h"
#include "sense/till_reader.h"

namespace shrike {

struct TillFollowState {
  std::string problem;        ///< why nothing can be read; empty while it can
  uint64_t transactions = 0;  ///< handed on
  uint64_t old = 0;           ///< that were over long before we looked: not handed on
  uint64_t left_out = 0;      ///< that could not be read, in the last look
  std::string last_fault;     ///< of those, the first
  std::string clock;          ///< the till whose clock is farthest off, in words; empty where all are near
  double clock_offset_s = 0;  ///< its clock less ours
};

/// Hands each transaction on once, and again where a later message changes it. A file that has changed is read anew as
/// a whole: logs of a day are small, and POSLog cannot be read from its middle. No thread; call look() every second or
/// so.
class TillFollower {
 public:
  /// Transactions that ended more than `old_s` before the first look are history.
  TillFollower(std::filesystem::path path, TillContext context, double old_s = 900);

  [[nodiscard]] std::vector<TillTransaction> look(Timestamp now);
  [[nodiscard]] const TillFollowState& state() const { return state_; }

 private:
  struct Seen {
    uintmax_t size_bytes = 0;
    std::filesystem::file_time_type changed;
    bool operator==(const Seen&) const = default;
  };
  [[nodiscard]] Result<std::vector<std::filesystem::path>> changed_files();
  void take(TillTransaction transaction, Timestamp now, std::vector<TillTransaction>& fresh);
  void watch_clocks();

  std::filesystem::path path_;
  double old_s_;
  TillReader reader_;
  std::map<std::filesystem::path, Seen> files_;
  std::map<TillKey, size_t> known_;            // hash of what each said
  std::map<std::string, SensorClock> clocks_;  // by store/till
  bool looked_ = false;
  TillFollowState state_;
};

}  // namespace shrike

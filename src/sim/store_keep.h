#pragma once
// A simulated store's days gone through into a data folder, as if the store had been watched: visits, what they leave
// for insight, incidents; and beside them, who each visit really was.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace shrike {

struct KeepStoreOptions {
  int threads = 2;
  bool verdicts = false;                      ///< judge every incident by the truth, as an officer who saw all would
  std::function<void(double done)> progress;  ///< share of all days
};

struct KeptStore {
  int days = 0;
  size_t visits = 0, traces = 0, incidents = 0;
  double seconds = 0;
};

/// Who a visit was. A visit of several people's boxes is whoever was seen in it most.
struct VisitTruth {
  std::string visit_id;
  Timestamp from;
  int person = 0, party = 0;  ///< 0: boxes that nobody made; staff have no party
  std::string kind, theft, habits;
  double purity = 0;  ///< share of its boxes that were of that person
  [[nodiscard]] bool visitor() const { return party > 0; }
  [[nodiscard]] bool thief() const { return !theft.empty() && theft != "none"; }
};

/// Replays every day of `store` (a folder of `shrike sim store`) with the settings of its shrike.yml, and keeps in
/// `data` what a watched store keeps: shrike.db, and truth.csv beside it. Refused where `data` has a shrike.db.
[[nodiscard]] Result<KeptStore> keep_store(const std::filesystem::path& store, const std::filesystem::path& data,
                                           const KeepStoreOptions& options);

struct StorePlan;

/// Days of `plan` as visits' traces alone, without cameras: who walked where, as cameras that are placed would tell it,
/// with errors of place, stretches in which nobody sees a visit, and visits that are cut in two. Seconds instead of
/// minutes; no risk, no incidents. Keeps in `data` as keep_store() does.
struct WalkErrors {
  double place_m = 0.25;        ///< error of a place, which drifts within seconds
  double hidden_per_min = 0.5;  ///< times that a visit goes out of sight, …
  double hidden_s = 6;          ///< … for so long on average
  double cut = 0.04;            ///< share of visits that end and begin anew in the middle
};
[[nodiscard]] Result<KeptStore> keep_walks(const StorePlan& plan, int days, const std::filesystem::path& data,
                                           const WalkErrors& errors, const std::function<void(double)>& progress = {});

/// The rows of truth.csv.
[[nodiscard]] Result<void> write_visit_truths(const std::filesystem::path& data, const std::vector<VisitTruth>& truths);
/// truth.csv of a folder that keep_store() made.
[[nodiscard]] Result<std::vector<VisitTruth>> read_visit_truths(const std::filesystem::path& data);

}  // namespace shrike

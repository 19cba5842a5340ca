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

/// truth.csv of a folder that keep_store() made.
[[nodiscard]] Result<std::vector<VisitTruth>> read_visit_truths(const std::filesystem::path& data);

}  // namespace shrike

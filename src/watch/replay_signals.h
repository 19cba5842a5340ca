#pragma once
// What a recorded day's other sources say, read from its files and taken through the same code as live: tag reads
// through the portal, weights through the shelf, till lines through the till's reader. docs/simulated-store.md lists
// the files.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "sense/item_event.h"
#include "sense/till.h"
#include "site/config.h"
#include "site/planogram.h"

namespace shrike {

enum class ReplaySource { cameras, hands, tags, scales, tills };
inline constexpr int kReplaySources = 5;
[[nodiscard]] const char* to_string(ReplaySource source);

/// Something that a source said, at the moment at which the running store would have heard it.
struct HeardItem {
  Timestamp heard;
  ReplaySource source = ReplaySource::tags;
  ItemEvent event;
  /// Hands only: where in `event.source`'s picture (0..1) the person was. Whoever the tracker has there is meant.
  Box box;
};
struct HeardTill {
  Timestamp heard;
  TillTransaction transaction;
};

struct ReplaySignals {
  std::vector<HeardItem> items;  ///< by `heard`
  std::vector<HeardTill> tills;  ///< by `heard`
};

/// Reads hands.csv, tags.csv, scales.csv and tills.jsonl of `day`, as far as they are there. Errors name file, row and
/// column. A till message is heard at its "received", else at its time.
[[nodiscard]] Result<ReplaySignals> read_signals(const SiteConfig& site, const Planogram& planogram,
                                                 const std::filesystem::path& day);

/// A row of tags.csv: one read.
struct TagRow {
  Timestamp time;
  std::string portal;  ///< its zone
  std::string epc;     ///< in hex
  uint16_t antenna = 1;
  double rssi_dbm = 0;
};
/// A row of scales.csv.
struct WeightRow {
  Timestamp time;
  std::string scale;
  double grams = 0;
};

/// Hands on the rows of tags.csv or scales.csv of `day`, in their order; none where there is no such file. Errors name
/// file and row, those of `take` too.
[[nodiscard]] Result<void> read_tag_rows(const std::filesystem::path& day,
                                         const std::function<Result<void>(TagRow)>& take);
[[nodiscard]] Result<void> read_weight_rows(const std::filesystem::path& day,
                                            const std::function<Result<void>(WeightRow)>& take);

}  // namespace shrike

#pragma once
// Watch entries: an appearance to look for again, with who added it, why, who approved it, and when it expires. What is
// done with them is in the audit log; docs/watch-list.md says how they are meant to be used.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "site/watch_list_config.h"

namespace shrike {

/// What one visit looked like, put together from many pictures.
struct Look {
  std::vector<float> appearance;  ///< length 1 (vision/appearance.h, or a re-identification network's)
  double quality = 0;             ///< 0..1: how much there was to see, and how alike the pictures of it were
  /// Share of other visits lately that looked as alike as a match must be; empty where too few were seen to say.
  std::optional<double> common;
};

/// An appearance that so many others share leads to the wrong people.
constexpr double kCommonMax = 0.02;

/// Keeps the look of a visit with an incident, so that it can be enrolled once the incident is judged. Erased after
/// WatchListConfig::expiry_h, and as soon as the incident is judged anything else than theft, attempted or unsure.
Result<void> keep_look(Database& database, const std::string& event_id, const std::string& visit_id, const Look& look,
                       Timestamp now);

struct WatchEntry {
  std::string entry_id;  ///< ULID
  std::string event_id, visit_id;
  std::string reason;
  std::string added_by;
  Timestamp added;
  std::string approved_by;  ///< empty: it waits for a second person, and nothing is compared with it
  Timestamp approved;
  Timestamp expires;
  double quality = 0;
  std::vector<float> appearance;
};

struct Enrolment {
  std::string event_id, reason, by;
  std::optional<double> hours;  ///< until it expires; empty: WatchListConfig::expiry_h
};

/// Refused (bad_input): switched off, no such incident, not judged theft or attempted, no look kept of it, a look of
/// too little quality or too common, no reason, no name, too long a time, one that is enrolled already.
Result<WatchEntry> enrol(Database& database, const WatchListConfig& config, const Enrolment& wish, Timestamp now);
/// Refused: no such entry, one that is approved already or has expired, a name that is that of who added it.
Result<WatchEntry> approve(Database& database, const std::string& entry_id, const std::string& by, Timestamp now);
/// Takes it out for good: the row is overwritten on the disk, the audit log says who and when.
Result<void> erase_entry(Database& database, const std::string& entry_id, const std::string& by, Timestamp now);

/// Newest first; with appearances only where asked for.
Result<std::vector<WatchEntry>> watch_entries(Database& database);
/// Erases entries and looks whose time is over, and looks of incidents that were judged otherwise; how many.
Result<int64_t> expire_watch_list(Database& database, const WatchListConfig& config, Timestamp now);
/// Notes in the audit log that a visit matched.
Result<void> note_match(Database& database, const std::string& entry_id, const std::string& visit_id, double alike,
                        Timestamp now);
/// Grows with every change of the list, also by another process.
Result<int64_t> watch_list_revision(Database& database);

/// Numbers as the database holds them: four hexadecimal digits each, of -1..1.
[[nodiscard]] std::string appearance_text(std::span<const float> appearance);
/// Refuses what appearance_text() cannot have made. Of length 1 again.
[[nodiscard]] Result<std::vector<float>> parse_appearance(std::string_view text);

}  // namespace shrike

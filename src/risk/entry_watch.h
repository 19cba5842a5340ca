#pragma once
// Whether a visit goes into a zone more often than others do. Of store visits: an entry that two cameras see is one,
// and so is a stay in which a camera loses a person and another goes on.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/presence.h"
#include "behaviour/rule_book.h"
#include "behaviour/zone_rates.h"
#include "risk/store_mind.h"

namespace shrike {

/// Makes `frequent_entry`. One owner, no thread; beside a StoreMind, which says who is who. Bounded as Presence is.
class EntryWatch {
 public:
  EntryWatch(const SiteConfig& site, const RuleBook& rules);

  /// Evidence about people in `view`, by camera visit: new, changed, or taken back. `who` may be as it was just before.
  [[nodiscard]] std::vector<VisitEvidence> see(const CameraView& view, const WhoIsWho& who);
  /// Learns from a visit that is over, once, and forgets it.
  void end(const VisitRecord& over);

 private:
  /// What was said of a visit and a zone, as it stood at the rarest entry; by which camera visit.
  struct Said {
    int entries = 0;
    ZoneRates::Excess excess;
    VisitEvidence fact;
  };
  /// From when to when a camera visit was seen.
  struct Seen {
    Timestamp from, to;
  };

  [[nodiscard]] std::vector<PlaceStay> stays_of(std::span<const std::string> parts, std::string_view zone) const;
  [[nodiscard]] std::vector<int> entries_of(std::span<const std::string> parts) const;
  [[nodiscard]] bool was_elsewhere(std::span<const std::string> parts, Timestamp from, Timestamp to) const;
  [[nodiscard]] bool is_staff(std::span<const std::string> parts) const;
  void judge(const PersonSeen& person, const CameraView& view, std::span<const std::string> parts, size_t zone,
             std::vector<VisitEvidence>& out);
  void note(const CameraView& view);

  std::vector<std::pair<std::string, ZoneKind>> zones_;  ///< of all cameras, each name once
  double llr_ = 0;                                       ///< 0: switched off
  Presence presence_;                                    ///< by camera visit
  std::map<std::string, Seen, std::less<>> seen_;        ///< by camera visit
  std::map<std::pair<std::string, size_t>, Said> said_;  ///< by store visit and zone
  ZoneRates rates_;
};

}  // namespace shrike

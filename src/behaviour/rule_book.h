#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "site/config.h"

namespace shrike {

/// A kind of evidence as it is used in this store: the shipped row with what `rules:` says laid over it.
struct KindRule {
  std::string name;
  std::string alert_type;  ///< empty for evidence against
  std::string group;       ///< empty: on its own
  double llr = 0;
  double weight = 1;
  std::optional<ZoneKind> zone;  ///< set for a kind declared under `rules:`: a stay in a zone of this kind …
  double dwell_s = 0;            ///< … of at least so long
};

/// The kinds in use; one that was switched off is not among them.
struct RuleBook {
  std::vector<KindRule> kinds;

  /// Null where the kind is unknown or switched off.
  [[nodiscard]] const KindRule* find(std::string_view kind) const;
};

/// Lays `rules` over the shipped kinds. Every fault is named at once, a line each, beginning with RuleConfig::where:
/// an unknown kind without zone, dwell_s and llr; a shipped kind with zone or dwell_s; an llr that turns a shipped
/// kind's sign.
[[nodiscard]] Result<RuleBook> make_rule_book(std::span<const RuleConfig> rules);

/// What these cameras cannot see, a sentence each: an exit with no checkout zone beside it, a declared kind without any
/// zone that it could be seen in. Not faults, but whoever sets up a store wants to know.
[[nodiscard]] std::vector<std::string> blind_spots(std::span<const CameraConfig> cameras, const RuleBook& book);

}  // namespace shrike

#pragma once
// Risk where it is not sure who did what: one theft by one of two people is one theft.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/rule_book.h"
#include "risk/fusion.h"

namespace shrike {

/// The line of an incident's table that brings what its facts say down (or up) to what they say where it is not sure
/// whose they are. No kind of evidence: it has no rule and no weight of its own.
inline constexpr std::string_view kUnsureWho = "unsure_who";

/// All that is told of one visit.
struct VisitCase {
  double prior = 0;
  std::vector<Evidence> evidence;
};

/// By id; of a visit that is not known, what is true of anybody.
using FindFacts = std::function<VisitCase(const std::string& visit_id)>;

/// The visit's risk, where some of its evidence may be others' (Evidence::whose): the larger of two.
/// - Of the visit: P(a part is its own) · risk(with it) + P(it is not) · risk(without it).
/// - Of whomever a part shows that is more likely this visit's than another's: Σ over the visits X that the part may be
///   of: P(it is X's) · risk(X with it), and for somebody unknown likewise. So a theft that one of two people surely
///   did is as sure for the one of them as it would be if it were known who.
/// A visit that began with the part is that person, whoever else they are: there the second counts.
/// Parts are unsure for one reason: where a less likely one is the visit's, the likelier are too.
///
/// `evidence` says what all facts are worth together; a last line, kUnsureWho, is the difference. Facts of `without`
/// do not count.
[[nodiscard]] Risk fuse_unsure(const std::string& visit_id, const FindFacts& find, const RuleBook& book,
                               const RiskCalibration& calibration, std::string_view without = {});

}  // namespace shrike

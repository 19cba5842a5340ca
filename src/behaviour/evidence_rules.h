#pragma once
#include <span>
#include <string>
#include <vector>

#include "behaviour/carried.h"
#include "behaviour/evidence.h"
#include "behaviour/kinds.h"
#include "behaviour/rule_book.h"
#include "behaviour/visit_facts.h"
#include "site/config.h"

namespace shrike {

/// Frames a carried object (or a cart) must be seen with a person before it counts.
constexpr int kCarriedFrames = 3;
/// Time in a staff zone from which a visit is taken for staff.
constexpr double kStaff_s = 10;

/// The last step that `measure` reached; null below the first.
[[nodiscard]] const Step* step_reached(std::span<const Step> steps, double measure);

/// All evidence in the facts of one visit. A pure function: what was handed out before does not matter, so nothing adds
/// up twice, and evidence whose ground is gone (paid after all, came back in, turned out to be staff) comes with llr 0
/// and says why. Times and words change only when a fact passes a step or its stay ends, not with every frame.
[[nodiscard]] std::vector<Evidence> evidence_of(const VisitFacts& visit, std::span<const Zone> zones,
                                                const RuleBook& book, const ObjectLabels& labels,
                                                const std::string& camera);

}  // namespace shrike

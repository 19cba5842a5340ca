#pragma once
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "risk/in_use.h"
#include "risk/visit_record.h"

namespace shrike {

// Corrections of visits that are over: of those that are not, WhoIsWho takes care.

/// The two as one person: all parts, all evidence (of one fact the stronger statement), weighed anew.
[[nodiscard]] VisitRecord merged_record(VisitRecord into, const VisitRecord& from, const RiskInUse& risk);

/// Without one of its parts, and that part as a visit of its own (named by the camera's visit); evidence goes with the
/// part on whose camera and in whose time it was seen. None where it is not a part, or the only one, or the first: a
/// visit is named by its first part.
[[nodiscard]] std::optional<std::pair<VisitRecord, VisitRecord>> split_record(const VisitRecord& visit,
                                                                              std::string_view camera_visit,
                                                                              const RiskInUse& risk);

/// What an officer said of a visit, as evidence; of the other word that it is taken back.
[[nodiscard]] std::array<Evidence, 2> officers_word(bool is_staff, Timestamp now);
/// The visit with that word, weighed anew.
[[nodiscard]] VisitRecord staff_record(VisitRecord visit, bool is_staff, Timestamp now, const RiskInUse& risk);

}  // namespace shrike

#pragma once
#include <span>
#include <string>
#include <string_view>

#include "risk/incident.h"

namespace shrike {

/// What an officer reads first: "possible checkout bypass: 34 s in razors, left by exit B without checkout; against:
/// none". What speaks for theft in the order it happened, then what speaks against; at most five clauses of each. Where
/// some of what speaks for theft may be another person's, "unsure who" stands at the begin.
[[nodiscard]] std::string summary_of(std::string_view alert_type, std::span<const WeighedEvidence> evidence);

/// The whole case as a table, strongest first: when, what (for or against), what it was worth, and what the caps left
/// of it; then the prior, the sum and the risk. Times are of `zone` (IANA; UTC where unknown).
[[nodiscard]] std::string table_of(const Incident& incident, std::string_view zone);

}  // namespace shrike

#pragma once
#include <span>
#include <string>

#include "risk/incident.h"

namespace shrike {

/// What an officer reads first: "possible checkout bypass: 34 s in razors, left by exit B without checkout; against:
/// none". What speaks for theft in the order it happened, then what speaks against; at most five clauses of each.
[[nodiscard]] std::string summary_of(std::string_view alert_type, std::span<const WeighedEvidence> evidence);

}  // namespace shrike

#pragma once
// Why a simulated day's alerts were false and its thefts missed, in words, beside the truth.

#include <string>
#include <vector>

#include "sim/store_score.h"

namespace shrike {

/// Lines of text: each false alert at `threshold`, and each theft without an alert.
[[nodiscard]] std::vector<std::string> explain_day(const TrueDay& truth, const MindDay& day, double threshold);

}  // namespace shrike

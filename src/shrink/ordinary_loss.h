#pragma once
// What an interval loses by none of the causes that leave a trace.

namespace shrike {

/// P(V = x) of an interval that is expected to lose `mean` units, and where, rarely, something unknown of any size
/// happened. `size`: negative binomial size of losses about their expected mean.
[[nodiscard]] double ordinary_loss(double x, double mean, double size);

}  // namespace shrike

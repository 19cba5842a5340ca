#pragma once
// The promises of challengers, held against a simulated chain: none speaks that did not earn it, what speaks keeps its
// intervals, and where there is nothing to learn none is promoted (docs/usl.md, "Challengers").

#include "shrink/challenger.h"
#include "shrink/loss_model.h"
#include "sim/usl_gates.h"

namespace shrike {

/// Trains and judges on what was counted by learn_until() alone; what speaks then is held against the next full counts.
[[nodiscard]] Result<std::vector<Gate>> challenger_gates(const LossData& data, const GateOptions& options,
                                                         const TrainOptions& train);

/// V drawn anew from what the baseline expects of each count: there is nothing that it does not know.
[[nodiscard]] Result<LossData> drawn_from_baseline(const LossData& data, const Layout& layout, uint64_t seed,
                                                   int threads);

}  // namespace shrike

#pragma once
// What a challenger is shown of a count: the baseline's own terms, and what is known of the interval, the product and
// the store.

#include <string>
#include <vector>

#include "shrink/loss_model.h"
#include "shrink/loss_net.h"
#include "shrink/spread.h"

namespace shrike {

/// Names of the columns, in order. A saved challenger is not used where they differ.
[[nodiscard]] const std::vector<std::string>& challenge_features();

/// Rows to be filled, `n` of them; no `y`.
[[nodiscard]] ChallengeRows challenge_rows(size_t n);

/// Fills row `at`. `asked` as the view knows it, `parts` by the baseline. The offset is the baseline's expected
/// loss, E[max(V, 0)]: that is what challengers learn from counts, and a factor on it leaves gains alone.
void fill_row(ChallengeRows& rows, size_t at, const LossData& data, const Asked& asked, View view,
              const LossModel& model, const SpreadParts& parts);

}  // namespace shrike

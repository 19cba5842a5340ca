#pragma once
// Ranks among normal days' figures.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "base/result.h"

namespace shrike {

/// Quantiles of what normal days gave, from the least to the most.
struct Quantiles {
  static constexpr size_t kPoints = 65, kPointsMost = 1025;

  int64_t count = 0;
  std::vector<float> values;  ///< at equal steps of rank, ascending; empty where there is nothing

  [[nodiscard]] static Quantiles of(std::vector<float> sample, size_t points = kPoints);
  /// Share of the sample that was at least `value`, in (0, 1): never 0, for the next one may be more. Ties count half.
  [[nodiscard]] double exceedance(float value) const;
};

[[nodiscard]] nlohmann::json json_of(const Quantiles& q);
/// Refuses what is no ascending table of ranks.
[[nodiscard]] Result<Quantiles> quantiles_from(const nlohmann::json& object);

}  // namespace shrike

#include "cli/bootstrap_print.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace shrike {

std::string with_interval(double value, const std::optional<BootstrapInterval>& interval) {
  return interval ? fmt::format("{:.3f} [{:.2f} .. {:.2f}]", value, interval->low, interval->high)
                  : fmt::format("{:.3f}", value);
}

nlohmann::ordered_json json_of(double value, const std::optional<BootstrapInterval>& interval) {
  nlohmann::ordered_json out{{"value", value}};
  if (interval) {
    out["low"] = interval->low;
    out["high"] = interval->high;
  }
  return out;
}

}  // namespace shrike

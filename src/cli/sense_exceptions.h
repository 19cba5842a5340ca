#pragma once
#include <nlohmann/json_fwd.hpp>

#include "sense/till_exceptions.h"

namespace shrike {

/// The listed rates with the lines behind them, then what was compared; for a person, on standard output.
void print_exceptions(const TillExceptions& found, const ExceptionOptions& options);
[[nodiscard]] nlohmann::ordered_json json_of(const TillExceptions& found, const ExceptionOptions& options);

}  // namespace shrike

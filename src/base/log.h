#pragma once
// Diagnostics go to standard error, so that standard output stays the command's result. spdlog is the library.

#include <spdlog/spdlog.h>

namespace shrike {

/// Sends spdlog's default logger to standard error at `level` (debug, info, warn, error).
void start_log(spdlog::level::level_enum level);

}  // namespace shrike

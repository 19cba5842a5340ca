#pragma once
#include <string>

#include "base/result.h"

namespace shrike {

/// How a subcommand ends: prints the error of `done`, if any, as "shrike <command>: …" and returns the exit code.
[[nodiscard]] int finish_command(const std::string& command, const Result<void>& done);

}  // namespace shrike

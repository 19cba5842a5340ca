#pragma once
// Other programs, started without a shell.

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/result.h"

namespace shrike {

/// Starts `command` (program, arguments); its standard streams are ours, and no signal is blocked for it.
[[nodiscard]] Result<pid_t> start_child(const std::vector<std::string>& command);

/// Waits for all; the first that fails ends the others. An error where one ended otherwise than with exit code 0, bad
/// input where it was 2, as our own programs say it; what it said on standard error is the user's to read. Children
/// must end by themselves at a deadline.
[[nodiscard]] Result<void> wait_for_children(const std::vector<pid_t>& children);

/// How a child ended, as above; nothing while it runs. Ask no more once it has ended.
[[nodiscard]] std::optional<Result<void>> poll_child(pid_t child);

/// Asks a child that may still run to end (SIGTERM), kills it where it has not within `patience_s`, and reaps it. False
/// where not even a killed one was gone some seconds later, as on a disk that does not answer: it is left behind.
[[nodiscard]] bool end_child(pid_t child, double patience_s);

}  // namespace shrike

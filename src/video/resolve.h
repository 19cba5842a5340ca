#pragma once
#include <stop_token>
#include <string>

#include "base/result.h"

namespace shrike {

/// Waits until the machine can turn `host` into an address, at most `timeout_s`. FFmpeg's own look-up can neither be
/// interrupted nor given a deadline; after this one its answer comes from the resolver's memory.
/// Errors (unavailable): the name is not known, or nobody answered in time. Addresses in figures return at once.
[[nodiscard]] Result<void> wait_for_address(const std::string& host, double timeout_s, const std::stop_token& stop);

}  // namespace shrike

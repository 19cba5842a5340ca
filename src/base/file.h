#pragma once
#include <filesystem>
#include <string>

#include "base/result.h"

namespace shrike {

/// The whole of `file`. Refused with bad_input: one that cannot be opened, a folder, or more than `bytes_max` bytes.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& file, size_t bytes_max);

/// Writes `content` so that `file` is always either the old or the new whole: a temporary file beside it, synced, then
/// renamed.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& file, std::string_view content);

}  // namespace shrike

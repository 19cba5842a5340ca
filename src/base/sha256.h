#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shrike {

/// SHA-256 (FIPS 180-4) as 64 hex digits, in lower case.
[[nodiscard]] std::string sha256_of(std::string_view text);
/// The same of a file's bytes, read in pieces. bad_input where it cannot be read.
[[nodiscard]] Result<std::string> sha256_of_file(const std::filesystem::path& file);

}  // namespace shrike

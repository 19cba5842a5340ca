#pragma once
#include <filesystem>

namespace shrike {

/// The program that trains networks: shrike-train, beside this one.
[[nodiscard]] std::filesystem::path trainer();

}  // namespace shrike

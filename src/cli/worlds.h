#pragma once
#include <filesystem>

namespace shrike {

/// Where the shipped worlds lie: config/worlds below the working folder, else beside the source that the program was
/// built from.
[[nodiscard]] std::filesystem::path worlds_folder();

/// Likewise the shipped simulated stores: config/stores.
[[nodiscard]] std::filesystem::path stores_folder();

}  // namespace shrike

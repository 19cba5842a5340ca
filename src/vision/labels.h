#pragma once
// Names of a model's classes.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace shrike {

using Labels = std::vector<std::string>;  ///< class index → name

/// The 80 classes of COCO, in the order that detectors trained on it use; `person` is 0.
[[nodiscard]] const Labels& coco_labels();

/// A file of one class name a line; spaces around a name and empty lines at the end are left out. An empty line
/// between names is an error that names the row, for it would shift every class after it.
[[nodiscard]] Result<Labels> load_labels(const std::filesystem::path& file);

/// The names in the `names` metadata of an Ultralytics export: {0: 'person', 1: 'bicycle'}.
[[nodiscard]] Result<Labels> parse_metadata_names(std::string_view text);

}  // namespace shrike

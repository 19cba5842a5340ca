#pragma once
#include <filesystem>

namespace shrike {

/// The detector that is used where a configuration names none: nanodet (COCO), as npm installed it, or where it lies
/// beside the program (`models/nanodet.json`) when that was copied to another machine.
[[nodiscard]] std::filesystem::path default_model();

/// The same for poses: MoveNet lightning.
[[nodiscard]] std::filesystem::path default_pose_model();

/// The same for hands (src/behaviour/concealment_model.h): the network in models/ of the source.
[[nodiscard]] std::filesystem::path default_concealment_model();

}  // namespace shrike

#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "behaviour/concealment_model.h"

namespace shrike {

/// The model, and each of its parts alone, as an evaluation lists them.
[[nodiscard]] std::vector<std::pair<std::string, ConcealmentPart>> concealment_parts();

struct EvalVideosArgs {
  std::filesystem::path normal, theft;  ///< folders of short videos
  bool json = false;
};

/// `shrike eval concealment --normal-videos --theft-videos`: videos found, tracked, posed and scored as in the store;
/// each counts once, with its highest score.
[[nodiscard]] Result<void> eval_concealment_videos(const EvalVideosArgs& args, const ConcealmentModel& model);

}  // namespace shrike

#pragma once
#include <filesystem>
#include <functional>

#include "base/result.h"
#include "video/frame.h"

namespace shrike {

/// Decodes the whole of a video file as fast as `on_frame` takes its frames (on another thread than the caller's),
/// every frame, the first at time 0. Returns when all are taken; after an error of `on_frame` no frame is given any
/// more.
[[nodiscard]] Result<void> play_file(const std::filesystem::path& video,
                                     const std::function<Result<void>(const Frame&)>& on_frame);

}  // namespace shrike

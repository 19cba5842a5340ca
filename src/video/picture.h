#pragma once
// Still pictures: files in, JPEG out.

#include <filesystem>
#include <string>

#include "base/result.h"
#include "video/frame.h"

namespace shrike {

/// Decodes a JPEG or PNG file, told apart by its first bytes. Errors (bad_input): not there, empty, neither JPEG nor
/// PNG, damaged or cut off, larger than 8K. The frame's time is 0 and its seq 0.
[[nodiscard]] Result<Frame> load_picture(const std::filesystem::path& path);

/// The frame as JPEG, `quality` 1..100 (near libjpeg's scale), shrunk to `width_max` where it is wider (0 = never).
[[nodiscard]] Result<std::string> encode_jpeg(const Frame& frame, int quality = 80, int width_max = 0);

}  // namespace shrike

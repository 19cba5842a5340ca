#pragma once
// Still pictures: files in, JPEG out.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "video/frame.h"

namespace shrike {

/// Decodes a JPEG or PNG file, told apart by its first bytes. Errors (bad_input): not there, empty, neither JPEG nor
/// PNG, damaged or cut off, larger than 8K. The frame's time is 0 and its seq 0.
[[nodiscard]] Result<Frame> load_picture(const std::filesystem::path& path);

/// A picture of one number a pixel, row by row from the top.
struct Grey16 {
  int width = 0, height = 0;
  std::vector<uint16_t> values;
};

/// A PNG of 16-bit grey, as depth cameras write them. Errors (bad_input): no PNG, another depth, damaged or cut off.
[[nodiscard]] Result<Grey16> decode_grey16_png(std::string_view bytes);

/// The frame as JPEG, `quality` 1..100 (near libjpeg's scale), shrunk to `width_max` where it is wider (0 = never).
[[nodiscard]] Result<std::string> encode_jpeg(const Frame& frame, int quality = 80, int width_max = 0);

}  // namespace shrike

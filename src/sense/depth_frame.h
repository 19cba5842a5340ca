#pragma once
// Depth pictures from outside. docs/sense.md shows the forms.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace shrike {

/// Distance from the camera, row by row from the top; 0 where nothing was measured.
struct DepthFrame {
  int width = 0, height = 0;
  std::vector<uint16_t> mm;
  std::optional<Timestamp> stated;  ///< on the sensor's clock
};

/// A PNG of 16-bit grey or a PGM (P5, 16 bit), a unit a millimetre, as RealSense cameras' tools write them; or a height
/// map as JSON: {"width", "height", "time", "mm": [...]}. Errors say what was found and what was expected: another form
/// or bit depth, damage, a count that does not fit, over 1,280 × 1,024 values.
[[nodiscard]] Result<DepthFrame> read_depth_frame(std::string_view payload);

}  // namespace shrike

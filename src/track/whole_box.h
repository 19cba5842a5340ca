#pragma once
// A shelf hides legs: the box then ends at the shelf, and its lower edge is not where somebody stands.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "base/geometry.h"
#include "site/floor_config.h"
#include "track/visits.h"

namespace shrike {

/// Where a camera that is placed on the floor plan hangs and looks, told from its floor points alone: one plane gives
/// the focal length of a camera whose pixels are square and whose axis goes through the middle of the picture (Zhang,
/// PAMI 22, 2000), and so where a head of a grown person's height has its feet.
class WholeBox {
 public:
  /// `aspect`: width of the picture by its height. None where the points give no camera that could hang in a shop.
  [[nodiscard]] static std::optional<WholeBox> of(std::span<const FloorPair> points, double aspect);
  /// `box` in 0..1 of the picture; its lower edge moved to where the feet must be, if it is clearly cut off: too short
  /// for somebody whose head is there, and not as narrow as a child would be.
  [[nodiscard]] Box complete(const Box& box) const;
  /// Metres above the floor, as told.
  [[nodiscard]] double height_m() const;

 private:
  using Vector = std::array<double, 3>;
  double aspect_ = 1, focal_ = 1;  ///< in heights of the picture
  Vector down_{}, floor_{};        ///< of the floor plan, in the camera's axes: which way is down, and its origin
};

/// The same for everyone on one camera, in pixels; nothing changes where the camera is not placed.
class WholeBoxes {
 public:
  explicit WholeBoxes(std::vector<FloorPair> points) : points_(std::move(points)) {}
  void complete(const PictureAt& picture, std::vector<VisitTrack>& present);

 private:
  std::vector<FloorPair> points_;
  double aspect_ = 0;
  std::optional<WholeBox> whole_;
};

}  // namespace shrike

#pragma once
// Boxes, zones and words painted over a picture, for people to look at.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/geometry.h"
#include "base/result.h"
#include "video/scale.h"

namespace shrike {

struct Colour {
  uint8_t r = 0, g = 0, b = 0;
};

/// Debian's fonts-dejavu-core.
inline constexpr const char* kDefaultFont = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

/// A font at one size. Used by one thread at a time.
class Font {
 public:
  /// `height_px`: from the top of the highest letter to the bottom of the lowest. Error (bad_input): no font file.
  static Result<Font> load(const std::filesystem::path& file, int height_px);
  Font(Font&&) noexcept;
  Font& operator=(Font&&) noexcept;
  ~Font();

  [[nodiscard]] int height_px() const;
  /// Width of a line of UTF-8 text, in pixels.
  [[nodiscard]] int width_px(std::string_view text) const;

 private:
  friend class Canvas;
  struct Face;
  explicit Font(std::unique_ptr<Face> face);
  std::unique_ptr<Face> face_;
};

/// Paints on a picture of its own; what falls outside is cut off.
class Canvas {
 public:
  explicit Canvas(Picture picture) : picture_(std::move(picture)) {}

  /// An outline, `thickness_px` wide; the box in pixels of the picture.
  void box(const Box& box, Colour colour, int thickness_px = 2);
  /// An outline, and its inside covered by `cover` (0 = not, 1 = wholly); corners in 0..1 of the picture.
  void polygon(const Polygon& polygon, Colour colour, float cover = 0, int thickness_px = 2);
  /// A straight line; its ends in pixels, both finite.
  void line(Point a, Point b, Colour colour, float thickness_px = 2);
  /// One line of UTF-8 on a strip of `paper` with its lower left corner at `corner` (pixels), moved inside the picture
  /// where it would leave it.
  void label(Point corner, std::string_view text, const Font& font, Colour ink, Colour paper);

  [[nodiscard]] const Picture& picture() const { return picture_; }

 private:
  void blend(int x, int y, Colour colour, float cover);
  void fill(int x1, int y1, int x2, int y2, Colour colour);

  Picture picture_;
};

}  // namespace shrike

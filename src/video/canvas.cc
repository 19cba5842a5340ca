#include "video/canvas.h"

#include <fmt/format.h>
#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <cmath>

#include "video/raster.h"

namespace shrike {
namespace {

/// The next character of UTF-8 text, taken off its front; U+FFFD for bytes that are none.
char32_t next_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const size_t length = first < 0x80          ? 1
                        : first >> 5U == 0x6  ? 2
                        : first >> 4U == 0xE  ? 3
                        : first >> 3U == 0x1E ? 4
                                              : 0;
  if (length == 0 || length > text.size()) {
    text.remove_prefix(1);
    return 0xFFFD;
  }
  char32_t c = length == 1 ? first : first & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) c = (c << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  return c;
}

}  // namespace

/// A FreeType library each: FreeType's are not to be shared between threads.
struct Font::Face {
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  Face() = default;
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;
  ~Face() {
    if (face != nullptr) FT_Done_Face(face);
    if (library != nullptr) FT_Done_FreeType(library);
  }
  [[nodiscard]] int ascent_px() const { return static_cast<int>(face->size->metrics.ascender / 64); }
};

Font::Font(std::unique_ptr<Face> face) : face_(std::move(face)) {}
Font::Font(Font&&) noexcept = default;
Font& Font::operator=(Font&&) noexcept = default;
Font::~Font() = default;

Result<Font> Font::load(const std::filesystem::path& file, int height_px) {
  auto face = std::make_unique<Face>();
  if (FT_Init_FreeType(&face->library) != 0) return fail("FreeType does not start");
  if (FT_New_Face(face->library, file.c_str(), 0, &face->face) != 0) {
    return bad_input(fmt::format("{}: is not there or no font; install fonts-dejavu-core", file.string()));
  }
  // A font's em is smaller than its lines: take the largest em whose lines are not too high.
  Font font(std::move(face));
  for (int em_px = height_px; em_px > 0; --em_px) {
    if (FT_Set_Pixel_Sizes(font.face_->face, 0, static_cast<FT_UInt>(em_px)) != 0) break;
    if (font.height_px() <= height_px) return font;
  }
  return bad_input(fmt::format("{}: has no letters {} pixels high", file.string(), height_px));
}

int Font::height_px() const {
  const auto& m = face_->face->size->metrics;
  return static_cast<int>((m.ascender - m.descender) / 64);
}

int Font::width_px(std::string_view text) const {
  FT_Pos width = 0;
  while (!text.empty()) {
    if (FT_Load_Char(face_->face, next_character(text), FT_LOAD_DEFAULT) == 0) width += face_->face->glyph->advance.x;
  }
  return static_cast<int>((width + 63) / 64);
}

void Canvas::blend(int x, int y, Colour colour, float cover) {
  if (x < 0 || y < 0 || x >= picture_.width || y >= picture_.height) return;
  uint8_t* p = picture_.rgb.data() + static_cast<ptrdiff_t>(3) * (static_cast<ptrdiff_t>(y) * picture_.width + x);
  const auto mix = [cover](uint8_t under, uint8_t over) {
    return static_cast<uint8_t>(std::lround(static_cast<float>(under) + cover * static_cast<float>(over - under)));
  };
  p[0] = mix(p[0], colour.r);
  p[1] = mix(p[1], colour.g);
  p[2] = mix(p[2], colour.b);
}

void Canvas::fill(int x1, int y1, int x2, int y2, Colour colour) {
  for (int y = std::max(y1, 0); y < std::min(y2, picture_.height); ++y) {
    for (int x = std::max(x1, 0); x < std::min(x2, picture_.width); ++x) blend(x, y, colour, 1);
  }
}

void Canvas::box(const Box& box, Colour colour, int thickness_px) {
  const auto round = [](float v) { return static_cast<int>(std::lround(std::clamp(v, -1e6F, 1e6F))); };
  const int x1 = round(box.x1);
  const int y1 = round(box.y1);
  const int x2 = std::max(round(box.x2), x1 + thickness_px);
  const int y2 = std::max(round(box.y2), y1 + thickness_px);
  fill(x1, y1, x2, y1 + thickness_px, colour);
  fill(x1, y2 - thickness_px, x2, y2, colour);
  fill(x1, y1 + thickness_px, x1 + thickness_px, y2 - thickness_px, colour);
  fill(x2 - thickness_px, y1 + thickness_px, x2, y2 - thickness_px, colour);
}

/// Steps along the longer side and covers across it, softened at the rim.
void Canvas::line(Point a, Point b, Colour colour, float thickness_px) {
  const bool steep = std::abs(b.y - a.y) > std::abs(b.x - a.x);
  if (steep) {
    std::swap(a.x, a.y);
    std::swap(b.x, b.y);
  }
  if (a.x > b.x) std::swap(a, b);
  const float slope = b.x > a.x ? (b.y - a.y) / (b.x - a.x) : 0;
  const float half = thickness_px / 2 * std::sqrt(1 + slope * slope);
  const int limit = steep ? picture_.height : picture_.width;
  const int begin = std::max(0, static_cast<int>(std::floor(a.x - half)));
  const int end = std::min(limit, static_cast<int>(std::ceil(b.x + half)));
  for (int x = begin; x < end; ++x) {
    const float middle = a.y + slope * (std::clamp(static_cast<float>(x) + 0.5F, a.x, b.x) - a.x);
    for (int y = static_cast<int>(std::floor(middle - half - 1)); y <= static_cast<int>(std::ceil(middle + half));
         ++y) {
      const float cover = std::clamp(half + 0.5F - std::abs(static_cast<float>(y) + 0.5F - middle), 0.0F, 1.0F);
      if (cover > 0) blend(steep ? y : x, steep ? x : y, colour, cover);
    }
  }
}

void Canvas::polygon(const Polygon& polygon, Colour colour, float cover, int thickness_px) {
  if (polygon.size() < 3) return;
  if (cover > 0) {
    for_each_span(polygon, picture_.width, picture_.height, 0, [&](int y, int begin, int end) {
      for (int x = begin; x < end; ++x) blend(x, y, colour, cover);
    });
  }
  const auto pixels = [&](Point p) {
    return Point{p.x * static_cast<float>(picture_.width), p.y * static_cast<float>(picture_.height)};
  };
  for (size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    line(pixels(polygon[j]), pixels(polygon[i]), colour, static_cast<float>(thickness_px));
  }
}

void Canvas::label(Point corner, std::string_view text, const Font& font, Colour ink, Colour paper) {
  constexpr int kMargin_px = 3;
  const int width = font.width_px(text) + 2 * kMargin_px;
  const int height = font.height_px() + 2;
  const int left = std::clamp(static_cast<int>(std::lround(corner.x)), 0, std::max(0, picture_.width - width));
  const int top =
      std::clamp(static_cast<int>(std::lround(corner.y)) - height, 0, std::max(0, picture_.height - height));
  fill(left, top, left + width, top + height, paper);
  const FT_Face face = font.face_->face;
  const int baseline = top + 1 + font.face_->ascent_px();
  FT_Pos pen = static_cast<FT_Pos>(left + kMargin_px) * 64;
  while (!text.empty()) {
    if (FT_Load_Char(face, next_character(text), FT_LOAD_RENDER) != 0) continue;
    const FT_GlyphSlot glyph = face->glyph;
    const int x0 = static_cast<int>(pen / 64) + glyph->bitmap_left;
    const int y0 = baseline - glyph->bitmap_top;
    for (int y = 0; y < static_cast<int>(glyph->bitmap.rows); ++y) {
      const uint8_t* row = glyph->bitmap.buffer + static_cast<ptrdiff_t>(y) * glyph->bitmap.pitch;
      for (int x = 0; x < static_cast<int>(glyph->bitmap.width); ++x) {
        if (row[x] != 0) blend(x0 + x, y0 + y, ink, static_cast<float>(row[x]) / 255.0F);
      }
    }
    pen += glyph->advance.x;
  }
}

}  // namespace shrike

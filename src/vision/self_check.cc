#include "vision/self_check.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace shrike {

namespace {

constexpr int kWidth = 480, kHeight = 480;

struct Colour {
  float r, g, b;
};

/// A rounded bar from `a` to `b`, `ra` and `rb` thick at its ends, lit from the upper left like a limb. A ball where
/// the ends are one.
struct Bar {
  Point a, b;
  float ra, rb;
  Colour colour;
};

void blend(uint8_t* pixel, const Colour& c, float alpha) {
  const float values[] = {c.r, c.g, c.b};
  for (int i = 0; i < 3; ++i) {
    const float mixed = static_cast<float>(pixel[i]) * (1 - alpha) + std::clamp(values[i], 0.F, 255.F) * alpha;
    pixel[i] = static_cast<uint8_t>(std::lround(mixed));
  }
}

void draw(Picture& picture, const Bar& bar) {
  const float dx = bar.b.x - bar.a.x, dy = bar.b.y - bar.a.y;
  const float length2 = std::max(dx * dx + dy * dy, 1e-6F);
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const float px = static_cast<float>(x) - bar.a.x, py = static_cast<float>(y) - bar.a.y;
      const float along = std::clamp((px * dx + py * dy) / length2, 0.F, 1.F);
      const float ox = px - along * dx, oy = py - along * dy;
      const float radius = bar.ra + along * (bar.rb - bar.ra);
      const float distance = std::sqrt(ox * ox + oy * oy);
      if (distance > radius + 1) continue;
      // Lambert's law on a round body, light from the upper left front.
      const float nx = ox / radius, ny = oy / radius;
      const float nz = std::sqrt(std::max(0.F, 1 - nx * nx - ny * ny));
      const float light = 0.45F + 0.65F * std::max(0.F, -0.45F * nx - 0.45F * ny + 0.77F * nz);
      const Colour lit{bar.colour.r * light, bar.colour.g * light, bar.colour.b * light};
      blend(&picture.rgb[static_cast<size_t>((y * picture.width + x) * 3)], lit,
            std::clamp(radius + 1 - distance, 0.F, 1.F));
    }
  }
}

void draw_room(Picture& picture) {
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const bool floor = y > 330;
      const float shade = floor ? 105 + 0.25F * static_cast<float>(y - 330) : 205 - 0.10F * static_cast<float>(x);
      const Colour c = floor ? Colour{shade + 20, shade + 5, shade - 15} : Colour{shade, shade - 4, shade - 12};
      blend(&picture.rgb[static_cast<size_t>((y * kWidth + x) * 3)], c, 1);
    }
  }
}

}  // namespace

Picture self_check_picture() {
  Picture picture{kWidth, kHeight, std::vector<uint8_t>(size_t{kWidth} * kHeight * 3)};
  draw_room(picture);
  const Colour skin{224, 172, 140}, hair{60, 42, 30}, shirt{178, 48, 52}, jeans{58, 78, 128}, shoe{45, 42, 45};
  const Colour dark{96, 84, 70}, glass{40, 120, 60}, ball{235, 130, 30};
  const std::initializer_list<Bar> bars = {
      {{185, 452}, {270, 456}, 8, 8, dark},                                              // shadow
      {{200, 438}, {190, 446}, 11, 9, shoe},                                             // feet
      {{240, 438}, {252, 446}, 11, 9, shoe},   {{205, 270}, {202, 350}, 22, 17, jeans},  // legs
      {{202, 350}, {201, 432}, 17, 11, jeans}, {{236, 270}, {238, 350}, 22, 17, jeans},
      {{238, 350}, {240, 432}, 17, 11, jeans}, {{184, 150}, {166, 212}, 15, 12, shirt},  // arms
      {{166, 212}, {168, 262}, 11, 9, skin},   {{168, 266}, {169, 278}, 10, 7, skin},
      {{257, 150}, {276, 212}, 15, 12, shirt}, {{276, 212}, {274, 262}, 11, 9, skin},
      {{274, 266}, {273, 278}, 10, 7, skin},   {{206, 152}, {210, 262}, 24, 24, shirt},  // body
      {{236, 152}, {232, 262}, 24, 24, shirt}, {{220, 118}, {220, 138}, 11, 12, skin},   // neck and head
      {{220, 78}, {220, 74}, 27, 27, hair},    {{220, 86}, {220, 98}, 23, 18, skin},
      {{211, 84}, {212, 84}, 3, 3, hair},  // face
      {{229, 84}, {230, 84}, 3, 3, hair},      {{220, 90}, {220, 95}, 3, 4, skin},
      {{214, 105}, {226, 105}, 2, 2, shirt},   {{370, 300}, {370, 400}, 20, 20, glass},  // a bottle
      {{370, 262}, {370, 300}, 8, 12, glass},  {{370, 252}, {370, 258}, 9, 9, ball},
      {{90, 415}, {90, 415}, 30, 30, ball},  // a ball
  };
  for (const Bar& bar : bars) draw(picture, bar);
  return picture;
}

}  // namespace shrike

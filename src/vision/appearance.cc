#include "vision/appearance.h"

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "video/scale.h"

namespace shrike {
namespace {

constexpr int kStripes = 3, kHues = 8, kSaturations = 4, kValues = 4;
constexpr int kStripeSize = kHues * kSaturations * kValues;
constexpr int kColumns = 12, kRows = 42;  // looked at, at most

struct Rgb {
  float r, g, b;  // 0..1
};

// Pixels of a frame without converting it.
class Pixels {
 public:
  // None where the format is not one that is read directly.
  static std::optional<Pixels> of(const AVFrame& frame) {
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
    if (format == nullptr || format->nb_components < 3 || (format->flags & AV_PIX_FMT_FLAG_HWACCEL) != 0 ||
        (format->flags & AV_PIX_FMT_FLAG_BITSTREAM) != 0 || (format->flags & AV_PIX_FMT_FLAG_PAL) != 0)
      return std::nullopt;
    Pixels pixels;
    for (int c = 0; c < 3; ++c) {
      const AVComponentDescriptor& component = format->comp[c];
      if (component.depth != 8 || frame.data[component.plane] == nullptr) return std::nullopt;
      const bool chroma = c > 0 && (format->flags & AV_PIX_FMT_FLAG_RGB) == 0;
      pixels.channels_[static_cast<size_t>(c)] = {
          frame.data[component.plane] + component.offset, frame.linesize[component.plane], component.step,
          chroma ? format->log2_chroma_w : 0, chroma ? format->log2_chroma_h : 0};
    }
    pixels.rgb_ = (format->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    pixels.full_range_ = frame.color_range == AVCOL_RANGE_JPEG || frame.format == AV_PIX_FMT_YUVJ420P ||
                         frame.format == AV_PIX_FMT_YUVJ422P || frame.format == AV_PIX_FMT_YUVJ444P;
    return pixels;
  }

  [[nodiscard]] Rgb at(int x, int y) const {
    const std::array<float, 3> v = {channels_[0].at(x, y), channels_[1].at(x, y), channels_[2].at(x, y)};
    if (rgb_) return {v[0] / 255, v[1] / 255, v[2] / 255};
    // BT.601; that of a BT.709 picture comes out a shade off, alike for everyone on the camera.
    const float luma = full_range_ ? v[0] / 255 : (v[0] - 16) / 219, scale = full_range_ ? 255.F : 224.F;
    const float u = (v[1] - 128) / scale, w = (v[2] - 128) / scale;
    const auto cut = [](float value) { return std::clamp(value, 0.F, 1.F); };
    return {cut(luma + 1.402F * w), cut(luma - 0.344F * u - 0.714F * w), cut(luma + 1.772F * u)};
  }

 private:
  struct Channel {
    const uint8_t* first;
    int row_bytes, step, shift_x, shift_y;

    [[nodiscard]] float at(int x, int y) const {
      return first[static_cast<ptrdiff_t>(y >> shift_y) * row_bytes + static_cast<ptrdiff_t>(x >> shift_x) * step];
    }
  };
  std::array<Channel, 3> channels_{};
  bool rgb_ = false, full_range_ = false;
};

// A value's two nearest bins and the share of the second.
struct Bins {
  int first, second;
  float share;
};

Bins clamped_bins(float value, int bins) {
  const float at = std::clamp(value * static_cast<float>(bins) - 0.5F, 0.F, static_cast<float>(bins - 1));
  const int first = std::min(static_cast<int>(at), bins - 1);
  return {first, std::min(first + 1, bins - 1), at - static_cast<float>(first)};
}

Bins circular_bins(float turns, int bins) {
  float at = turns * static_cast<float>(bins) - 0.5F;
  if (at < 0) at += static_cast<float>(bins);
  const int first = static_cast<int>(at) % bins;
  return {first, (first + 1) % bins, at - std::floor(at)};
}

// Hue in turns, 0..1.
float hue_of(const Rgb& p, float most, float spread) {
  float sixth = 0;
  if (most == p.r)
    sixth = (p.g - p.b) / spread;
  else if (most == p.g)
    sixth = 2 + (p.b - p.r) / spread;
  else
    sixth = 4 + (p.r - p.g) / spread;
  return sixth < 0 ? sixth / 6 + 1 : sixth / 6;
}

// Adds a pixel to a stripe's histogram, shared among neighbouring bins so that a little more light changes little.
void add(const Rgb& p, float weight, float* stripe) {
  const float most = std::max({p.r, p.g, p.b}), spread = most - std::min({p.r, p.g, p.b});
  const float saturation = most > 0 ? spread / most : 0;
  // What is nearly grey or black has no hue worth the name: all of it goes to one.
  constexpr float kGrey = 0.12F, kBlack = 0.1F;
  const bool coloured = saturation > kGrey && most > kBlack;
  const Bins hue = coloured ? circular_bins(hue_of(p, most, spread), kHues) : Bins{0, 0, 0};
  const Bins dye = coloured ? clamped_bins(saturation, kSaturations) : Bins{0, 0, 0};
  const Bins light = clamped_bins(most, kValues);
  for (const auto& [h, share_h] : {std::pair(hue.first, 1 - hue.share), std::pair(hue.second, hue.share)})
    for (const auto& [s, share_s] : {std::pair(dye.first, 1 - dye.share), std::pair(dye.second, dye.share)}) {
      float* bins = stripe + static_cast<ptrdiff_t>((h * kSaturations + s) * kValues);
      const float part = weight * share_h * share_s;
      bins[light.first] += part * (1 - light.share);
      bins[light.second] += part * light.share;
    }
}

// The part of a box that lies in the picture, pixels.
struct Area {
  int x1, y1, x2, y2;
};

std::optional<Area> visible(const Box& box, const Frame& frame) {
  constexpr int kWidthMin = 8, kHeightMin = 16;
  const auto w = static_cast<float>(frame.width), h = static_cast<float>(frame.height);
  if (!(box.x2 > 0 && box.y2 > 0 && box.x1 < w && box.y1 < h)) return std::nullopt;  // also where one is NaN
  const Area area = {static_cast<int>(std::max(0.F, box.x1)), static_cast<int>(std::max(0.F, box.y1)),
                     static_cast<int>(std::min(w, box.x2)), static_cast<int>(std::min(h, box.y2))};
  if (area.x2 - area.x1 < kWidthMin || area.y2 - area.y1 < kHeightMin) return std::nullopt;
  return area;
}

void describe(const Pixels& pixels, const Area& area, float* row) {
  const int width = area.x2 - area.x1, height = area.y2 - area.y1;
  const int columns = std::min(kColumns, width / 2), rows = std::min(kRows, height);
  for (int j = 0; j < rows; ++j) {
    float* stripe = row + static_cast<ptrdiff_t>(j * kStripes / rows) * kStripeSize;
    const int y = area.y1 + (2 * j + 1) * height / (2 * rows);
    for (int i = 0; i < columns; ++i) {
      // The middle 70 % of the width: beside it is floor. Weight falls from the middle outwards.
      const float across = (static_cast<float>(i) + 0.5F) / static_cast<float>(columns) - 0.5F;
      const int x = area.x1 + static_cast<int>((0.5F + 0.7F * across) * static_cast<float>(width));
      add(pixels.at(x, y), 1 - 2.F * across * across, stripe);
    }
  }
  for (int s = 0; s < kStripes; ++s) {
    float* stripe = row + static_cast<ptrdiff_t>(s) * kStripeSize;
    float sum = 0;
    for (int k = 0; k < kStripeSize; ++k) sum += stripe[k];
    for (int k = 0; k < kStripeSize; ++k) stripe[k] = std::sqrt(stripe[k] / (sum * kStripes));
  }
}

}  // namespace

std::vector<float> appearance_of(const Frame& frame, const Detections& detections, float score_min, int person_label) {
  std::vector<float> rows(detections.size() * kAppearanceSize, 0);
  if (frame.picture == nullptr) return rows;
  auto pixels = Pixels::of(*frame.picture);
  Frame converted;
  for (size_t i = 0; i < detections.size(); ++i) {
    if (detections.classes[i] != person_label || detections.scores[i] < score_min) continue;
    const auto area = visible(detections.boxes[i], frame);
    if (!area) continue;
    if (!pixels) {
      converted = to_frame(to_picture(frame));
      pixels = Pixels::of(*converted.picture);
    }
    describe(*pixels, *area, rows.data() + i * kAppearanceSize);
  }
  return rows;
}

float alike(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return 0;
  // Sums side by side: one after the other they would have to be rounded in order, eight times as slowly.
  constexpr size_t kSide = 16;
  std::array<float, kSide> sums{};
  size_t i = 0;
  for (; i + kSide <= a.size(); i += kSide)
    for (size_t k = 0; k < kSide; ++k) sums[k] += a[i + k] * b[i + k];
  for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
  return std::clamp(std::accumulate(sums.begin(), sums.end(), 0.F), 0.F, 1.F);
}

}  // namespace shrike

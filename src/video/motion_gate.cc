#include "video/motion_gate.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

// One grey level is 16 units of Luma.
constexpr float kDifferenceMin = 3 * 16;  ///< what no eye sees is no movement
constexpr float kDifferencePerNoise = 5;  ///< 5 mean absolute differences are 4 standard deviations
constexpr float kNoiseAtStart = 16;
constexpr float kLearn_s = 2;  ///< a cell at rest is learnt within so long
constexpr float kLearnNoise_s = 4;
constexpr float kLearnMoving_s = 15;  ///< … and one that differs; someone who stands still is foreground for about 3x
constexpr float kContrastMin = 8 * 16;  ///< of a background from which a change of gain can be read
constexpr float kGainMin = 0.2F, kGainMax = 5;
constexpr double kWarmUp_s = 2;
constexpr double kAllMoves = 0.6;  ///< more of the picture than people fill: the light, or the camera was moved
constexpr int kNeighboursMin = 4;  ///< of the 9 cells around and at one that counts as moving
constexpr int kSupportedMin = 3;   ///< cells of that sort that make a movement

}  // namespace

void MotionGate::start(const Luma& luma, Timestamp time) {
  width_ = luma.width;
  height_ = luma.height;
  background_.assign(luma.cells.begin(), luma.cells.end());
  noise_.assign(luma.cells.size(), kNoiseAtStart);
  hot_.assign(luma.cells.size(), 0);
  counts_.assign(luma.cells.size(), 1);
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < width_; ++x) {
      const Point centre{(static_cast<float>(x) + 0.5F) / static_cast<float>(width_),
                         (static_cast<float>(y) + 0.5F) / static_cast<float>(height_)};
      const bool masked = std::any_of(options_.masks.begin(), options_.masks.end(),
                                      [&](const Polygon& mask) { return contains(mask, centre); });
      if (masked) counts_[static_cast<size_t>(y * width_ + x)] = 0;
    }
  }
  started_ = time;
}

bool MotionGate::open(const Luma& luma, Timestamp time) {
  if (luma.width != width_ || luma.height != height_) start(luma, time);
  const auto step_s = static_cast<float>(std::clamp(seconds_between(last_, time), 0.0, 1.0));
  last_ = time;
  compare(luma, fit_light(luma), step_s);
  if (moving_share_ > kAllMoves) background_.assign(luma.cells.begin(), luma.cells.end());
  const bool moves = moving_share_ > kAllMoves || something_moves();
  if (moves || seconds_between(started_, time) < kWarmUp_s) moved_ = time;
  const bool pass =
      seconds_between(moved_, time) < options_.hold_s || seconds_between(passed_, time) >= options_.heartbeat_s;
  if (pass) passed_ = time;
  return pass;
}

/// The middles of the darker and of the brighter half of the background, and what the frame shows there, give a line.
/// Someone in the picture moves neither middle as long as he covers less than about a quarter of it.
MotionGate::Light MotionGate::fit_light(const Luma& luma) {
  sample_.clear();
  // Every 7th cell is plenty for a median, and falls on all columns in turn.
  for (size_t i = 0; i < luma.cells.size(); i += 7) {
    sample_.emplace_back(background_[i], static_cast<float>(luma.cells[i]));
  }
  std::sort(sample_.begin(), sample_.end());
  const auto half = static_cast<std::ptrdiff_t>(sample_.size() / 2);
  const auto middle_of = [](auto begin, auto end) {
    const float background = (begin + (end - begin) / 2)->first;
    std::nth_element(begin, begin + (end - begin) / 2, end, [](auto a, auto b) { return a.second < b.second; });
    return std::pair(background, (begin + (end - begin) / 2)->second);
  };
  const auto bright = middle_of(sample_.begin() + half, sample_.end());
  const auto dark = half > 0 ? middle_of(sample_.begin(), sample_.begin() + half) : bright;
  const float contrast = bright.first - dark.first;
  if (contrast < kContrastMin) return {.gain = 1, .offset = bright.second - bright.first};
  const float gain = std::clamp((bright.second - dark.second) / contrast, kGainMin, kGainMax);
  return {.gain = gain, .offset = dark.second - gain * dark.first};
}

void MotionGate::compare(const Luma& luma, Light light, float step_s) {
  const float learn = std::min(1.0F, step_s / kLearn_s);
  const float learn_noise = std::min(1.0F, step_s / kLearnNoise_s);
  const float learn_moving = step_s / kLearnMoving_s;
  size_t hot_cells = 0;
  size_t counting_cells = 0;
  for (size_t i = 0; i < luma.cells.size(); ++i) {
    const auto now = static_cast<float>(luma.cells[i]);
    const float difference = std::abs(now - (light.gain * background_[i] + light.offset));
    const bool hot = difference > std::max(kDifferenceMin, kDifferencePerNoise * noise_[i]);
    background_[i] += (now - background_[i]) * (hot ? learn_moving : learn);
    if (!hot) noise_[i] += (difference - noise_[i]) * learn_noise;
    hot_[i] = hot ? counts_[i] : 0;
    hot_cells += hot_[i];
    counting_cells += counts_[i];
  }
  moving_share_ = counting_cells > 0 ? static_cast<double>(hot_cells) / static_cast<double>(counting_cells) : 0;
}

bool MotionGate::something_moves() const {
  // A picture of a few pixels has no neighbours to ask.
  if (width_ < 8 || height_ < 8) return moving_share_ > 0;
  int supported = 0;
  for (int y = 1; y + 1 < height_; ++y) {
    for (int x = 1; x + 1 < width_; ++x) {
      const uint8_t* at = hot_.data() + static_cast<std::ptrdiff_t>(y) * width_ + x;
      if (*at == 0) continue;
      int near = 0;
      for (const std::ptrdiff_t row : {-width_, 0, width_}) near += at[row - 1] + at[row] + at[row + 1];
      if (near >= kNeighboursMin && ++supported >= kSupportedMin) return true;
    }
  }
  return false;
}

}  // namespace shrike

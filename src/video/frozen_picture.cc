#include "video/frozen_picture.h"

#include <algorithm>
#include <cstdlib>

namespace shrike {
namespace {

constexpr int kSame = 16;  ///< one grey level, in units of Luma
constexpr double kPatienceMax_s = 600;

bool same(const Luma& a, const Luma& b) {
  return a.width == b.width && a.height == b.height &&
         std::equal(a.cells.begin(), a.cells.end(), b.cells.begin(),
                    [](uint16_t x, uint16_t y) { return std::abs(int{x} - int{y}) <= kSame; });
}

}  // namespace

FrozenPicture::Verdict FrozenPicture::look(const Luma& luma, Timestamp time) {
  if (!same(luma, reference_)) {
    reference_ = luma;
    since_ = from_ = time;
    frozen_ = false;
    patience_s_ = first_patience_s_;
    return Verdict::moves;
  }
  if (seconds_between(from_, time) < patience_s_) return frozen_ ? Verdict::still_frozen : Verdict::still;
  // A scene may truly be that still, in the dark: each reconnection costs pictures, so they become rarer.
  from_ = time;
  frozen_ = true;
  patience_s_ = std::min(2 * patience_s_, kPatienceMax_s);
  return Verdict::froze;
}

}  // namespace shrike

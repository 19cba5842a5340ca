#pragma once
#include "base/geometry.h"

namespace shrike {

/// One coordinate under a constant-velocity model with white acceleration noise (Bar-Shalom, Estimation with
/// Applications, 6.2.2). Time in seconds, so any gap between frames is treated right.
struct Kalman1 {
  float x = 0, v = 0;
  float pxx = 0, pxv = 0, pvv = 0;

  void start(float at, float position_variance, float velocity_variance) {
    *this = {at, 0, position_variance, 0, velocity_variance};
  }
  /// `noise`: spectral density of the acceleration.
  void predict(float dt_s, float noise) {
    x += v * dt_s;
    pxx += dt_s * (2 * pxv + dt_s * (pvv + noise * dt_s / 3));
    pxv += dt_s * (pvv + noise * dt_s / 2);
    pvv += noise * dt_s;
  }
  void update(float seen, float variance) {
    const float s = 1 / (pxx + variance), kx = pxx * s, kv = pxv * s, error = seen - x;
    x += kx * error;
    v += kv * error;
    pvv -= kv * pxv;
    pxv -= kv * pxx;
    pxx -= kx * pxx;
  }
};

/// A box in motion: centre, width and height, each on its own.
struct BoxMotion {
  Kalman1 x, y, w, h;

  [[nodiscard]] Box box() const {
    const float half_w = w.x / 2, half_h = h.x / 2;
    return {x.x - half_w, y.x - half_h, x.x + half_w, y.x + half_h};
  }
};

}  // namespace shrike

#pragma once
#include <algorithm>

#include "base/geometry.h"

namespace shrike {

/// One coordinate under a constant-velocity model with white acceleration noise (Bar-Shalom, Estimation with
/// Applications to Tracking, 6.2.2). Time is in seconds, so any gap between frames is treated right.
struct Kalman1 {
  float x = 0, v = 0;
  float pxx = 0, pxv = 0, pvv = 0;  ///< covariance

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
  void correct(float seen, float variance) {
    const float s = 1 / (pxx + variance), kx = pxx * s, kv = pxv * s, error = seen - x;
    x += kx * error;
    v += kv * error;
    pvv -= kv * pxv;
    pxv -= kv * pxx;
    pxx -= kx * pxx;
  }
};

/// How boxes move, in units of the box's height: what is large in the picture moves far and is measured coarsely.
struct MotionNoise {
  float position = 0.05F;      ///< standard deviation of a detector's box
  float speed = 0.3F;          ///< … of a new object's speed, a second
  float acceleration = 0.02F;  ///< spectral density of the acceleration, squared heights a cubed second
  float size = 0.1F;           ///< acceleration of width and height, as a share of that of the position
};

/// A box in motion: centre, width and height, each filtered on its own.
struct BoxMotion {
  Kalman1 x, y, w, h;

  void start(const Box& box, const MotionNoise& noise) {
    const float height = std::max(1.F, box.height());
    const float position = square(noise.position * height), speed = square(noise.speed * height);
    x.start(box.centre().x, position, speed);
    y.start(box.centre().y, position, speed);
    w.start(box.width(), position, kSizeSpeed * speed);
    h.start(box.height(), position, kSizeSpeed * speed);
  }
  void predict(float dt_s, const MotionNoise& noise) {
    const float density = noise.acceleration * square(h.x);
    x.predict(dt_s, density);
    y.predict(dt_s, density);
    w.predict(dt_s, density * noise.size);
    h.predict(dt_s, density * noise.size);
    w.x = std::max(w.x, 1.F);
    h.x = std::max(h.x, 1.F);
  }
  void correct(const Box& box, const MotionNoise& noise) {
    const float variance = measured_variance(box, noise);
    x.correct(box.centre().x, variance);
    y.correct(box.centre().y, variance);
    w.correct(box.width(), variance);
    h.correct(box.height(), variance);
  }
  void shift(Point by) {
    x.x += by.x;
    y.x += by.y;
  }
  [[nodiscard]] Box box() const {
    const float half_w = w.x / 2, half_h = h.x / 2;
    return {x.x - half_w, y.x - half_h, x.x + half_w, y.x + half_h};
  }

  /// Variance of where a detector puts the middle of `box`, squared pixels.
  static float measured_variance(const Box& box, const MotionNoise& noise) {
    return square(noise.position * std::max(1.F, box.height()));
  }

 private:
  static constexpr float kSizeSpeed = 0.04F;  // variance of a new object's growth, as a share of that of its speed
  static float square(float value) { return value * value; }
};

}  // namespace shrike

#pragma once
// Draws that repeat by seed on every machine: Boost.Random's algorithms are fixed, those of <random> are not.

#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <cstdint>

namespace shrike {

class SimRandom {
 public:
  /// `stream` keeps the draws of one store apart from those of another.
  SimRandom(uint64_t seed, uint64_t stream) : engine_(mix(seed ^ mix(stream + 0x51ed270b))) {}

  /// In [0, 1).
  double uniform() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }
  bool chance(double p) { return uniform() < p; }
  int below(int n) { return static_cast<int>(uniform() * n); }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  double normal() { return boost::random::normal_distribution<>()(engine_); }
  /// Gamma with mean 1; always 1 where `shape` is 0.
  double gamma_mean_1(double shape) {
    return shape <= 0 ? 1.0 : boost::random::gamma_distribution<>(shape, 1.0 / shape)(engine_);
  }
  /// 1, 2, …: one more each time with chance `more`.
  int geometric(double more) {
    int n = 1;
    while (n < 1000 && chance(more)) ++n;
    return n;
  }
  /// By inversion: fast for the small means a shelf sees, and exact. Means above 30 are split.
  int poisson(double mean) {
    int n = 0;
    for (; mean > 30; mean -= 30) n += poisson(30);
    double p = std::exp(-mean), u = uniform();
    for (int k = 0; k < 1000; ++k) {
      if (u < p) return n + k;
      u -= p;
      p *= mean / (k + 1);
    }
    return n;
  }

 private:
  static uint64_t mix(uint64_t z) {  // splitmix64's finaliser
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  boost::random::mt19937_64 engine_;
};

}  // namespace shrike

#pragma once
#include <span>

namespace shrike {

/// What it says of two appearances being one person's that they are so alike. How alike different people are depends on
/// the shop (uniforms, winter coats), its light and whatever makes the vectors; it is learnt from people who stand
/// before one camera at the same moment, and so are certainly different, and from pairs that place alone told to be
/// one.
class LookModel {
 public:
  /// Two people who are certainly different.
  void learn_different(double alike) { different_.add(alike); }
  /// The same person on two cameras, or on one after a while.
  void learn_same(double alike) { same_.add(alike); }
  /// Natural logarithm of P(alike | same) / P(alike | different), bounded; 0 where one has no appearance.
  [[nodiscard]] double log_ratio(std::span<const float> a, std::span<const float> b) const;
  [[nodiscard]] double log_ratio(double alike) const;

 private:
  struct Spread {
    double mean, variance, weight;
    void add(double value);
  };
  // Begin as HSV stripes on shops' and streets' cameras are; so many samples' worth.
  Spread different_{0.62, 0.14 * 0.14, 30};
  Spread same_{0.85, 0.08 * 0.08, 30};
};

}  // namespace shrike

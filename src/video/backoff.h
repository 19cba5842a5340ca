#pragma once
#include <algorithm>
#include <cstdint>
#include <random>

namespace shrike {

struct BackoffOptions {
  double first_s = 0.5;  ///< wait after the first failure
  double max_s = 30;     ///< the wait doubles up to this
};

/// How long to wait before the next try: doubling, each within ±25 % by chance so that the cameras of a store do not
/// all knock at the same moment after a power cut.
class Backoff {
 public:
  Backoff(const BackoffOptions& options, uint32_t seed) : options_(options), random_(seed) {}

  [[nodiscard]] double next_s() {
    const double wait_s = std::min(options_.first_s * static_cast<double>(uint64_t{1} << failures_), options_.max_s);
    failures_ = std::min(failures_ + 1, 32U);
    return wait_s * std::uniform_real_distribution<double>(0.75, 1.25)(random_);
  }
  /// The longest wait, for what will not mend itself soon; next_s() goes on doubling.
  [[nodiscard]] double longest_s() {
    return options_.max_s * std::uniform_real_distribution<double>(0.75, 1.25)(random_);
  }
  void reset() { failures_ = 0; }

 private:
  BackoffOptions options_;
  std::minstd_rand random_;
  unsigned failures_ = 0;
};

}  // namespace shrike

#pragma once
#include <cstdint>
#include <map>
#include <string>

namespace shrike {

struct FloodGateOptions {
  double messages_per_s = 200;  ///< of one topic, in the long run
  double burst = 400;           ///< of one topic, at once
  size_t topics_max = 4096;     ///< remembered by name; all others share one allowance
};

/// Thins each topic of a broker by itself, so that one that floods (a wildcard that catches more than was meant, a
/// device gone mad) does not push the quiet ones out of the queue behind. Bounded, whatever comes.
class FloodGate {
 public:
  explicit FloodGate(FloodGateOptions options = {}) : options_(options) {}

  /// Whether one more message of `topic` may pass at `now_s` (monotonic seconds).
  [[nodiscard]] bool admit(const std::string& topic, double now_s);
  [[nodiscard]] size_t topics() const { return allowances_.size(); }

 private:
  /// A bucket that fills by time and is emptied by messages.
  struct Allowance {
    double left, at_s;
  };
  FloodGateOptions options_;
  std::map<std::string, Allowance> allowances_;
};

}  // namespace shrike

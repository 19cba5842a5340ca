#include "sense/flood_gate.h"

#include <algorithm>

namespace shrike {

bool FloodGate::admit(const std::string& topic, double now_s) {
  auto found = allowances_.find(topic);
  if (found == allowances_.end()) {
    // The empty name, which no topic has, stands for those that came when the table was full.
    const bool full = allowances_.size() >= options_.topics_max;
    found = allowances_.try_emplace(full ? std::string() : topic, Allowance{options_.burst, now_s}).first;
  }
  auto& allowance = found->second;
  const double passed_s = std::max(0.0, now_s - allowance.at_s);
  allowance.left = std::min(options_.burst, allowance.left + passed_s * options_.messages_per_s);
  allowance.at_s = now_s;
  if (allowance.left < 1) return false;
  allowance.left -= 1;
  return true;
}

}  // namespace shrike

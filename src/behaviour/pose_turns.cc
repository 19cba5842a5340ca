#include "behaviour/pose_turns.h"

#include <algorithm>
#include <tuple>

namespace shrike {
namespace {

constexpr double kBreak_s = 0.5;  // not posed for so long: the turn is over
constexpr double kNever_s = 1e9;  // waited since ever

/// Larger comes first.
using Urgency = std::tuple<double, bool, double, int64_t>;

}  // namespace

std::vector<size_t> PoseTurns::order(Timestamp time, std::span<const PoseWish> wishes) const {
  std::vector<std::pair<Urgency, size_t>> due;
  for (size_t i = 0; i < wishes.size(); ++i) {
    const auto turn = turns_.find(wishes[i].visit_id);
    const bool known = turn != turns_.end();
    const double waited_s = known ? seconds_between(turn->second.newest, time) : kNever_s;
    if (waited_s < kEvery_s) continue;
    const bool in_turn = waited_s < kBreak_s && seconds_between(turn->second.begun, time) < kTurn_s;
    const double suspicion = wishes[i].risk >= kSuspicious ? wishes[i].risk : 0;
    due.emplace_back(Urgency{suspicion, in_turn, waited_s, known ? -turn->second.poses : 0}, i);
  }
  std::ranges::stable_sort(due, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<size_t> out;
  for (const auto& [urgency, i] : due) out.push_back(i);
  return out;
}

void PoseTurns::posed(const std::string& visit_id, Timestamp time) {
  auto [it, fresh] = turns_.try_emplace(visit_id, Turn{time, time});
  Turn& turn = it->second;
  const bool over = seconds_between(turn.newest, time) >= kBreak_s || seconds_between(turn.begun, time) >= kTurn_s;
  if (over) turn.begun = time;
  turn.newest = time;
  ++turn.poses;
}

}  // namespace shrike

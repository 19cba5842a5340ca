#pragma once
// What several sensors say of one act at a shelf, put together into one statement.

#include <map>
#include <string>
#include <vector>

#include "behaviour/presence.h"
#include "sense/item_event.h"

namespace shrike {

/// Goods that moved once, by everything that was heard of it.
struct Act {
  int64_t id = 0;
  ItemEvent::Kind kind = ItemEvent::Kind::taken;
  std::string zone;
  Timestamp from, to;
  std::vector<ItemGuess> guesses;      ///< alternatives; what is left to 1 is that nothing happened
  std::map<std::string, int> sources;  ///< sensor → pieces it has told of
  bool sensed = false;                 ///< something told of it besides cameras that saw a hand
  std::string hand;                    ///< the visit whose hand a camera saw; empty: no camera did
  bool settled = false;                ///< a receipt or a tag that went out said whose it is
  std::string taken_by;                ///< where it turned up with another visit: who took it, as far as was seen
  std::vector<Presence::Near> visits;  ///< whose act it was: probabilities, adding up to at most 1

  /// That anything happened at all.
  [[nodiscard]] double probability() const;
  /// Pieces of the likeliest guess.
  [[nodiscard]] int count() const;
  [[nodiscard]] bool names(const std::string& serial) const;
};

/// Whether `event` is another sensor's word on `act`: the same kind, zone and moment, goods that can be the same, and
/// no sensor that has already told of all its pieces.
[[nodiscard]] bool same_act(const Act& act, const ItemEvent& event);

/// The two statements as one, for sensors that err independently of each other: nothing happened only where both are
/// wrong; which product it was ∝ p₁·p₂, a sensor that cannot tell products leaves them as the other has them, and what
/// the other contradicts keeps a little.
[[nodiscard]] std::vector<ItemGuess> fused(const std::vector<ItemGuess>& a, const std::vector<ItemGuess>& b);

}  // namespace shrike

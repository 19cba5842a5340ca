#pragma once
// What a sensor says happened to goods, in words that do not depend on its make. The basket of a visit takes these.

#include <string>
#include <vector>

#include "base/time.h"

namespace shrike {

/// One of the things that may have happened: `count` pieces of one product.
struct ItemGuess {
  std::string product;      ///< as the planogram names it; empty: some piece, nobody knows which
  int count = 1;            ///< pieces, at least 1
  double probability = 1;   ///< that it was this
  std::string serial = {};  ///< of the very piece, where a tag says it (EPC pure identity URI); count is then 1
};

/// Goods that moved, as one sensor saw it.
struct ItemEvent {
  enum class Kind {
    taken,        ///< off a shelf
    put_back,     ///< onto a shelf
    carried_in,   ///< through a portal, into the shop
    carried_out,  ///< through a portal, out of the shop
    hidden,       ///< in a hand that went to a pocket, under clothing or into a bag: it is still with the visit
  };
  Kind kind = Kind::taken;
  Timestamp from, to;    ///< when, on this machine's clock; equal where the sensor names a moment
  std::string source;    ///< the sensor's (or camera's) name
  std::string zone;      ///< of the planogram or the portal; names are unique in a store
  std::string visit_id;  ///< empty where the sensor cannot tell who
  /// Alternatives: at most one of them is true, probabilities add up to at most 1, the rest is that nothing happened.
  std::vector<ItemGuess> guesses;
};

}  // namespace shrike

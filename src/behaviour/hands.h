#pragma once
// What the hands of one visit did: to a shelf and back, with something or without, and where the hand went then.

#include <array>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "vision/pose.h"

namespace shrike {

/// One person in one frame, as far as hands are concerned. All in pixels of the picture.
struct HandsView {
  Timestamp time;
  Pose pose;  ///< smoothed
  Box person;
  std::span<const Polygon> shelves;  ///< where a hand that reaches may take something, the same in every view
  /// Things that a hand can hold and whose class the detector knows, with the product's name where it is one.
  struct Thing {
    Box box;
    std::string product;
  };
  std::vector<Thing> things;
  std::vector<Box> bags;   ///< that this person carries
  std::vector<Box> carts;  ///< trolleys and baskets that this person uses
};

/// A hand's way back from a shelf, or what came after it.
struct HandAct {
  enum class Kind {
    taken,     ///< back from the shelf; `probability` that it holds something from it
    put_back,  ///< back without what it held before
    hidden,    ///< then at a pocket, at the waistband or chest, or in a carried bag
    in_cart,   ///< then in a trolley or basket
  };
  Kind kind = Kind::taken;
  Timestamp from, to;
  size_t shelf = 0;        ///< index into HandsView::shelves
  double probability = 0;  ///< that it happened, with the goods that it is about
  std::string product;     ///< empty: the detector does not name it
  const char* place = "";  ///< of `hidden`: "a pocket", …
};

/// Follows the two hands of one visit. Of bounded size; depends on nothing but the views. docs/poses.md says where the
/// probabilities come from.
class Hands {
 public:
  /// Appends what `view` makes certain. Views in order of time; after kForget_s without one all is begun anew.
  void see(const HandsView& view, std::vector<HandAct>& out);

  static constexpr double kForget_s = 2;    ///< without a pose
  static constexpr double kHide_s = 6;      ///< after a reach, in which a hand that goes to the body counts
  static constexpr double kReach_s = 0.15;  ///< in the shelf, to be a reach

 private:
  struct Sight {
    Timestamp time;
    bool holds = false;
    std::string product;
  };
  struct Reach {
    size_t shelf = 0;
    Timestamp from, in;        ///< first and newest view with the hand in the shelf
    bool held_before = false;  ///< something was seen in the hand as it went in
    std::string product_before;
  };
  struct Hand {
    std::deque<Sight> sights;  ///< of the last second
    std::optional<Reach> reach;
    Timestamp seen;
    const char* place = nullptr;  ///< where at the body it rests
    Timestamp place_since;
    Timestamp in_cart_since;
    bool in_cart = false;
  };
  /// A reach that is over: what was told of it, for what the hand does next.
  struct Past {
    HandAct taken;
    bool told = false;  ///< hidden or in_cart was said: a piece goes to one place
  };

  void see_hand(const HandsView& view, Hand& hand, bool left, std::vector<HandAct>& out);
  void reach_over(Hand& hand, Timestamp time, std::vector<HandAct>& out);
  void see_body(const HandsView& view, Hand& hand, bool left, std::vector<HandAct>& out);
  void tell(Hand& hand, HandAct::Kind kind, double share, Timestamp from, Timestamp to, std::vector<HandAct>& out);

  std::array<Hand, 2> hands_;  ///< left, right
  std::optional<Past> past_;   ///< the newest reach that may have taken something, of either hand
  Timestamp newest_;
};

}  // namespace shrike

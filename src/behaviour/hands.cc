#include "behaviour/hands.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shrike {
namespace {

constexpr float kSeen = 0.3F;         // score from which a wrist is where it is said to be
constexpr float kTorsoOfBox = 0.25F;  // a torso seen from above is short: no unit under so much of the box's height
// Torso lengths. A hanging wrist is 0.4 from the trunk's middle line, one that reaches beside the body 0.65 and more.
constexpr float kStretched = 0.6F;
constexpr float kHandOfForearm = 0.4F;  // a hand's middle lies so much of the forearm beyond its wrist
constexpr float kInHand = 0.25F;        // from the hand's middle to what it holds
constexpr float kAtHip = 0.35F, kAtChest = 0.3F;
constexpr float kBent_deg = 140;     // an arm that hangs is straighter, so that its hand beside the hip says nothing
constexpr double kBack_s = 0.4;      // out of the shelf for so long: the hand is back
constexpr double kHeldBefore_s = 1;  // before and after a reach, in which what the hand holds counts
constexpr double kRest_s = 0.4;      // at the body, or over the cart, to count
// Probabilities, reasoned and not measured: docs/poses.md.
constexpr double kTakenSeen = 0.7, kTakenUnseen = 0.3, kTakenHeldBoth = 0.15, kPutBack = 0.6;
constexpr double kHiddenAtBody = 0.4, kHiddenInBag = 0.6, kInCart = 0.7;

float distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }
Point at(const Joint& joint) { return {joint.x, joint.y}; }
Point between(const Joint& a, const Joint& b) { return {(a.x + b.x) / 2, (a.y + b.y) / 2}; }

/// From `p` to the nearest point of the line from `a` to `b`.
float distance_to_line(Point p, Point a, Point b) {
  const float dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
  const float share = length2 > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length2, 0.F, 1.F) : 0.F;
  return distance(p, {a.x + share * dx, a.y + share * dy});
}

/// From `p` to the nearest point of `box`; 0 inside.
float distance_to_box(Point p, const Box& box) {
  return distance(p, {std::clamp(p.x, box.x1, box.x2), std::clamp(p.y, box.y1, box.y2)});
}

/// A person's measures for one view.
struct Body {
  Point shoulders, hips, chest;
  float torso_px = 1;

  explicit Body(const HandsView& view)
      : shoulders(between(view.pose[kLeftShoulder], view.pose[kRightShoulder])),
        hips(between(view.pose[kLeftHip], view.pose[kRightHip])),
        chest{shoulders.x * 0.75F + hips.x * 0.25F, shoulders.y * 0.75F + hips.y * 0.25F},
        torso_px(std::max({distance(shoulders, hips), kTorsoOfBox * view.person.height(), 1.F})) {}
};

/// At the elbow, degrees; 180 is a straight arm.
float bend_deg(const Pose& pose, bool left) {
  const Point elbow = at(pose[left ? kLeftElbow : kRightElbow]);
  const Point s = at(pose[left ? kLeftShoulder : kRightShoulder]), w = at(pose[left ? kLeftWrist : kRightWrist]);
  const Point u{s.x - elbow.x, s.y - elbow.y}, v{w.x - elbow.x, w.y - elbow.y};
  return std::atan2(std::abs(u.x * v.y - u.y * v.x), u.x * v.x + u.y * v.y) * 180 / std::numbers::pi_v<float>;
}

/// The middle of the hand; the wrist where the elbow is not seen.
Point hand_of(const Pose& pose, bool left) {
  const Joint &wrist = pose[left ? kLeftWrist : kRightWrist], &elbow = pose[left ? kLeftElbow : kRightElbow];
  const float beyond = elbow.score >= kSeen ? kHandOfForearm : 0;
  return {wrist.x + beyond * (wrist.x - elbow.x), wrist.y + beyond * (wrist.y - elbow.y)};
}

/// The shelf that the stretched-out hand is in.
std::optional<size_t> shelf_of(const HandsView& view, const Body& body, bool left) {
  const Point wrist = at(view.pose[left ? kLeftWrist : kRightWrist]), hand = hand_of(view.pose, left);
  if (distance_to_line(wrist, body.shoulders, body.hips) < kStretched * body.torso_px) return std::nullopt;
  for (size_t i = 0; i < view.shelves.size(); ++i)
    if (contains(view.shelves[i], hand)) return i;
  return std::nullopt;
}

/// Where at the body the hand is; null where it is not.
const char* place_of(const HandsView& view, const Body& body, bool left, Point wrist) {
  const Point hand = hand_of(view.pose, left);
  const auto reaches = [&](const Box& bag) { return distance_to_box(hand, bag) == 0; };
  if (std::ranges::any_of(view.bags, reaches)) return "a bag";
  if (bend_deg(view.pose, left) > kBent_deg) return nullptr;
  if (distance(wrist, at(view.pose[left ? kLeftHip : kRightHip])) < kAtHip * body.torso_px) return "a pocket";
  if (distance(wrist, body.hips) < kAtHip * body.torso_px) return "the waistband";
  return distance(wrist, body.chest) < kAtChest * body.torso_px ? "the chest" : nullptr;
}

}  // namespace

void Hands::see(const HandsView& view, std::vector<HandAct>& out) {
  if (seconds_between(newest_, view.time) <= 0 || seconds_between(newest_, view.time) > kForget_s) *this = Hands();
  newest_ = view.time;
  for (const bool left : {true, false}) {
    const Joint& wrist = view.pose[left ? kLeftWrist : kRightWrist];
    if (wrist.score < kSeen || !std::isfinite(wrist.x) || !std::isfinite(wrist.y)) continue;
    see_hand(view, hands_[left ? 0 : 1], left, out);
  }
}

void Hands::see_hand(const HandsView& view, Hand& hand, bool left, std::vector<HandAct>& out) {
  const Body body(view);
  const Point middle = hand_of(view.pose, left);
  if (seconds_between(hand.seen, view.time) > kForget_s) hand = Hand();
  hand.seen = view.time;
  Sight sight{.time = view.time};
  const auto lies = [&](const Box& box) {  // in a shelf: it is near the hand, not in it
    return std::ranges::any_of(view.shelves, [&](const Polygon& shelf) { return contains(shelf, box.centre()); });
  };
  for (const auto& thing : view.things) {
    if (lies(thing.box)) continue;
    if (distance_to_box(middle, thing.box) > kInHand * body.torso_px) continue;
    sight.holds = true;
    if (sight.product.empty()) sight.product = thing.product;
  }
  while (!hand.sights.empty() && seconds_between(hand.sights.front().time, view.time) > kHeldBefore_s)
    hand.sights.pop_front();

  const auto shelf = shelf_of(view, body, left);
  if (shelf && !(hand.reach && hand.reach->shelf != *shelf)) {
    if (!hand.reach) {
      const auto held = std::ranges::find(hand.sights, true, &Sight::holds);
      hand.reach = Reach{*shelf, view.time, view.time, held != hand.sights.end(), {}};
      if (hand.reach->held_before) hand.reach->product_before = held->product;
    }
    hand.reach->in = view.time;
    hand.sights.clear();  // what is seen in the shelf lies there
    return;
  }
  hand.sights.push_back(std::move(sight));
  if (hand.reach && (shelf || seconds_between(hand.reach->in, view.time) >= kBack_s)) reach_over(hand, view.time, out);
  if (!hand.reach) see_body(view, hand, left, out);
}

void Hands::reach_over(Hand& hand, Timestamp time, std::vector<HandAct>& out) {
  const Reach reach = *hand.reach;
  hand.reach.reset();
  if (seconds_between(reach.from, reach.in) < kReach_s) return;  // a hand that passed by
  const auto held = std::ranges::find(hand.sights, true, &Sight::holds);
  const bool after = held != hand.sights.end();
  HandAct act{.from = reach.from, .to = time, .shelf = reach.shelf};
  if (reach.held_before && !after) {
    act.kind = HandAct::Kind::put_back;
    act.probability = kPutBack;
    act.product = reach.product_before;
  } else {
    act.probability = !after ? kTakenUnseen : reach.held_before ? kTakenHeldBoth : kTakenSeen;
    if (after && !reach.held_before) act.product = held->product;
    past_ = Past{.taken = act};
  }
  out.push_back(std::move(act));
}

void Hands::see_body(const HandsView& view, Hand& hand, bool left, std::vector<HandAct>& out) {
  const Body body(view);
  const Point wrist = at(view.pose[left ? kLeftWrist : kRightWrist]);
  const Point middle = hand_of(view.pose, left);
  const bool in_cart =
      std::ranges::any_of(view.carts, [&](const Box& cart) { return distance_to_box(middle, cart) == 0; });
  if (in_cart && !hand.in_cart) hand.in_cart_since = view.time;
  hand.in_cart = in_cart;
  const char* place = in_cart ? nullptr : place_of(view, body, left, wrist);
  if (place != hand.place) hand.place_since = view.time;
  hand.place = place;
  if (in_cart && seconds_between(hand.in_cart_since, view.time) >= kRest_s)
    tell(hand, HandAct::Kind::in_cart, kInCart, hand.in_cart_since, view.time, out);
  if (place != nullptr && seconds_between(hand.place_since, view.time) >= kRest_s) {
    const bool bag = std::string_view(place) == "a bag";
    tell(hand, HandAct::Kind::hidden, bag ? kHiddenInBag : kHiddenAtBody, hand.place_since, view.time, out);
  }
}

void Hands::tell(Hand& hand, HandAct::Kind kind, double share, Timestamp from, Timestamp to,
                 std::vector<HandAct>& out) {
  if (!past_ || past_->told || seconds_between(past_->taken.to, from) > kHide_s) return;
  if (from < past_->taken.from) return;  // it rested there before the other hand reached
  past_->told = true;
  out.push_back({.kind = kind,
                 .from = past_->taken.from,
                 .to = to,
                 .shelf = past_->taken.shelf,
                 .probability = past_->taken.probability * share,
                 .product = past_->taken.product,
                 .place = kind == HandAct::Kind::hidden ? hand.place : ""});
}

}  // namespace shrike

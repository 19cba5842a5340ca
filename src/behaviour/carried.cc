#include "behaviour/carried.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vision/labels.h"

namespace shrike {
namespace {

constexpr std::array<std::string_view, 12> kCarried{"backpack", "handbag", "suitcase",   "bottle",
                                                    "laptop",   "book",    "bag",        "box",
                                                    "package",  "product", "teddy bear", "wine glass"};
constexpr std::array<std::string_view, 4> kBags{"backpack", "handbag", "suitcase", "bag"};
constexpr std::array<std::string_view, 6> kCarts{"cart",   "shopping cart",  "trolley", "shopping trolley",
                                                 "basket", "shopping basket"};
// A bag in the hand hangs beside the body; a cart is pushed at arm's length and is as large as the person.
constexpr float kArm = 0.25F, kArmWithCart = 0.75F;    // of the person's width, to either side
constexpr float kCovered = 0.5F, kCoveredCart = 0.3F;  // of the object's area

}  // namespace

ObjectLabels::ObjectLabels(std::vector<std::string> names) : names_(std::move(names)) {
  for (const std::string& name : names_) {
    const bool carried = std::ranges::find(kCarried, name) != kCarried.end();
    const bool cart = std::ranges::find(kCarts, name) != kCarts.end();
    const bool known = name == "person" || std::ranges::find(coco_labels(), name) != coco_labels().end();
    roles_.push_back(carried ? Role::carried : cart ? Role::cart : known ? Role::other : Role::product);
  }
}

bool ObjectLabels::bag(int label) const { return std::ranges::find(kBags, name(label)) != kBags.end(); }

bool ObjectLabels::goods(int label) const {
  return role(label) == Role::product || (role(label) == Role::carried && !bag(label));
}

std::string_view ObjectLabels::product(int label) const {
  return role(label) == Role::product ? name(label) : std::string_view();
}

ObjectLabels::Role ObjectLabels::role(int label) const {
  return label >= 0 && static_cast<size_t>(label) < roles_.size() ? roles_[static_cast<size_t>(label)] : Role::other;
}

std::string_view ObjectLabels::name(int label) const {
  return label >= 0 && static_cast<size_t>(label) < names_.size() ? std::string_view(names_[static_cast<size_t>(label)])
                                                                  : std::string_view();
}

std::optional<size_t> holder_of(const Box& object, bool cart, std::span<const Box> people) {
  std::optional<size_t> best;
  float best_share = cart ? kCoveredCart : kCovered;
  float best_distance = 0;
  if (!(object.area() > 0)) return best;
  for (size_t i = 0; i < people.size(); ++i) {
    if (!(people[i].area() > 0)) continue;
    Box reach = people[i];
    const float arm = (cart ? kArmWithCart : kArm) * reach.width();
    reach.x1 -= arm;
    reach.x2 += arm;
    const float share = intersection(object, reach) / object.area();
    // Of two people who both cover it wholly, the one whose middle is nearer.
    const float distance = std::abs(object.centre().x - people[i].centre().x);
    if (share > best_share || (share == best_share && (!best || distance < best_distance))) {
      best = i;
      best_share = share;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace shrike

#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/geometry.h"

namespace shrike {

/// What a detector's classes mean here, by name: things that are carried (COCO's bags and bottles, and bag, box,
/// package or product of a model of one's own) and things that goods are openly put into (cart, trolley, basket).
/// What COCO does not know and is none of these is a product of the user's own detector.
class ObjectLabels {
 public:
  explicit ObjectLabels(std::vector<std::string> names);

  [[nodiscard]] bool carried(int label) const { return role(label) == Role::carried; }
  [[nodiscard]] bool cart(int label) const { return role(label) == Role::cart; }
  /// Something that things can be put into and that people bring along: backpack, handbag, suitcase, bag.
  [[nodiscard]] bool bag(int label) const;
  /// Something that a hand takes off a shelf: what is carried and is no bag, or a product.
  [[nodiscard]] bool goods(int label) const;
  /// The product's name as the user's own detector gives it; empty for everything else.
  [[nodiscard]] std::string_view product(int label) const;
  /// The class name; empty where `label` is none of the detector's.
  [[nodiscard]] std::string_view name(int label) const;

 private:
  enum class Role { other, carried, cart, product };
  [[nodiscard]] Role role(int label) const;

  std::vector<std::string> names_;
  std::vector<Role> roles_;
};

/// Who of `people` carries (or pushes, where `cart`) the object: the one whose widened box covers most of it, and
/// enough.
[[nodiscard]] std::optional<size_t> holder_of(const Box& object, bool cart, std::span<const Box> people);

}  // namespace shrike

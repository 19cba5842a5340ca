#pragma once
#include <memory>
#include <span>
#include <vector>

namespace shrike {

/// The nearest of many appearances, by their dot product (1: the same). Over hnswlib (Malkov and Yashunin 2018):
/// approximate, the nearest is missed once in a hundred times or so; watch_list_bench prints how often and how fast.
class AppearanceIndex {
 public:
  /// For vectors of `size` numbers and length 1, `capacity` of them at most.
  AppearanceIndex(size_t size, size_t capacity);
  ~AppearanceIndex();
  AppearanceIndex(AppearanceIndex&&) noexcept;
  AppearanceIndex& operator=(AppearanceIndex&&) noexcept;

  /// False where the vector is of another size or there is no room left.
  [[nodiscard]] bool add(size_t label, std::span<const float> look);

  struct Near {
    size_t label = 0;
    float alike = 0;
  };
  /// The `count` nearest, nearest first; empty for a vector of another size.
  [[nodiscard]] std::vector<Near> nearest(std::span<const float> look, size_t count) const;
  [[nodiscard]] size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shrike

#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace shrike {

/// Appearances of those who are followed: rows of one length, taken, blended and let go, so that memory is used again.
class Looks {
 public:
  /// Rows are of `size` from now on. False, and all rows forgotten, where they were of another.
  bool keep_size(size_t size);
  [[nodiscard]] size_t size() const { return size_; }
  /// A row that begins as `look`; its number.
  int take(std::span<const float> look);
  void let_go(int row) { free_.push_back(row); }
  [[nodiscard]] std::span<const float> row(int row) const {
    return {values_.data() + static_cast<size_t>(row) * size_, size_};
  }
  /// Moves a row a share of the way to `look`, its length kept at 1.
  void blend(int row, std::span<const float> look, float share);

 private:
  [[nodiscard]] std::span<float> at(int row) { return {values_.data() + static_cast<size_t>(row) * size_, size_}; }

  size_t size_ = 0;
  std::vector<float> values_;
  std::vector<int> free_;
};

/// Whether there is anything in a row: one of zeros says that there is no appearance.
[[nodiscard]] bool has_look(std::span<const float> row);
/// Moves `row` a share of the way to `look`, its length kept at 1.
void blend_look(std::span<float> row, std::span<const float> look, float share);

}  // namespace shrike

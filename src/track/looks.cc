#include "track/looks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace shrike {

bool Looks::keep_size(size_t size) {
  if (size == size_) return true;
  size_ = size;
  values_.clear();
  free_.clear();
  return false;
}

int Looks::take(std::span<const float> look) {
  if (free_.empty()) {
    values_.insert(values_.end(), look.begin(), look.end());
    return static_cast<int>(values_.size() / size_) - 1;
  }
  const int row = free_.back();
  free_.pop_back();
  std::copy(look.begin(), look.end(), at(row).begin());
  return row;
}

void Looks::blend(int row, std::span<const float> look, float share) { blend_look(at(row), look, share); }

bool has_look(std::span<const float> row) {
  return std::any_of(row.begin(), row.end(), [](float v) { return v != 0; });
}

void blend_look(std::span<float> row, std::span<const float> look, float share) {
  constexpr size_t kSide = 16;  // as in alike()
  std::array<float, kSide> sums{};
  size_t i = 0;
  for (; i + kSide <= row.size(); i += kSide)
    for (size_t k = 0; k < kSide; ++k) {
      row[i + k] += share * (look[i + k] - row[i + k]);
      sums[k] += row[i + k] * row[i + k];
    }
  for (; i < row.size(); ++i) {
    row[i] += share * (look[i] - row[i]);
    sums[0] += row[i] * row[i];
  }
  const float squares = std::accumulate(sums.begin(), sums.end(), 0.F);
  if (squares <= 0) return;
  const float scale = 1 / std::sqrt(squares);
  for (float& v : row) v *= scale;
}

}  // namespace shrike

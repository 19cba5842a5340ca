#include "track/looks.h"

#include <algorithm>
#include <cmath>

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
  float squares = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    row[i] += share * (look[i] - row[i]);
    squares += row[i] * row[i];
  }
  if (squares <= 0) return;
  const float scale = 1 / std::sqrt(squares);
  for (float& v : row) v *= scale;
}

}  // namespace shrike

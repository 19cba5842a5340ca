#pragma once
#include <algorithm>
#include <type_traits>
#include <vector>

namespace shrike {

/// As values.assign(count, value), but grows by doubling, so that memory is soon asked for no more.
template <class T>
void refill(std::vector<T>& values, size_t count, std::type_identity_t<T> value) {
  values.resize(count);
  std::fill(values.begin(), values.end(), value);
}

}  // namespace shrike

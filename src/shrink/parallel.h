#pragma once
// Work in fixed blocks: whatever the number of threads, each block is done whole by one of them and results lie in
// block order, so that a sum over blocks is the same to the last bit.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace shrike {

/// Calls work(begin, end, block) for every block of `size` of [0, n), on up to `threads` threads.
template <class Work>
void for_blocks(size_t n, size_t size, int threads, const Work& work) {
  const size_t blocks = (n + size - 1) / size;
  std::atomic<size_t> next{0};
  auto run = [&] {
    for (size_t b = next++; b < blocks; b = next++) work(b * size, std::min(n, (b + 1) * size), b);
  };
  std::vector<std::jthread> others;
  const auto wanted = std::min(static_cast<size_t>(std::max(1, threads)), blocks);
  for (size_t t = 1; t < wanted; ++t) others.emplace_back(run);
  run();
}

}  // namespace shrike

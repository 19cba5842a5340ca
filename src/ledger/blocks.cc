#include "ledger/blocks.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

namespace shrike {
namespace {

struct Thresholds {
  size_t gram;           ///< rows that must agree before a run is followed
  size_t run;            ///< rows of a run that is called a copy
  size_t period;         ///< rows of a block of which the whole file is copies
  size_t distinct_rows;  ///< different rows that `copies` needs
};
constexpr Thresholds kDated{.gram = 8, .run = 8, .period = 3, .distinct_rows = 10};
constexpr Thresholds kUndated{.gram = 16, .run = 50, .period = 10, .distinct_rows = 30};
constexpr size_t kIndexEveryRowUpTo = 2'000'000;  ///< beyond, one run in 16 is indexed, to bound the memory

size_t distinct(std::span<const uint64_t> rows) {
  return std::unordered_set<uint64_t>(rows.begin(), rows.end()).size();
}

/// Smallest p such that the rows are whole copies of their first p (Knuth-Morris-Pratt failure function); n where none.
size_t period_of(std::span<const uint64_t> rows) {
  const size_t n = rows.size();
  std::vector<uint32_t> border(n + 1, 0);
  size_t k = 0;
  for (size_t i = 1; i < n; ++i) {
    while (k > 0 && rows[i] != rows[k]) k = border[k];
    if (rows[i] == rows[k]) ++k;
    border[i + 1] = static_cast<uint32_t>(k);
  }
  const size_t p = n - border[n];
  return n % p == 0 ? p : n;
}

uint64_t gram_at(std::span<const uint64_t> rows, size_t at, size_t length) {
  uint64_t hash = 0xCBF29CE484222325ULL;
  for (size_t i = 0; i < length; ++i) hash = (hash ^ rows[at + i]) * 0x9E3779B97F4A7C15ULL + (hash >> 29U);
  return hash;
}

/// Runs that stand earlier in the file, found left to right by their first rows.
std::vector<DuplicateBlock> repeated_runs(std::span<const uint64_t> rows, const Thresholds& limits) {
  std::vector<DuplicateBlock> blocks;
  const size_t n = rows.size();
  std::unordered_map<uint64_t, size_t> first_at;
  size_t free_from = 0;  // rows before belong to a block already
  for (size_t i = 0; i + limits.gram <= n;) {
    const bool anchor = n <= kIndexEveryRowUpTo || rows[i] % 16 == 0;
    if (!anchor) {
      ++i;
      continue;
    }
    const auto [found, fresh] = first_at.emplace(gram_at(rows, i, limits.gram), i);
    if (fresh) {
      ++i;
      continue;
    }
    size_t from = found->second;
    size_t start = i;
    while (from > 0 && start > free_from && rows[from - 1] == rows[start - 1] && start - from > i - start + 1) {
      --from;
      --start;
    }
    size_t count = i - start;
    while (start + count < n && from + count < start && rows[from + count] == rows[start + count]) ++count;
    const auto run = rows.subspan(start, count);
    if (count >= limits.run && distinct(run) * 2 >= count) {
      blocks.push_back({start, count, from});
      i = free_from = start + count;
    } else {
      ++i;
    }
  }
  return blocks;
}

void find_scattered(std::span<const uint64_t> rows, const std::vector<bool>& dropped, const Thresholds& limits,
                    DuplicateRows& result) {
  std::unordered_map<uint64_t, int64_t> times;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!dropped[i]) ++times[rows[i]];
  }
  int64_t copies = 0;
  for (const auto& [row, count] : times) copies = std::gcd(copies, count);
  if (copies < 2 || times.size() < limits.distinct_rows) return;
  result.copies = copies;
  for (auto& [row, count] : times) count /= copies;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!dropped[i] && times[rows[i]]-- <= 0) result.scattered.push_back(i);
  }
}

}  // namespace

DuplicateRows find_duplicates(std::span<const uint64_t> rows, bool dated) {
  const auto& limits = dated ? kDated : kUndated;
  DuplicateRows result;
  if (rows.size() < 2 * limits.period) return result;
  const size_t period = period_of(rows);
  if (period < rows.size() && period >= limits.period && distinct(rows.first(period)) >= limits.period) {
    for (size_t at = period; at < rows.size(); at += period) result.blocks.push_back({at, period, 0});
    return result;
  }
  result.blocks = repeated_runs(rows, limits);
  std::vector<bool> dropped(rows.size());
  for (const auto& block : result.blocks) {
    std::fill_n(dropped.begin() + static_cast<std::ptrdiff_t>(block.first), block.count, true);
  }
  find_scattered(rows, dropped, limits, result);
  return result;
}

}  // namespace shrike

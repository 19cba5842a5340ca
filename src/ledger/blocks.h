#pragma once
// The same block of rows loaded several times over: found by order and by multiplicity, so that blocks are dropped and
// rows that merely repeat inside one are kept.

#include <cstdint>
#include <span>
#include <vector>

namespace shrike {

/// Rows [first, first + count), 0-based, that repeat the rows from `original` on.
struct DuplicateBlock {
  size_t first = 0, count = 0, original = 0;
};

struct DuplicateRows {
  std::vector<DuplicateBlock> blocks;  ///< by position, not overlapping
  /// Every row stands a multiple of so many times, in whatever order (a file that was sorted after it was loaded
  /// `copies` times); 1: no. `scattered` are then the surplus rows, ascending.
  int64_t copies = 1;
  std::vector<size_t> scattered;
};

/// Looks for blocks among row fingerprints. `dated`: rows carry a time or document, so that even a short run that
/// stands twice was loaded twice; without, equal runs are told from chance only where they are long.
[[nodiscard]] DuplicateRows find_duplicates(std::span<const uint64_t> rows, bool dated);

}  // namespace shrike

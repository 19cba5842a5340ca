#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "behaviour/basket.h"
#include "behaviour/receipts.h"

namespace shrike {

/// A piece that was not paid, and what was paid in its stead.
struct Switched {
  size_t piece = 0;
  PaidPiece line;
};

/// Pieces against the lines of receipts that are all this visit's.
struct Settled {
  std::vector<bool> paid;  ///< by piece
  std::vector<bool> used;  ///< by line: it paid for a piece
  std::vector<Switched> switched;
};

/// By tag, then by product, then what sensors may have confused (a product of the same shelf, unless they are sure that
/// it was not that one), then pieces that nobody could name. A line that is left, of a product whose sensors saw no
/// piece taken, and clearly cheaper than a piece that is not paid, was scanned in its stead.
[[nodiscard]] Settled settle(std::span<const Piece> pieces, std::span<const PaidPiece> lines, const Products& products,
                             const std::function<bool(const std::string& product)>& is_sensed);

}  // namespace shrike

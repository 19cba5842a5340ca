#include "behaviour/receipts.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "sense/epc.h"

namespace shrike {
namespace {

constexpr double kPiecesALine = 50;
constexpr size_t kPiecesMax = 1000;

int pieces_of(const TillLine& line) {
  if (line.weighed || !line.quantity) return 1;
  const double quantity = std::abs(line.quantity->value());
  // 0.350 kg of apples is one thing in a hand.
  if (quantity != std::floor(quantity)) return 1;
  return static_cast<int>(std::clamp(quantity, 1.0, kPiecesALine));
}

double price_of(const TillLine& line, int pieces) {
  if (line.amount) return std::abs(line.amount->value()) / pieces;
  return line.price ? std::abs(line.price->value()) : 0;
}

/// As portals name tags: tills say them in hex, as URI or as a Digital Link.
std::string serial_of(const std::string& epc) {
  if (epc.empty() || epc.starts_with("urn:")) return epc;
  const auto item = decode_sgtin_hex(epc);
  if (!item) return epc;
  return sgtin_uri(*item).value_or(epc);
}

}  // namespace

std::string Receipt::till_name() const {
  return key.till.starts_with("till") || key.till.starts_with("sco") ? key.till : fmt::format("till {}", key.till);
}

std::optional<Receipt> receipt_of(const TillTransaction& transaction, const Products& products, Timestamp heard) {
  if (!moves_goods(transaction.kind) || transaction.training) return std::nullopt;
  Receipt receipt{.key = transaction.key,
                  .time = transaction.time().value_or(heard),
                  .heard = heard,
                  .self_checkout = transaction.self_checkout.value_or(false)};
  for (const TillLine& line : transaction.lines) {
    if (!line.counts() || line.returned) continue;
    const int pieces = pieces_of(line);
    PaidPiece piece{.product = products.id_of(line.item.empty() ? line.item_id : line.item),
                    .serial = serial_of(line.epc),
                    .price = price_of(line, pieces)};
    if (piece.product.empty() && !line.epc.empty()) piece.product = products.id_of(line.epc);
    for (int i = 0; i < pieces && receipt.pieces.size() < kPiecesMax; ++i) receipt.pieces.push_back(piece);
  }
  if (receipt.pieces.empty()) return std::nullopt;
  return receipt;
}

}  // namespace shrike

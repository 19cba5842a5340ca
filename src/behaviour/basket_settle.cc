#include "behaviour/basket_settle.h"

#include <algorithm>

namespace shrike {
namespace {

/// A piece that is surely not the line's product: another weight, another tag.
constexpr double kSureOther = 0.9, kMayBe = 0.01;
/// A label is switched for a gain.
constexpr double kCheaper = 0.8;
constexpr double kHeldMin = 0.05;

class Settling {
 public:
  Settling(std::span<const Piece> pieces, std::span<const PaidPiece> lines, const Products& products)
      : pieces_(pieces), lines_(lines), products_(products), used_(lines.size(), false) {
    out_.paid.assign(pieces.size(), false);
  }

  /// Gives each line that is left the piece that fits it best, if one does.
  template <class Fit>
  void pay(const Fit& fit) {
    for (size_t l = 0; l < lines_.size(); ++l) {
      if (used_[l]) continue;
      double best = 0;
      size_t piece = pieces_.size();
      for (size_t i = 0; i < pieces_.size(); ++i) {
        if (out_.paid[i] || pieces_[i].held() < kHeldMin) continue;
        const double good = fit(pieces_[i], lines_[l]) * pieces_[i].held();
        if (good > best) {
          best = good;
          piece = i;
        }
      }
      if (piece == pieces_.size()) continue;
      used_[l] = true;
      out_.paid[piece] = true;
    }
  }

  void find_switches(const std::function<bool(const std::string&)>& is_sensed) {
    for (size_t l = 0; l < lines_.size(); ++l) {
      const PaidPiece& line = lines_[l];
      if (used_[l] || !is_sensed(line.product)) continue;
      for (size_t i = 0; i < pieces_.size(); ++i) {
        const bool mine = !out_.paid[i] && pieces_[i].held() >= 0.5 && !pieces_[i].product().empty();
        const auto* product = products_.find(pieces_[i].product());
        if (!mine || product == nullptr || !product->price || switched(i)) continue;
        const double price = line.price > 0 ? line.price : price_of(line.product);
        if (price <= 0 || price > kCheaper * *product->price) continue;
        out_.switched.push_back({i, line});
        break;
      }
    }
  }

  Settled take() {
    out_.used = used_;
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool switched(size_t piece) const {
    return std::ranges::any_of(out_.switched, [&](const Switched& one) { return one.piece == piece; });
  }
  [[nodiscard]] double price_of(const std::string& id) const {
    const auto* product = products_.find(id);
    return product == nullptr ? 0 : product->price.value_or(0);
  }

  std::span<const Piece> pieces_;
  std::span<const PaidPiece> lines_;
  const Products& products_;
  std::vector<bool> used_;
  Settled out_;
};

}  // namespace

Settled settle(std::span<const Piece> pieces, std::span<const PaidPiece> lines, const Products& products,
               const std::function<bool(const std::string& product)>& is_sensed) {
  Settling settling(pieces, lines, products);
  settling.pay([](const Piece& piece, const PaidPiece& line) {
    return !line.serial.empty() && piece.serial == line.serial ? 1.0 : 0.0;
  });
  settling.pay([](const Piece& piece, const PaidPiece& line) {
    // A tag that was read at the till is that piece and no other.
    if (!line.serial.empty() && !piece.serial.empty()) return 0.0;
    return line.product.empty() ? 0.0 : piece.is(line.product);
  });
  settling.pay([&](const Piece& piece, const PaidPiece& line) {
    const bool sure_other = piece.is(piece.product()) >= kSureOther && piece.is(line.product) < kMayBe;
    const auto* one = products.find(piece.product());
    const auto* paid = products.find(line.product);
    const bool dearer =
        one != nullptr && paid != nullptr && one->price && paid->price && *paid->price > kCheaper * *one->price;
    return products.neighbours(piece.product(), line.product) && (!sure_other || dearer) ? 1.0 : 0.0;
  });
  settling.pay([](const Piece& piece, const PaidPiece&) { return piece.is("") >= 0.3 ? 1.0 : 0.0; });
  settling.find_switches(is_sensed);
  return settling.take();
}

}  // namespace shrike

#include "behaviour/basket_evidence.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "behaviour/basket_settle.h"

namespace shrike {
namespace {

/// However sure sensors and tills are: planograms are wrong, and goods are scanned as others.
constexpr double kSureMost = 0.99;
/// Each further piece is worth so much, up to so many: errors that make one piece look unpaid make several.
constexpr double kMore = 0.9, kMoreMost = 2.5;
/// Dear goods are stolen more than their share: at most so much for e times the mean price.
constexpr double kDear = 0.5;
/// A receipt of at least this probability is the visit's own in words.
constexpr double kOwn = 0.5;
/// Pieces below this share are more likely somebody else's.
constexpr double kMine = 0.5;
constexpr size_t kScenarioReceipts = 3;
/// What a receipt does not show was paid for all the same: a second receipt, a colleague's word.
constexpr double kPaidBeside = 0.01;
/// Cameras miss about half of the hands that put something back: of pieces that only hands tell of, however many, all
/// may lie on the shelf again.
constexpr double kNotPutBack = 0.95;
/// That a piece is another one than that of its kind which was sold to somebody who was not seen taking any.
constexpr double kAnotherOfItsKind = 0.1;
/// Of thieves one in ten carries a foil bag, half of the others hide what they take, which lets about six tags in ten
/// through (config/stores/drugstore.yml names the sources); and one tag in ten is held to be somebody else's.
constexpr double kFoil = 0.1, kThroughClothes = 0.6, kTagAstray = 0.1;
/// Below this share a tag is somebody else's.
constexpr double kOthersTag = 0.2;
/// A piece of which sensors say so surely what it is.
constexpr double kNamed = 0.8;

/// One way it may be: these receipts are the visit's.
struct Scenario {
  double p = 1;
  std::vector<PaidPiece> lines;
  bool has_receipt = false;
};

std::vector<Scenario> scenarios_of(const BasketCase& basket) {
  std::vector<Scenario> all(1);
  for (size_t i = 0; i < basket.receipts.size(); ++i) {
    const auto& [receipt, p, runner_up] = basket.receipts[i];
    const auto add = [&receipt = receipt](Scenario& scenario, double by) {
      scenario.p *= by;
      scenario.has_receipt = true;
      scenario.lines.insert(scenario.lines.end(), receipt->pieces.begin(), receipt->pieces.end());
    };
    if (i >= kScenarioReceipts) {
      for (Scenario& scenario : all) {
        if (p >= kOwn) add(scenario, 1);
      }
      continue;
    }
    std::vector<Scenario> with = all;
    for (Scenario& scenario : with) add(scenario, p);
    for (Scenario& scenario : all) scenario.p *= 1 - p;
    all.insert(all.end(), with.begin(), with.end());
  }
  return all;
}

double price_of(const Piece& piece, const Products& products) {
  const auto* product = products.find(piece.product());
  return product == nullptr ? 0 : product->price.value_or(0);
}

/// 0 at even odds, 1 at kSureMost.
double strength(double probability) {
  const double p = std::clamp(probability, 0.5, kSureMost);
  return std::log(p / (1 - p)) / std::log(kSureMost / (1 - kSureMost));
}

double with_more(double llr, const BasketSums& sums, double mean_price) {
  if (sums.any_unpaid < 0.9) return llr;
  llr += kMore * std::clamp(sums.unpaid - 1, 0.0, kMoreMost);
  if (sums.value > 0 && mean_price > 0 && sums.unpaid > 0)
    llr += kDear * std::clamp(std::log(sums.value / sums.unpaid / mean_price), -1.0, 1.0);
  return std::max(0.0, llr);
}

/// ln P(no tag is told of | pieces of which tags are told with these rates were carried out unpaid): those who hide
/// them hide all of them alike.
double silence(std::span<const double> rates) {
  double hidden = 1, open = 1;
  for (const double rate : rates) {
    hidden *= 1 - kThroughClothes * rate;
    open *= 1 - rate;
  }
  return std::log(kTagAstray + (1 - kTagAstray) * (kFoil + (1 - kFoil) * (hidden + open) / 2));
}

/// What certain evidence is worth for one who did it with probability `share`; else another did, who may as well be a
/// thief: with goods that are surely gone, the risk is the share and no more.
double if_mine(double llr, double share, double prior) {
  if (llr <= 0) return llr;
  const double theft = std::exp(llr), another = (1 - share) * (prior * theft + 1 - prior);
  return std::max(0.0, std::log((share * theft + another) / (share + another)));
}

/// The same as sums_of() says, and which pieces it is about.
struct Weighed {
  BasketSums sums;
  std::vector<double> unpaid;  ///< by piece
  Settled likeliest;
  double likeliest_p = -1;
};

Weighed weigh(const BasketCase& basket, const BasketWorld& world) {
  Weighed out;
  out.unpaid.assign(basket.pieces.size(), 0);
  for (const Scenario& scenario : scenarios_of(basket)) {
    if (scenario.p <= 0) continue;
    const Settled settled = settle(basket.pieces, scenario.lines, world.products, world.is_sensed);
    const double beside = scenario.has_receipt ? kPaidBeside : basket.paid_anyway;
    double none = 1, no_hand = 1;
    for (size_t i = 0; i < basket.pieces.size(); ++i) {
      const Piece& piece = basket.pieces[i];
      if (piece.p < kMine) continue;
      if (settled.paid[i]) {
        out.sums.paid += scenario.p * piece.held();
        continue;
      }
      // Whose it is counts once, below; here is whether it is gone and not paid for.
      const bool theirs = world.sold_to_others && piece.is(piece.product()) >= kNamed &&
                          world.sold_to_others(piece.product(), piece.taken);
      const double held = piece.gone() * (theirs ? kAnotherOfItsKind : 1);
      (piece.sensed ? none : no_hand) *= 1 - held;
      out.unpaid[i] += scenario.p * (1 - beside) * held;
    }
    none *= 1 - kNotPutBack * (1 - no_hand);
    out.sums.any_unpaid += scenario.p * (1 - beside) * (1 - none);
    if (scenario.has_receipt) out.sums.has_receipt += scenario.p;
    if (scenario.p > out.likeliest_p) {
      out.likeliest_p = scenario.p;
      out.likeliest = settled;
    }
  }
  for (size_t i = 0; i < basket.pieces.size(); ++i) {
    if (basket.pieces[i].p >= kMine) out.sums.taken += basket.pieces[i].held();
    out.sums.unpaid += out.unpaid[i];
    out.sums.value += out.unpaid[i] * price_of(basket.pieces[i], world.products);
  }
  const auto most = std::ranges::max_element(out.unpaid);
  if (most != out.unpaid.end() && *most > 0)
    out.sums.mine = basket.pieces[static_cast<size_t>(most - out.unpaid.begin())].share;
  return out;
}

/// Everything that the clauses below look at.
struct Case {
  const BasketCase& basket;
  const BasketWorld& world;
  const RuleBook& book;
  Weighed weighed;
  double mean_price = 0;
  double tag_unpaid = 0;  ///< that a tag went out with it which nobody paid for
  std::vector<Evidence> evidence = {};

  [[nodiscard]] const Receipt* receipt() const {
    return basket.receipts.empty() || basket.receipts[0].p < kOwn ? nullptr : basket.receipts[0].receipt;
  }
  /// What it says that the door told of no tag of theirs that was not sold: at most 0.
  [[nodiscard]] double tags_silent() const {
    if (!world.tag_rate) return 0;
    if (std::ranges::any_of(basket.tags,
                            [&](const TagOut& tag) { return tag.p >= kOthersTag && !world.is_sold(tag.serial); }))
      return 0;
    std::vector<double> rates;
    for (size_t i = 0; i < basket.pieces.size(); ++i)
      if (weighed.unpaid[i] >= kMine)
        rates.push_back(world.tag_rate(basket.pieces[i].product(), basket.pieces[i].zone));
    return silence(rates);
  }
  /// The piece that is likeliest unpaid.
  [[nodiscard]] const Piece* worst() const {
    const auto most = std::ranges::max_element(weighed.unpaid);
    if (most == weighed.unpaid.end() || *most <= 0) return nullptr;
    return &basket.pieces[static_cast<size_t>(most - weighed.unpaid.begin())];
  }
  [[nodiscard]] std::string name(const std::string& id) const {
    const auto* product = world.products.find(id);
    return product != nullptr ? product->name : (id.empty() ? "one piece" : id);
  }
  void add(std::string_view kind, Timestamp from, double llr, std::string detail) {
    const Piece* piece = worst();
    if (llr == 0) return;
    evidence.push_back({.kind = std::string(kind),
                        .from = std::min(from, basket.left ? basket.left_at : from),
                        .to = std::max(from, basket.left ? basket.left_at : from),
                        .source = "basket",
                        .zone = kind == "paid" || piece == nullptr ? std::string() : piece->zone,
                        .llr = llr,
                        .detail = std::move(detail)});
  }
};

using Goods = std::vector<std::pair<std::string, double>>;

/// Pieces to a thousandth: what changes less is the same fact.
Goods goods_of(const std::map<std::string, double>& pieces) {
  Goods goods;
  for (const auto& [product, units] : pieces) {
    const double rounded = std::round(units * 1000) / 1000;
    if (!product.empty() && rounded > 0) goods.emplace_back(product, rounded);
  }
  return goods;
}

Goods unpaid_goods(const Case& c) {
  std::map<std::string, double> pieces;
  for (size_t i = 0; i < c.basket.pieces.size(); ++i) pieces[c.basket.pieces[i].product()] += c.weighed.unpaid[i];
  return goods_of(pieces);
}

std::string taken_and_paid(const Case& c) {
  const double taken = std::max(1.0, std::round(c.weighed.sums.taken));
  return fmt::format("{:.0f} taken, {:.0f} paid", taken, std::min(taken - 1, std::round(c.weighed.sums.paid)));
}

std::string by(const Case& c) { return c.basket.exit.empty() ? "left" : fmt::format("left by {}", c.basket.exit); }

void unpaid(Case& c) {
  const Piece* piece = c.worst();
  const Receipt* receipt = c.receipt();
  if (!c.basket.left || piece == nullptr || c.weighed.sums.any_unpaid <= 0.5) return;
  const bool switched = receipt != nullptr && !c.weighed.likeliest.switched.empty();
  const bool skipped = receipt != nullptr && receipt->self_checkout && !switched;
  const char* kind = switched ? "label_switched" : (skipped ? "scan_skipped" : "item_unpaid");
  const KindRule* rule = c.book.find(kind);
  if (rule == nullptr) return;
  const BasketSums& sums = c.weighed.sums;
  const double sure = with_more(rule->llr * strength(sums.any_unpaid), sums, c.mean_price);
  const double llr = if_mine(std::max(0.0, sure + c.tags_silent()), sums.mine, c.basket.prior);
  std::string detail;
  if (switched) {
    const auto& [index, line] = c.weighed.likeliest.switched.front();
    detail = fmt::format("took {}, paid {} in its stead at {}", c.name(c.basket.pieces[index].product()),
                         c.name(line.product), receipt->till_name());
  } else if (skipped) {
    detail = fmt::format("{} at {}: {} not scanned", taken_and_paid(c), receipt->till_name(), c.name(piece->product()));
  } else {
    const std::string stay = c.basket.stay.empty() ? "" : c.basket.stay + ", ";
    const std::string passed =
        piece->taken_by.empty() ? "" : fmt::format(" (seen taken by visit {}, whom this one met)", piece->taken_by);
    detail = fmt::format("{}{}{}, {}", stay, taken_and_paid(c), passed, by(c));
  }
  c.add(kind, piece->taken, llr, std::move(detail));
  if (llr != 0) c.evidence.back().goods = unpaid_goods(c);
}

void tags(Case& c) {
  const KindRule* rule = c.book.find("tag_left_unpaid");
  if (rule == nullptr || c.basket.taken_as_paid) return;
  std::map<std::string, double> paid;  // pieces of a product on receipts that may be this visit's
  for (const auto& [receipt, p, runner_up] : c.basket.receipts) {
    for (const PaidPiece& piece : receipt->pieces) {
      if (p >= 0.2 && piece.serial.empty()) paid[piece.product] += 1;
    }
  }
  double none = 1, unpaid = 0;
  std::map<std::string, double> out;
  const TagOut* worst = nullptr;
  for (const TagOut& tag : c.basket.tags) {
    if (c.world.is_sold(tag.serial) || tag.p < kMine) continue;
    if (paid[tag.product] >= 1) {
      paid[tag.product] -= 1;
      continue;
    }
    // Not every till reads every tag: a piece of this kind that was just sold is most likely this one.
    const bool sold = c.world.sold_without_tag && c.world.sold_without_tag(tag.product, tag.time);
    const double p = tag.p / std::max(tag.p, tag.share) * (sold ? kAnotherOfItsKind : 1);
    none *= 1 - p;
    unpaid += p;
    out[tag.product] += p;
    if (worst == nullptr || tag.p > worst->p) worst = &tag;
  }
  const double any = (1 - none) * (1 - (c.basket.receipts.empty() ? c.basket.paid_anyway : kPaidBeside));
  if (worst == nullptr) return;
  c.tag_unpaid = any * worst->share;
  if (any <= 0.5) return;
  const double sure = rule->llr * strength(any) + kMore * std::clamp(unpaid - 1, 0.0, kMoreMost);
  const double llr = if_mine(sure, worst->share, c.basket.prior);
  c.evidence.push_back(
      {.kind = "tag_left_unpaid",
       .from = worst->time,
       .to = worst->time,
       .source = "basket",
       .zone = worst->zone,
       .llr = llr,
       .detail = fmt::format("tag of {} went out by {}, not sold", c.name(worst->product), worst->zone),
       .goods = goods_of(out)});
}

void paid(Case& c) {
  const KindRule* rule = c.book.find("paid");
  if (rule == nullptr) return;
  const double unpaid = std::clamp(c.weighed.sums.any_unpaid * c.weighed.sums.mine, 0.0, 1.0);
  const double covered = (1 - unpaid) * (1 - c.tag_unpaid);
  const Receipt* receipt = c.receipt();
  if (receipt != nullptr) {
    const auto& best = c.basket.receipts[0];
    const double odds = best.p / std::max(0.001, best.runner_up);
    const double taken = std::round(c.weighed.sums.taken);
    const std::string what = taken >= 1 ? fmt::format("paid {:.0f} of {:.0f}", std::round(c.weighed.sums.paid), taken)
                                        : fmt::format("paid {} pieces", receipt->pieces.size());
    const std::string sure = odds > 100 ? std::string() : fmt::format(" ({:.0f} to 1 theirs)", odds);
    c.add("paid", receipt->heard, rule->llr * c.weighed.sums.has_receipt * covered,
          fmt::format("{} at {}{}", what, receipt->till_name(), sure));
  } else if (c.basket.taken_as_paid) {
    c.add("paid", c.basket.left_at, rule->llr, "stopped at a checkout, whose receipts nobody can tell: taken as paid");
  }
}

}  // namespace

BasketSums sums_of(const BasketCase& basket, const BasketWorld& world) { return weigh(basket, world).sums; }

std::vector<Evidence> basket_evidence(const BasketCase& basket, const BasketWorld& world, const RuleBook& book) {
  Case c{basket, world, book, weigh(basket, world), world.products.mean_price()};
  unpaid(c);
  tags(c);
  paid(c);
  return std::move(c.evidence);
}

}  // namespace shrike

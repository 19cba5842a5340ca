#pragma once
// Made-up tills whose truth is known, for tests.

#include <boost/random/bernoulli_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/geometric_distribution.hpp>
#include <boost/random/uniform_real_distribution.hpp>
#include <cstdint>
#include <random>
#include <string>

#include "sense/till_book.h"

namespace shrike {

struct MadeUpTills {
  uint64_t seed = 1;
  int cashiers = 20, self_checkouts = 6, transactions = 200;
  double spread = 0.3;   ///< of honest cashiers' true rates, as a part of the mean
  int odd_cashier = -1;  ///< voids `odd_times` as often as the mean of the rest
  double odd_times = 5;
};

class TillMaker {
 public:
  explicit TillMaker(MadeUpTills options) : options_(options), engine_(options.seed) {}

  TillBook make() {
    TillBook book;
    const int all = options_.cashiers + options_.self_checkouts;
    for (int who = 0; who < all; ++who) one(book, who);
    book.link();
    return book;
  }

 private:
  bool chance(double p) { return boost::random::bernoulli_distribution<>(p < 1 ? p : 1)(engine_); }
  double uniform(double low, double high) { return boost::random::uniform_real_distribution<>(low, high)(engine_); }
  /// A rate around `mean`, this cashier's own.
  double own(double mean) {
    const double shape = 1 / (options_.spread * options_.spread);
    return mean * boost::random::gamma_distribution<>(shape, 1 / shape)(engine_);
  }

  void one(TillBook& book, int who) {
    const bool self = who >= options_.cashiers;
    const double usual_voids = own(0.02);
    const double voids = who == options_.odd_cashier ? 0.02 * options_.odd_times : usual_voids;
    const double line_voids = own(0.015), overrides = own(0.006), discounts = own(0.01);
    const double keyed = own(0.06), no_sales = own(0.01), suspended = own(0.01), lost = own(0.1);
    const double share = uniform(0.4, 1.6);
    const int count = static_cast<int>(options_.transactions * (who == options_.odd_cashier ? 1 : share));
    for (int i = 0; i < count; ++i) {
      TillTransaction t;
      t.key = {"7", self ? "sco-" + std::to_string(who) : "till-" + std::to_string(who % 8), "2026-03-01",
               std::to_string(100'000 * who + i)};
      t.end = Timestamp{1'772'355'600'000'000 + int64_t{i} * 60'000'000};
      t.self_checkout = self;
      t.operator_id = self ? "" : "operator-" + std::to_string(who);
      t.kind = chance(no_sales) ? TillKind::no_sale : chance(voids) ? TillKind::voided : TillKind::sale;
      if (t.kind == TillKind::sale && chance(suspended)) t.kind = TillKind::suspended;
      const bool taken_up = t.kind == TillKind::suspended && !chance(lost);
      if (t.kind != TillKind::no_sale) add_lines(t, line_voids, overrides, discounts, keyed);
      book.add(t);
      if (!taken_up) continue;
      auto resumed = t;
      resumed.kind = TillKind::resumed;
      resumed.links = {{"", "", "", t.key.sequence, "SuspendedRetrieved"}};
      resumed.key.sequence += "9";
      book.add(resumed);
    }
  }

  void add_lines(TillTransaction& t, double voids, double overrides, double discounts, double keyed) {
    // Mishaps come together: a child at the belt, a wrong trolley, a torn label. So lines of a receipt are no coins.
    const double mishap = chance(0.3) ? 3 : 1.0 / 7;
    const int lines = 1 + boost::random::geometric_distribution<>(0.15)(engine_);
    for (int i = 0; i < lines && i < 80; ++i) {
      TillLine line;
      line.number = std::to_string(i + 1);
      line.item = std::to_string(4000 + i);
      line.amount = Decimal{1'990'000};
      line.voided = chance(voids * mishap);
      line.price_override = chance(overrides * mishap);
      if (chance(discounts * mishap)) line.discounts.push_back({Decimal{500'000}, "12", "", true});
      line.entry = chance(keyed * mishap) ? TillEntry::keyed : TillEntry::scanned;
      t.lines.push_back(line);
    }
  }

  MadeUpTills options_;
  std::mt19937_64 engine_;
};

}  // namespace shrike

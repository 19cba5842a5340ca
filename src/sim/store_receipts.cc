// Till lines of a simulated day, as a till's interface writes them.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/chain_random.h"
#include "sim/store_signals.h"

namespace shrike {
namespace {

using nlohmann::ordered_json;

double cents(double value) { return std::round(value * 100) / 100; }

class Receipts {
 public:
  Receipts(const StorePlan& plan, const StoreDay& day, Timestamp midnight)
      : plan_(plan),
        midnight_(midnight),
        date_(store_date(plan.world, day.day)),
        draw_(plan.seed, 600'000'011ULL + static_cast<uint64_t>(day.day)),
        next_(plan.world.checkouts.size(), 1) {}

  void sale(const SimParty& party) {
    const auto till = static_cast<size_t>(party.checkout);
    ordered_json lines = ordered_json::array();
    double total = 0;
    for (const CarriedPiece& piece : party.pieces) {
      if (piece.paid || piece.voided || piece.rung_as >= 0) add_line(piece, total, lines);
      // Scanned twice by mistake, and one taken off again.
      if (piece.paid && draw_.chance(plan_.world.till.void_line)) {
        CarriedPiece twice = piece;
        twice.paid = false;
        twice.voided = true;
        add_line(twice, total, lines);
      }
    }
    ordered_json json = head(till, party.paid_s, "sale");
    json["begin"] = to_rfc3339(midnight_.plus_s(party.served_s + plan_.world.till.clock_offset_s));
    json["total"] = cents(total);
    json["lines"] = std::move(lines);
    json["tenders"] = ordered_json::array({{{"type", "Card"}, {"amount", cents(total)}}});
    send(party.paid_s, json);
  }

  void no_sales() {
    const double hours = plan_.world.closes_hour - plan_.world.opens_hour;
    for (size_t till = 0; till < plan_.world.checkouts.size(); ++till) {
      if (plan_.world.checkouts[till].self) continue;
      for (int i = draw_.poisson(plan_.world.till.no_sale_per_hour * hours); i > 0; --i) {
        const double at_s = draw_.between(plan_.world.opens_hour, plan_.world.closes_hour) * 3600;
        send(at_s, head(till, at_s, "no_sale"));
      }
    }
  }

  SignalRows rows;

 private:
  ordered_json head(size_t till, double at_s, const char* kind) {
    const WorldCheckout& checkout = plan_.world.checkouts[till];
    return {{"simulated", true},
            {"store", plan_.world.name},
            {"till", checkout.zone},
            {"sequence", std::to_string(next_[till]++)},
            {"business_day", date_},
            {"end", to_rfc3339(midnight_.plus_s(at_s + plan_.world.till.clock_offset_s))},
            {"kind", kind},
            {"operator", checkout.self ? "" : fmt::format("cashier-{}", till + 1)},
            {"self_checkout", checkout.self},
            {"currency", "EUR"}};
  }

  void add_line(const CarriedPiece& piece, double& total, ordered_json& lines) {
    const SimGood& good = plan_.goods[static_cast<size_t>(piece.rung_as >= 0 ? piece.rung_as : piece.good)];
    ordered_json line{{"line", std::to_string(lines.size() + 1)},
                      {"kind", "sale"},
                      {"item_id", good.gtin},
                      {"description", good.sku},
                      {"quantity", 1},
                      {"regular_price", good.price},
                      {"amount", good.price},
                      {"entry_method", "Scanned"},
                      {"voided", piece.voided}};
    if (good.tagged && piece.rung_as < 0 && draw_.chance(plan_.world.till.reads_epc))
      line["epc"] = epc_of(good, piece.piece);
    if (!piece.voided) total += good.price;
    lines.push_back(std::move(line));
  }

  void send(double at_s, ordered_json json) {
    const double arrives_s = at_s + plan_.world.till.sends_after_s * draw_.between(0.5, 2);
    json["received"] = to_rfc3339(midnight_.plus_s(arrives_s));
    rows.add(arrives_s, json.dump());
  }

  const StorePlan& plan_;
  Timestamp midnight_;
  std::string date_;
  SimRandom draw_;
  std::vector<int64_t> next_;
};

}  // namespace

SignalRows till_rows(const StorePlan& plan, const StoreDay& day, Timestamp midnight) {
  Receipts receipts(plan, day, midnight);
  std::vector<const SimParty*> order;
  for (const SimParty& party : day.parties)
    if (party.checkout >= 0) order.push_back(&party);
  std::ranges::stable_sort(order, {}, &SimParty::paid_s);
  for (const SimParty* party : order) receipts.sale(*party);
  receipts.no_sales();
  return std::move(receipts.rows);
}

}  // namespace shrike

#pragma once
// Losses as the books have them: the identity USL = written off − spoilage, by store, product, category, period and
// class.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/explained.h"
#include "ledger/ledger.h"
#include "ledger/roll_forward.h"

namespace shrike {

/// Money is empty where it would add up two currencies, or where no row tells it.
struct LossAmount {
  double units = 0;
  std::optional<double> cost, retail;
};

/// One line of a report. Every amount is positive for what its name says; `net` is signed (negative: more found than
/// lost).
struct LossRow {
  std::string key, name;
  LossAmount written_off;  ///< spoilage + usl: gross of gains
  LossAmount spoilage;     ///< written off and seen: spoilage, damage, disposal, donation, internal use
  LossAmount usl;          ///< written off and not seen: gross unknown loss
  LossAmount gain;         ///< found: negative unknown loss
  LossAmount net;          ///< usl − gain
  LossAmount known_theft;  ///< beside USL
  LossAmount explained;    ///< of usl: taken in incidents that were confirmed
  LossAmount returned_to_vendor;
  LossAmount unmapped;  ///< reasons without a class: in none of the above
  double sold_units = 0;
  std::optional<double> sales_value;
};

/// How much of the loss lies on how few products (or stores).
struct Concentration {
  double gini = 0;                                ///< of gross USL over all that were handled, 0 even, 1 all on one
  std::vector<std::pair<double, double>> lorenz;  ///< share of products from the most lossy on, share of loss
  std::vector<std::pair<double, double>> curve;   ///< the same in steps that are small enough to draw
  size_t for_80_percent = 0;                      ///< so many make 80 % of it
  size_t of = 0;
  std::string measure;  ///< "cost" or "units"
};

/// Change of net USL against the period before.
struct Mover {
  std::string what, key, name;  ///< what: "store" or "product"
  LossAmount before, now;
};

struct LossReport {
  bool published = true;                    ///< false: reasons without a class are in the data, every figure is a draft
  std::string currency;                     ///< of all money; empty where unknown or mixed
  std::string first_day, last_day, period;  ///< period: "month" or "week"
  LossRow totals;
  std::vector<LossRow> by_currency;  ///< more than one currency only
  /// `by_product` holds those with most gross USL alone, `products.of` are all.
  std::vector<LossRow> by_store, by_product, by_category, by_period, by_class;
  Concentration products, stores;
  std::string last_period, period_before;
  std::vector<Mover> movers;
  std::optional<EstimatorAgreement> roll_forward;  ///< from level 2 on
  std::optional<ExplainedLosses> explained;        ///< where confirmed incidents were handed in
};

/// Lines of LossReport::by_product, if nobody asks for another number: ten million products are a line each in no
/// memory.
inline constexpr size_t kProductsListed = 100'000;

/// Needs level 1. `ledger` keeps its views. With `confirmed`, every line also says what of its gross USL these explain;
/// gains are left as they are.
[[nodiscard]] Result<LossReport> loss_report(Ledger& ledger, size_t products_listed = kProductsListed,
                                             const std::vector<ConfirmedGoods>* confirmed = nullptr);

/// What is left of `usl` (or `net`) when `explained` is taken off; money is empty where either's is not known.
[[nodiscard]] LossAmount less(const LossAmount& amount, const LossAmount& explained);

/// Gini coefficient of what cannot be negative (values below zero count as zero); 0 for fewer than two.
[[nodiscard]] double gini(std::vector<double> values);

}  // namespace shrike

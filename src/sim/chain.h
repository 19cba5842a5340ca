#pragma once
// A simulated chain, store by store: what its systems recorded, and beside it what really happened.
// Nothing here is shared with the estimator: src/shrink never includes this folder, and this folder none of its
// constants.

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "sim/chain_plan.h"

namespace shrike {

/// Why stock and book part. What the estimator calls a cause is its own affair; `shrike eval usl` holds both together.
enum class SimCause { theft, spoilage, receiving, sibling, transfer, uom, count_error };
inline constexpr int kSimCauses = 7;
[[nodiscard]] const char* to_string(SimCause cause);

enum class SimCountKind { full, cycle, targeted };
[[nodiscard]] const char* to_string(SimCountKind kind);

enum class SimReason { spoilage, damage, donation_unmapped, theft_seen, vendor_credit, count_variance, unknown };
/// The reason as the simulated retailer's staff key it in.
[[nodiscard]] const char* raw_reason(SimReason reason);

// Records: days are counted from the plan's first day, quantities are units, products are indices into the plan.
struct SimSale {
  int day, product, quantity;
};
struct SimReceipt {
  int day, day_posted, product, expected, received;
};
struct SimTransfer {
  int from, to, product, day_shipped, day_received, shipped, received;
  bool posted;  ///< false: goods moved, nothing was booked
};
struct SimAdjustment {
  int day, product, quantity;
  SimReason reason;
  int count;  ///< index into `counts` of the count that posted it, or -1
};
struct SimCountLine {
  int product, counted, book;
  bool seen_before;  ///< a record of the product exists; where not, a full count must list it even at 0
};
struct SimCount {
  int day;
  SimCountKind kind;
  std::vector<SimCountLine> lines;
};

/// Truth: one thing that happened to one product.
struct SimEvent {
  int day, product;
  SimCause cause;
  int units;  ///< loss > 0, gain < 0, as USL is signed
};

/// Truth: one product between two counts (or from its last count to the end of the data: `open`).
struct SimInterval {
  int product = 0, day_from = 0, day_to = 0;
  SimCountKind kind = SimCountKind::full;  ///< of the count that closed it
  bool open = false;
  int variance = 0;  ///< book rolled forward − counted; of an open interval: book − what is really there
  std::array<int, kSimCauses> realised{};
  std::array<double, kSimCauses> expected{};  ///< of the same, given the stock that was there day by day
  double cell_theft = 1;  ///< planted multiplier of this product in this store, beside the store's and the product's
  // What the retailer can see of the interval.
  int sold = 0, received = 0, counted_from = 0, counted_to = 0, last_sale_day = -1, book = 0;
  int pack_gap = 0;       ///< units by which receipts fell short of what was advised by just the size of a case
  double stock_days = 0;  ///< Σ over days of max(0, book)
  double ledger_usl = 0;  ///< Σ of what was booked as unknown loss, count-posted or by hand
};

struct StoreTape {
  int store = 0;
  std::vector<SimSale> sales;
  std::vector<SimReceipt> receipts;
  std::vector<SimAdjustment> adjustments;
  std::vector<SimCount> counts;
  std::vector<SimTransfer> sent;  ///< by this store
  std::vector<SimEvent> events;
  std::vector<SimInterval> intervals;
};

/// Runs the plan, store after store (goods are sent only to stores further on), and hands each one's tape to `each`.
void simulate_chain(const ChainPlan& plan, const std::function<void(const StoreTape&)>& each);

}  // namespace shrike

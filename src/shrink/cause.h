#pragma once
// What traces each loss bears: a case missing at a delivery, one product scanned as its sibling, a count that the next
// one takes back, goods moved unbooked, packs booked as units, spoilage that nobody keyed. What bears no trace is
// split into what such goods lose all the time (theft-like) and what nothing explains. Scores of stock, never of
// people (docs/usl.md, "Causes").

#include <array>
#include <string>
#include <vector>

#include "shrink/loss_model.h"
#include "shrink/stock_days.h"

namespace shrike {

enum class Cause { receiving, sibling, spoilage, pack_fault, count_error, transfer, theft_like, unexplained };
inline constexpr int kCauses = 8;
[[nodiscard]] const char* to_string(Cause cause);

struct CauseOptions {
  std::vector<float> spoiled;  ///< by interval: units written off and seen; empty: not known, then spoilage stays 0
  /// Days of the intervals that may lack a case; none: what the count found speaks alone.
  const StockDays* days = nullptr;
  int threads = 1;
};

/// Units by cause; they add up to the interval's V.
using CauseUnits = std::array<float, kCauses>;

struct CauseTotal {
  Cause cause = Cause::unexplained;
  double lost = 0, found = 0;  ///< units, Σ of positive and of negative parts, both as positive numbers
  double net = 0, net_cost = 0;
  double share = 0;  ///< of all units lost and found
};

/// One vendor's deliveries.
struct VendorShorts {
  int vendor = 0;
  double cases = 0, missing = 0;       ///< delivered; expected number of missing ones
  double rate = 0, low = 0, high = 0;  ///< missing per case, 90 %
  bool stands_out = false;             ///< its interval lies above the chain's rate
};

/// One product that seems to be scanned as another in a store.
struct SiblingLead {
  int store = 0, sold = 0, scanned = 0;
  double units = 0, probability = 0;
};

/// Goods that seem to have gone from one store to another without a document.
struct TransferLead {
  int product = 0, from = 0, to = 0;
  double units = 0, probability = 0;
};

/// A store that writes off far less spoilage than its sales would have it.
struct SpoilageLead {
  int store = 0;
  double recorded = 0, usual = 0;  ///< units
  double missing = 0;              ///< units of its loss that this explains
};

struct CauseReport {
  std::vector<CauseUnits> units;  ///< by interval; 0 where open
  std::vector<CauseTotal> totals;
  std::vector<std::array<double, kCauses>> by_store, by_category;  ///< net units
  std::vector<VendorShorts> vendors;
  std::vector<SiblingLead> siblings;
  std::vector<TransferLead> transfers;
  std::vector<SpoilageLead> spoilage;
  /// By interval: spoilage that its sales would have and that may hide in what vanished. Ranks, claims nothing.
  std::vector<float> spoilage_score;
  double count_error = 0;  ///< share of counts that are off
  std::vector<std::string> notes;
};

[[nodiscard]] Result<CauseReport> explain_losses(const LossData& data, const Layout& layout,
                                                 const CauseOptions& options);

}  // namespace shrike

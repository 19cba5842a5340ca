#include "ledger/level.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace shrike {
namespace {

int64_t fact(const LedgerManifest& manifest, const char* name) {
  const auto found = manifest.facts.find(name);
  return found == manifest.facts.end() ? 0 : found->second;
}

std::vector<std::string> missing_for_roll_forward(const LedgerManifest& manifest) {
  std::vector<std::string> missing;
  if (fact(manifest, "sales") == 0) missing.emplace_back("sales (store_id, sku_id, date, qty)");
  if (fact(manifest, "receipts") + fact(manifest, "transfers") == 0) {
    missing.emplace_back(
        "receipt or transfer (store_id, sku_id, date, qty_received): without goods received the book cannot be rolled "
        "forward");
  }
  if (fact(manifest, "closed_pairs") == 0) {
    missing.emplace_back(
        fact(manifest, "counts") == 0
            ? "count_line (count_id, store_id, sku_id, qty_counted, date)"
            : "count_line: no product of a store was counted twice, so there is nothing between two counts");
  }
  return missing;
}

}  // namespace

const char* to_string(TruthLevel level) {
  switch (level) {
    case TruthLevel::none:
      return "none";
    case TruthLevel::identity:
      return "identity";
    case TruthLevel::roll_forward:
      return "roll-forward";
    case TruthLevel::calibrated:
      return "calibrated rates";
  }
  return "none";
}

Truth truth_of(const LedgerManifest& manifest) {
  Truth truth;
  if (fact(manifest, "adjustments") == 0) {
    truth.missing.emplace_back("adjustment (store_id, sku_id, date, qty, reason): what was written off, and why");
    return truth;
  }
  truth.level = TruthLevel::identity;
  if (fact(manifest, "sales") == 0) truth.notes.emplace_back("no sales: losses have no base, so rates are refused");
  truth.missing = missing_for_roll_forward(manifest);
  if (!truth.missing.empty()) return truth;
  truth.level = TruthLevel::roll_forward;
  if (fact(manifest, "counts_scoped") * 2 < fact(manifest, "counts")) {
    truth.missing.emplace_back(
        "count_header (count_id, store_id, kind, scope, ts_start, ts_end): what each count covered; rates would hold "
        "only given that a product was adjusted");
  } else if (fact(manifest, "counts_timed") * 2 < fact(manifest, "counts")) {
    truth.missing.emplace_back("count_header ts_start and ts_end (or count_line ts_scanned): when each count was made");
  }
  if (truth.missing.empty()) truth.level = TruthLevel::calibrated;
  return truth;
}

Result<void> require_level(const LedgerManifest& manifest, TruthLevel needed, const std::string& for_what) {
  const auto truth = truth_of(manifest);
  if (truth.level >= needed) return {};
  return bad_input(fmt::format("{} needs level {} ({}), and the data reach level {} ({}). Missing: {}", for_what,
                               static_cast<int>(needed), to_string(needed), static_cast<int>(truth.level),
                               to_string(truth.level), fmt::join(truth.missing, "; ")));
}

}  // namespace shrike

#pragma once
// Exception-based reporting: what is done at one till, or by one operator, more often than by their peers. A rate that
// stands out is a reason to look at the lines behind it, and nothing more: training, a special desk, a broken scanner
// and a new price list all look the same here.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sense/till_book.h"
#include "sense/till_rates.h"

namespace shrike {

enum class TillMeasure : int8_t {
  voids,
  line_voids,
  returns_without_receipt,
  no_sales,
  price_overrides,
  discounts,
  keyed,
  never_resumed
};
inline constexpr std::array<TillMeasure, 8> kTillMeasures{
    TillMeasure::voids,    TillMeasure::line_voids,      TillMeasure::returns_without_receipt,
    TillMeasure::no_sales, TillMeasure::price_overrides, TillMeasure::discounts,
    TillMeasure::keyed,    TillMeasure::never_resumed};
[[nodiscard]] std::string_view to_string(TillMeasure measure);
/// What the rate counts, and of what: "voided and post-voided transactions", "transactions with customers".
[[nodiscard]] std::string_view events_in_words(TillMeasure measure);
[[nodiscard]] std::string_view base_in_words(TillMeasure measure);

/// An operator, or a self-checkout till; peers are all others of the same sort.
struct TillSubject {
  std::string store, id;
  bool self_checkout = false;
  int64_t transactions = 0;  ///< with customers
};

/// One of the events behind a rate.
struct TillEvent {
  TillKey key;
  std::optional<Timestamp> time;
  std::string line, item, description, reason;  ///< of the line; empty for an event of the whole transaction
  std::optional<Decimal> amount;
  bool approved = false;  ///< a second person authorised it: speaks against an exception
};

struct TillRate {
  size_t subject = 0;
  TillMeasure measure = TillMeasure::voids;
  RateCount count;
  double design_effect = 1;  ///< so many lines say as much as one: those of a receipt are alike
  PeerRate peer;
  bool listed = false;
  std::vector<TillEvent> events;  ///< of a listed one, by time
};

struct ExceptionOptions {
  /// Of the listed rates, at most this part is expected to be chance. Small, because a person stands behind each.
  double false_discovery_rate = 0.01;
};

struct TillExceptions {
  std::vector<TillSubject> subjects;
  std::vector<TillRate> rates;  ///< those with a base; listed ones first, then by p
  int64_t tests = 0;
  int64_t without_operator = 0;  ///< transactions at staffed tills that name nobody
};

/// Training transactions count nowhere. Call after book.link().
[[nodiscard]] TillExceptions till_exceptions(const TillBook& book, const ExceptionOptions& options);

}  // namespace shrike

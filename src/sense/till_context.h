#pragma once
// What the readers of all till formats share: the store's zone, who is shown how, and the last checks of a transaction.

#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sense/till.h"
#include "sense/till_operator.h"

namespace shrike {

/// Entries of one transaction: a receipt of more is refused. (Some tills write twenty entries for one item.)
inline constexpr size_t kTillEntriesMax = 16'384;

struct TillContext {
  std::string zone = "UTC";             ///< the store's, IANA: of times without an offset, and of calendar days
  std::set<std::string> self_checkout;  ///< tills without a cashier, as "34" or "9/34" (store/till)
  OperatorNames operators{OperatorNames::Show::pseudonyms};
  std::string store, business_day, currency;  ///< what the file says for all its transactions; empty where it does not
};

/// A time as tills write it: RFC 3339, or without offset as the clock in `zone` shows it; 'T' or a blank between day
/// and time; any number of decimals.
[[nodiscard]] Result<Timestamp> till_time(std::string_view text, const std::string& zone);
/// A calendar day, YYYY-MM-DD, whatever stands behind it (a time, a zone); days that do not exist are refused.
[[nodiscard]] Result<std::string> till_day(std::string_view text);
/// The day that the clock in `zone` shows.
[[nodiscard]] Result<std::string> day_in_zone(Timestamp t, const std::string& zone);

/// Last step of every reader: fills in what the file says for all, checks the key, finds the calendar day, and gives
/// the operator (`operator_id` as the source has it) its pseudonym.
[[nodiscard]] Result<void> complete_till(TillTransaction& transaction, TillContext& context);

}  // namespace shrike

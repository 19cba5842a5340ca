#pragma once
// What a till said, as plain values: one transaction with its lines and tenders. The words are those of ARTS POSLog
// (NRF ARTS / OMG Retail, versions 2 to 6), whichever format brought them. docs/tills.md is the manual.

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace shrike {

/// An exact decimal, as tills write money and weights: value × 10^6.
struct Decimal {
  int64_t micro = 0;

  auto operator<=>(const Decimal&) const = default;
  [[nodiscard]] double value() const { return static_cast<double>(micro) / 1e6; }
};
/// A sum that would not fit stays at the greatest value: hostile input must not wrap round to a small one.
[[nodiscard]] constexpr Decimal operator+(Decimal a, Decimal b) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  int64_t sum = 0;
  if (__builtin_add_overflow(a.micro, b.micro, &sum)) sum = a.micro < 0 ? -kMax : kMax;
  return {sum};
}
[[nodiscard]] constexpr Decimal operator-(Decimal a) { return {-a.micro}; }
[[nodiscard]] constexpr Decimal operator-(Decimal a, Decimal b) { return a + -b; }
[[nodiscard]] constexpr Decimal magnitude(Decimal a) { return a.micro < 0 ? -a : a; }

/// Reads digits with an optional sign and decimal point (XML Schema's decimal). At most nine digits before the point;
/// what is behind the sixth after it is rounded. The error says what was found.
[[nodiscard]] Result<Decimal> parse_decimal(std::string_view text);

/// A code word without its namespace prefix, small letters and digits only: "SES:Post-Voided" becomes "postvoided".
[[nodiscard]] std::string plain_word(std::string_view word);

/// What a transaction is. docs/tills.md says how each is told.
enum class TillKind : int8_t {
  sale,
  returned,   ///< "return": goods came back
  exchange,   ///< lines of both
  voided,     ///< "void": cancelled before it was finished
  post_void,  ///< undoes an earlier, finished transaction
  suspended,  ///< put aside, to be taken up later
  resumed,    ///< takes up a suspended one
  no_sale,    ///< the drawer was opened without a sale
  sign_on,
  sign_off,
  tender_control,  ///< loan, pickup, paid in or out, settlement
  control,         ///< any other control transaction
  other
};
[[nodiscard]] std::string_view to_string(TillKind kind);
[[nodiscard]] std::optional<TillKind> till_kind(std::string_view word);
/// Whether goods changed hands for money in it: sale, return, exchange, resumed.
[[nodiscard]] bool moves_goods(TillKind kind);
/// Whether it is of customers and goods at all: the above, void, post_void and suspended.
[[nodiscard]] bool is_retail(TillKind kind);

enum class TillEntry : int8_t { unknown, scanned, keyed, automatic, other };
[[nodiscard]] std::string_view to_string(TillEntry entry);
/// From the source's word, e.g. "Keyed", "acs:Auto", "MSR".
[[nodiscard]] TillEntry till_entry(std::string_view word);

/// One reduction of a price. `amount` is positive where the customer pays less.
struct TillDiscount {
  Decimal amount;
  std::string reason;     ///< code or words as given
  std::string promotion;  ///< the promotion's id; empty where none made it
  bool manual = false;    ///< no promotion or rule made it: a person did
  bool operator==(const TillDiscount&) const = default;
};

/// One item on the receipt. Amounts are as given: POSLog writes those of a return without a sign.
struct TillLine {
  std::string number;  ///< as given
  bool returned = false;
  std::string item_id, pos_item_id, item_id_type;  ///< as given
  std::string item;                                ///< normalised by item_of()
  std::string epc;                                 ///< of the very piece, where RFID read it
  std::string item_type, description, department, unit;
  std::optional<Decimal> quantity, regular_price, price, amount;
  bool weighed = false;
  std::optional<Decimal> discount;  ///< all reductions of this line, as the source adds them up
  std::vector<TillDiscount> discounts;
  bool price_override = false;
  std::string override_reason;
  TillEntry entry = TillEntry::unknown;
  std::string entry_method;  ///< as given
  bool voided = false;       ///< does not count: it was taken off again
  std::string voids_line;    ///< this entry only takes off the line of that number
  std::string void_reason;
  bool has_receipt = false;  ///< a returned item's original receipt is named
  bool approved = false;     ///< a second person authorised it
  bool operator==(const TillLine&) const = default;

  /// An item that was rung up, whether or not it was taken off again.
  [[nodiscard]] bool is_item() const { return voids_line.empty(); }
  [[nodiscard]] bool counts() const { return !voided && voids_line.empty(); }
};

/// How something was paid: the kind and the amount, nothing else is ever read.
struct TillTender {
  std::string number, type;
  std::optional<Decimal> amount;
  Decimal change;
  bool refund = false, voided = false;
  bool operator==(const TillTender&) const = default;
};

/// Another transaction that this one names. Empty parts are this transaction's own.
struct TillLink {
  std::string store, till, business_day, sequence, reason;
  bool operator==(const TillLink&) const = default;
};

struct TillTotal {
  std::string type;  ///< e.g. TransactionGrandAmount
  Decimal amount;
  bool operator==(const TillTotal&) const = default;
};

/// What makes a message the same as an earlier one.
struct TillKey {
  std::string store, till, business_day, sequence;
  auto operator<=>(const TillKey&) const = default;
};
/// "store 9, till 34, 2017-09-30, number 160"
[[nodiscard]] std::string to_string(const TillKey& key);

struct TillTransaction {
  TillKey key;
  TillKind kind = TillKind::other;
  std::string type, detail, status, reason;  ///< the source's own words
  std::string zone;                          ///< the store's, IANA
  std::string calendar_day;  ///< of `end` (or `begin`) there; not the business day. Empty without a time
  std::optional<Timestamp> begin, end;
  bool business_day_assumed = false;  ///< the source named none: the calendar day stands in
  std::string operator_id;            ///< opaque unless names were turned on (till_operator.h)
  std::optional<bool> self_checkout;  ///< empty where nothing tells
  std::string currency;
  bool training = false;
  bool approved = false;
  int64_t line_items = 0;  ///< entries of any kind in the source, those that are not read too
  std::vector<TillLine> lines;
  std::vector<TillDiscount> discounts;  ///< of the transaction as a whole
  std::vector<TillTender> tenders;
  std::vector<TillTotal> totals;
  Decimal tax, rounding;
  std::vector<TillLink> links;
  bool operator==(const TillTransaction&) const = default;

  /// When it was finished, or begun where only that is known.
  [[nodiscard]] std::optional<Timestamp> time() const { return end ? end : begin; }
  /// The total that the customer pays: the grand amount, else the net, else the gross, else one without a type.
  [[nodiscard]] std::optional<Decimal> total() const;
};

/// The lines against the total. Sources differ in whether ExtendedAmount is before or after discounts, and in whether
/// tax is inside: `reading` is the first of those readings that gives the total to within half a cent.
struct TillBalance {
  Decimal lines;           ///< Σ of the counting lines, returns negative
  Decimal line_discounts;  ///< Σ of their reductions, positive
  Decimal discounts;       ///< Σ of the transaction's own, positive
  std::optional<Decimal> total;
  std::string reading;  ///< e.g. "lines - discounts + tax"; empty where none fits
  /// Empty where there is no total, or nothing was sold.
  std::optional<bool> agrees;
};
[[nodiscard]] TillBalance balance_of(const TillTransaction& transaction);

/// One product's id in one form: an EPC or GS1 Digital Link, and 8 to 14 digits with a right check digit, as GTIN-14;
/// other digits without leading zeros (PLU, SKU); else upper case.
[[nodiscard]] std::string item_of(std::string_view id);

/// Takes off what void entries name: by number, else the last line of the same item and the opposite amount. Where
/// nothing is named and nothing fits, the entry itself is the voided line.
void apply_line_voids(std::vector<TillLine>& lines);

/// Some tills mark the entry that takes a line off, and give it that line's own, positive amount. Where the total shows
/// that this is so, the line is found by item and amount; else nothing changes.
void settle_voids_by_total(TillTransaction& transaction);

/// Kind by content, for a retail transaction that no status made something else.
[[nodiscard]] TillKind kind_of_lines(const std::vector<TillLine>& lines);
/// Kind by a status word such as "SES:Suspended", "PostVoided", "SuspendedRetrieved"; empty where it says nothing.
[[nodiscard]] std::optional<TillKind> kind_of_status(std::string_view status);

}  // namespace shrike

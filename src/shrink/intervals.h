#pragma once
// What the estimator works on: intervals between two counts of one product in one store, as plain values.

#include <cstdint>
#include <string>
#include <vector>

namespace shrike {

/// What is known of an interval when it is asked about.
enum class View {
  nowcast,   ///< its deliveries and sales up to its end are known
  forecast,  ///< only its length is; sales and stock are taken as they were before
};
inline constexpr int kViews = 2;
[[nodiscard]] const char* to_string(View view);

enum class CountKind : uint8_t { full, cycle, spot, targeted, opening, unknown };
[[nodiscard]] const char* to_string(CountKind kind);

/// The time between two counts of one product in one store; or, `open`, since the last count. Units are the product's
/// base unit, money is in the ledger's currency.
struct Interval {
  int32_t store = 0, product = 0;    ///< indices into LossData
  CountKind kind = CountKind::full;  ///< of the count that closed it
  bool open = false;
  double day_from = 0, day_to = 0;  ///< days since 1970-01-01, UTC
  float v = 0;           ///< unknown loss: book − counted; a gain is negative. Of an open interval: unknown, 0
  float sold = 0;        ///< units, returns taken off
  float received = 0;    ///< units
  float stock_days = 0;  ///< ∫ max(book stock, 0) dt
  float quiet_days = 0;  ///< at its end, since the last sale; all of it where nothing was sold
  float uom_gap = 0;     ///< units that receipts booked in packs instead of units left out of the book (a gain to come)
  float count_from = 0;  ///< units counted at its start
  float book_to = 0;     ///< book stock at its end
  float unit_cost = 0, unit_retail = 0;
  float ambiguous_var = 0;  ///< variance of v from movements whose order against the count is not known

  [[nodiscard]] double days() const { return day_to - day_from; }
};

struct Product {
  std::string sku, name;
  int32_t category = 0, vendor = -1, group = -1;
  double pack = 1;          ///< units a case; 1 where not known
  double shelf_life_d = 0;  ///< 0: not known or does not spoil
  double unit_retail = 0, unit_cost = 0;
};

struct Store {
  std::string id, name, format, time_zone, area;
  double area_m2 = 0, lat = 0, lon = 0;
};

/// A chain's intervals, sorted by store, product and time, with what its indices stand for.
struct LossData {
  std::vector<Store> stores;
  std::vector<Product> products;
  std::vector<std::string> categories, vendors, groups;
  std::vector<Interval> intervals;
  std::string currency;
};

}  // namespace shrike

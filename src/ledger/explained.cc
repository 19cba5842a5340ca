#include "ledger/explained.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "ledger/ledger.h"
#include "ledger/level.h"

namespace shrike {
namespace {

constexpr int64_t kBookedWithin_d = 7;  ///< a theft that was seen is booked by then
constexpr int64_t kPostedWithin_d = 3;  ///< a count's differences are posted by then

using Cell = std::pair<std::string, std::string>;  // store, product

struct WriteOff {
  int64_t day = 0;
  std::string cls, currency;
  double left = 0, units = 0;
  std::optional<double> cost, retail;
};

struct Books {
  std::vector<WriteOff> unknown, theft;  ///< by day
  std::vector<int64_t> counts;           ///< days, ascending
};

std::optional<double> maybe(const DuckStream& s, size_t column, size_t row) {
  if (s.is_null(column, row)) return std::nullopt;
  return s.real(column, row);
}

Result<void> hold(Duck& duck, const std::vector<ConfirmedGoods>& goods) {
  TRY_VOID(duck.run("CREATE OR REPLACE TEMP TABLE confirmed_cell (store_id VARCHAR, sku_id VARCHAR)"));
  TRY(auto to, DuckAppender::open(duck, "confirmed_cell"));
  std::set<Cell> cells;
  for (const auto& g : goods) {
    if (!cells.emplace(g.store_id, g.sku_id).second) continue;
    to.text(g.store_id);
    to.text(g.sku_id);
    TRY_VOID(to.end_row());
  }
  return to.close();
}

Result<std::map<Cell, Books>> books_of(Duck& duck) {
  std::map<Cell, Books> all;
  TRY(auto rows, duck.stream("SELECT l.store_id, l.sku_id, l.day, part, coalesce(class, ''), coalesce(currency, ''), "
                             "units::DOUBLE, cost::DOUBLE, retail::DOUBLE FROM loss_row l SEMI JOIN confirmed_cell "
                             "USING (store_id, sku_id) WHERE part IN ('usl', 'theft') AND units > 0 AND day IS NOT "
                             "NULL ORDER BY ALL"));
  for (;;) {
    TRY(const bool more, rows.next());
    if (!more) break;
    for (size_t r = 0; r < rows.rows(); ++r) {
      Books& books = all[{std::string(rows.text(0, r)), std::string(rows.text(1, r))}];
      const double units = rows.real(6, r);
      (rows.text(3, r) == "usl" ? books.unknown : books.theft)
          .push_back({rows.integer(2, r), std::string(rows.text(4, r)), std::string(rows.text(5, r)), units, units,
                      maybe(rows, 7, r), maybe(rows, 8, r)});
    }
  }
  TRY(auto counts, duck.stream("SELECT store_id, sku_id, day FROM count_stock SEMI JOIN confirmed_cell USING "
                               "(store_id, sku_id) ORDER BY ALL"));
  for (;;) {
    TRY(const bool more, counts.next());
    if (!more) return all;
    for (size_t r = 0; r < counts.rows(); ++r)
      all[{std::string(counts.text(0, r)), std::string(counts.text(1, r))}].counts.push_back(counts.integer(2, r));
  }
}

/// Takes up to `units` off what was written off on the days `from` to `to`; what was taken of which goes to `each`.
template <class Each>
double take(std::vector<WriteOff>& rows, int64_t from, int64_t to, double units, const Each& each) {
  double taken = 0;
  for (WriteOff& row : rows) {
    if (row.day < from || row.day > to) continue;
    const double some = std::min(units - taken, row.left);
    if (some <= 0) continue;
    row.left -= some;
    taken += some;
    each(row, some);
  }
  return taken;
}

Result<void> keep(DuckAppender& to, const ConfirmedGoods& g, const WriteOff& row, double units) {
  to.text(g.store_id);
  to.text(g.sku_id);
  to.integer(row.day);
  to.text(row.cls);
  row.currency.empty() ? to.null() : to.text(row.currency);
  // Decimals, as the movements beside them: sums of the books stay exact.
  to.integer(std::llround(units * 1e3));
  for (const auto& money : {row.cost, row.retail})
    money ? to.integer(std::llround(*money * units / row.units * 1e4)) : to.null();
  return to.end_row();
}

Result<std::map<std::string, std::string>> zones_of(Duck& duck) {
  TRY(const auto table, duck.table("SELECT store_id, coalesce(tz, 'UTC') FROM store"));
  std::map<std::string, std::string> zones;
  for (const auto& row : table.rows) zones[row[0].value_or("")] = row[1].value_or("UTC");
  return zones;
}

/// Calendar day in the store's zone, as days since 1970-01-01.
Result<int64_t> local_day(Duck& duck, Timestamp t, const std::string& zone) {
  TRY(const std::string text, to_rfc3339(t, zone));
  return duck.number("SELECT datediff('day', DATE '1970-01-01', DATE " + sql_text(text.substr(0, 10)) + ")");
}

}  // namespace

std::string explained_columns_sql() {
  return "store_id VARCHAR, sku_id VARCHAR, day DATE, class VARCHAR, currency VARCHAR, units DECIMAL(18,3), "
         "cost DECIMAL(18,4), retail DECIMAL(18,4)";
}

Result<ExplainedLosses> explain_losses_by(Ledger& ledger, const std::vector<ConfirmedGoods>& goods) {
  Duck& duck = ledger.duck;
  TRY_VOID(hold(duck, goods));
  TRY(auto books, books_of(duck));
  TRY(const auto zones, zones_of(duck));
  TRY(const auto products, duck.table("SELECT DISTINCT sku_id FROM product SEMI JOIN confirmed_cell USING (sku_id)"));
  std::set<std::string> known;
  for (const auto& row : products.rows) known.insert(row[0].value_or(""));
  const bool counted = truth_of(ledger.manifest).level >= TruthLevel::roll_forward;
  TRY(auto to, DuckAppender::open(duck, "explained_row"));
  ExplainedLosses out;
  std::set<std::string> incidents;
  std::vector<ConfirmedGoods> in_order = goods;
  std::stable_sort(in_order.begin(), in_order.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  for (const ConfirmedGoods& g : in_order) {
    incidents.insert(g.incident);
    out.confirmed += g.units;
    const auto zone = zones.find(g.store_id);
    if (zone == zones.end() || !known.contains(g.sku_id)) {
      out.elsewhere += g.units;
      continue;
    }
    TRY(const int64_t day, local_day(duck, g.time, zone->second));
    Books& cell = books[{g.store_id, g.sku_id}];
    const double seen = take(cell.theft, day - 1, day + kBookedWithin_d, g.units, [](const auto&, double) {});
    const auto next = std::lower_bound(cell.counts.begin(), cell.counts.end(), day);
    const bool has_next = next != cell.counts.end();
    const int64_t until = counted && has_next ? *next + kPostedWithin_d : std::numeric_limits<int32_t>::max();
    Result<void> kept;
    const double lost = take(cell.unknown, day, until, g.units - seen, [&](const WriteOff& row, double units) {
      if (kept) kept = keep(to, g, row, units);
    });
    TRY_VOID(std::move(kept));
    out.known_theft += seen;
    out.explained += lost;
    (counted && !has_next ? out.not_counted : out.not_found) += g.units - seen - lost;
  }
  out.incidents = incidents.size();
  TRY_VOID(to.close());
  return out;
}

}  // namespace shrike

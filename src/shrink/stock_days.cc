#include "shrink/stock_days.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace shrike {
namespace {

constexpr double kDayUs = 86'400e6;
constexpr double kLeastShort = 2;    // units below a case that count errors and small gains can hide
constexpr float kMostUnits = 200;    // a larger loss says nothing of one case, and would take long
constexpr double kPaceUnits = 50;    // units a day of a store that weigh as much as the chain's pace
constexpr double kNightShift = 0.6;  // of a day: a count within so long before or after midnight UTC ends its local day

Result<void> name_intervals(Ledger& ledger, const LossData& data, StockDays& out) {
  TRY_VOID(ledger.duck.run(
      "CREATE OR REPLACE TEMP TABLE told (i BIGINT, store_id VARCHAR, sku_id VARCHAR, t0 TIMESTAMP, t1 TIMESTAMP)"));
  TRY(auto rows, DuckAppender::open(ledger.duck, "told"));
  for (size_t i = 0; i < data.intervals.size(); ++i) {
    const Interval& x = data.intervals[i];
    if (!may_lack_a_case(data, x)) continue;
    rows.integer(static_cast<int64_t>(out.told.size()));
    rows.text(data.stores[static_cast<size_t>(x.store)].id);
    rows.text(data.products[static_cast<size_t>(x.product)].sku);
    rows.integer(std::llround(x.day_from * kDayUs));
    rows.integer(std::llround(x.day_to * kDayUs));
    TRY_VOID(rows.end_row());
    out.told.push_back({static_cast<uint32_t>(i), static_cast<int32_t>(std::floor(x.day_from + kNightShift)),
                        static_cast<int32_t>(std::floor(x.day_to + kNightShift)) - 1, 0, 0});
  }
  return rows.close();
}

Result<void> read_days(Ledger& ledger, StockDays& out) {
  // Packs booked as units are put back, as target() does. A moment's rounding must not lose a movement at the count.
  TRY(DuckStream s,
      ledger.duck.stream(
          "SELECT t.i, m.day, "
          "sum(CASE WHEN kind = 'receipt' THEN CASE WHEN m.qty > 0 AND qty_expected > m.qty AND coalesce(case_pack, "
          "p.pack_qty) > 1 AND m.qty * coalesce(case_pack, p.pack_qty) = qty_expected THEN qty_expected ELSE book END "
          "ELSE 0 END)::DOUBLE, "
          "sum(CASE WHEN kind <> 'receipt' AND kind <> 'sale' AND book > 0 THEN book ELSE 0 END)::DOUBLE, "
          "sum(CASE WHEN kind = 'sale' THEN sold ELSE 0 END)::DOUBLE, "
          "sum(CASE WHEN kind <> 'receipt' AND kind <> 'sale' AND book < 0 THEN -book ELSE 0 END)::DOUBLE "
          "FROM told t JOIN movement m ON m.store_id = t.store_id AND m.sku_id = t.sku_id AND m.ts > t.t0 + INTERVAL 1 "
          "MILLISECOND AND m.ts <= t.t1 + INTERVAL 1 MILLISECOND LEFT JOIN product p ON p.sku_id = m.sku_id "
          "GROUP BY t.i, m.day ORDER BY t.i, m.day"));
  for (;;) {
    TRY(const bool more, s.next());
    if (!more) break;
    for (size_t r = 0; r < s.rows(); ++r) {
      const auto k = static_cast<size_t>(s.integer(0, r));
      StockDays::Told& told = out.told[k];
      if (told.begin == told.end) told.begin = out.days.size();
      const auto day = static_cast<int32_t>(s.integer(1, r));
      told.first = std::min(told.first, day);
      told.last = std::max(told.last, day);
      out.days.push_back({day, static_cast<float>(s.real(2, r)), static_cast<float>(s.real(3, r)),
                          static_cast<float>(s.real(4, r)), static_cast<float>(s.real(5, r))});
      told.end = out.days.size();
    }
  }
  return {};
}

Result<std::vector<std::vector<float>>> sold_by_day(Ledger& ledger, const LossData& data, StockDays& out) {
  std::vector<std::vector<float>> sold(data.stores.size());
  TRY(DuckStream s, ledger.duck.stream("SELECT store_id, day, sum(sold)::DOUBLE FROM movement WHERE kind = 'sale' AND "
                                       "day IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"));
  struct Row {
    size_t store;
    int32_t day;
    float units;
  };
  std::vector<Row> rows;
  size_t store = 0;
  for (;;) {
    TRY(const bool more, s.next());
    if (!more) break;
    for (size_t r = 0; r < s.rows(); ++r) {
      while (store < data.stores.size() && data.stores[store].id < s.text(0, r)) ++store;
      if (store == data.stores.size() || data.stores[store].id != s.text(0, r)) continue;
      rows.push_back({store, static_cast<int32_t>(s.integer(1, r)), static_cast<float>(s.real(2, r))});
    }
  }
  if (rows.empty()) return sold;
  const auto [low, high] =
      std::minmax_element(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.day < b.day; });
  out.first_day = std::max(low->day, high->day - 366 * 20);  // a date gone wrong must not fill the memory
  for (auto& of : sold) of.assign(static_cast<size_t>(high->day - out.first_day + 1), 0);
  for (const Row& row : rows) {
    if (row.day >= out.first_day) sold[row.store][static_cast<size_t>(row.day - out.first_day)] += row.units;
  }
  return sold;
}

/// Pearson's over all days told of: what came together is one event.
double clump_of(const StockDays& out, const LossData& data) {
  double squares = 0, expected = 0;
  for (const StockDays::Told& t : out.told) {
    const Interval& x = data.intervals[t.interval];
    double paces = 0;
    for (int32_t day = t.first; day <= t.last; ++day) paces += out.pace_of(x.store, day);
    if (paces <= 0 || x.sold <= 0) continue;
    const double rate = static_cast<double>(x.sold) / paces;
    for (int32_t day = t.first; day <= t.last; ++day) {
      const double mean = rate * out.pace_of(x.store, day);
      squares += mean * mean;
      expected += mean;
    }
    for (size_t k = t.begin; k < t.end; ++k) {
      const double mean = rate * out.pace_of(x.store, out.days[k].day), sold = out.days[k].sold;
      squares += (sold - mean) * (sold - mean) - mean * mean;
    }
  }
  return expected > 100 ? std::max(1.0, squares / expected) : 1;
}

}  // namespace

bool may_lack_a_case(const LossData& data, const Interval& x) {
  const double pack = data.products[static_cast<size_t>(x.product)].pack;
  const double v = static_cast<double>(x.v) + x.uom_gap;
  return !x.open && pack >= 2 && x.received > 0 && v >= std::max(1.0, pack - kLeastShort) && v <= kMostUnits;
}

void settle_pace(StockDays& out, const LossData& data, const std::vector<std::vector<float>>& sold) {
  size_t days = 0;
  for (const auto& of : sold) days = std::max(days, of.size());
  std::vector<double> chain(days, 0);
  double all = 0;
  for (const auto& of : sold) {
    for (size_t d = 0; d < of.size(); ++d) {
      chain[d] += static_cast<double>(of[d]);
      all += static_cast<double>(of[d]);
    }
  }
  for (double& units : chain) units = all > 0 ? units * static_cast<double>(days) / all : 1;
  out.pace.assign(data.stores.size(), {});
  for (size_t s = 0; s < sold.size(); ++s) {
    double sum = 0;
    for (const float units : sold[s]) sum += static_cast<double>(units);
    const double mean = days > 0 ? sum / static_cast<double>(days) : 0;
    out.pace[s].resize(days);
    for (size_t d = 0; d < days; ++d) {
      const double own = d < sold[s].size() ? static_cast<double>(sold[s][d]) : 0;
      out.pace[s][d] = static_cast<float>((own + kPaceUnits * chain[d]) / (mean + kPaceUnits));
    }
  }
  out.clump = clump_of(out, data);
}

Result<StockDays> stock_days(Ledger& ledger, const LossData& data) {
  StockDays out;
  TRY(const auto longer,
      ledger.duck.number("SELECT count(*) FROM movement WHERE kind = 'sale' AND (days > 1 OR day IS NULL)"));
  if (longer > 0) {
    out.pace.assign(data.stores.size(), {});
    return out;
  }
  TRY_VOID(name_intervals(ledger, data, out));
  TRY_VOID(read_days(ledger, out));
  TRY(const auto sold, sold_by_day(ledger, data, out));
  settle_pace(out, data, sold);
  return out;
}

}  // namespace shrike

#include "shrink/hours.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "base/time.h"
#include "shrink/priors.h"

namespace shrike {
namespace {

constexpr double kParentUnits = 50;
constexpr double kTimedMin = 0.5;  // share of a store's sales that must have a time of day
constexpr double kUnitsMin = 100;  // timed units sold below which a store's hours are not told
constexpr size_t kRowsAtOnce = 1000;

double sum_of(const Hours& x) { return std::accumulate(x.begin(), x.end(), 0.0); }

Result<void> make_zone_table(Duck& duck, const std::map<std::string, std::string>& zone_of) {
  TRY_VOID(duck.run("CREATE OR REPLACE TEMP TABLE hour_zone (sku_id VARCHAR, zone VARCHAR)"));
  std::string values;
  size_t n = 0;
  for (const auto& [sku, zone] : zone_of) {
    values += fmt::format("{}({}, {})", values.empty() ? "" : ", ", sql_text(sku), sql_text(zone));
    if (++n % kRowsAtOnce != 0 && n != zone_of.size()) continue;
    TRY_VOID(duck.run("INSERT INTO hour_zone VALUES " + values));
    values.clear();
  }
  return {};
}

/// Why the hours of a store cannot be told, by its units sold at a known time and altogether.
std::string refusal(double timed, double all) {
  if (timed <= 0) return "its sales are dated by the day only";
  if (timed < kTimedMin * all)
    return fmt::format("only {:.0f} % of its sales have a time of day, {:.0f} % are needed", 100 * timed / all,
                       100 * kTimedMin);
  if (timed < kUnitsMin)
    return fmt::format("only {:.0f} units were sold at a known time of day, {:.0f} are needed", timed, kUnitsMin);
  return "";
}

}  // namespace

Result<std::map<std::string, StoreHours>> hours_of_sales(Ledger& ledger,
                                                         const std::map<std::string, std::string>& zone_of,
                                                         const std::string& store) {
  TRY_VOID(make_zone_table(ledger.duck, zone_of));
  const std::string only = store.empty() ? "" : " AND m.store_id = " + sql_text(store);
  std::map<std::string, StoreHours> out;
  std::map<std::string, std::map<std::string, Hours>> sold;
  {
    TRY(DuckStream all,
        ledger.duck.stream("SELECT m.store_id, sum(CASE WHEN m.day_only THEN 0 ELSE greatest(m.sold, 0) "
                           "END)::DOUBLE, sum(greatest(m.sold, 0))::DOUBLE FROM movement m WHERE "
                           "m.kind = 'sale'" +
                           only + " GROUP BY ALL ORDER BY ALL"));
    for (;;) {
      TRY(const bool more, all.next());
      if (!more) break;
      for (size_t r = 0; r < all.rows(); ++r)
        out[std::string(all.text(0, r))].refused = refusal(all.real(1, r), all.real(2, r));
    }
  }
  // Hours of UTC, so that a day on which the clocks change is told by each of its hours.
  TRY(DuckStream s,
      ledger.duck.stream(
          "SELECT m.store_id, coalesce(z.zone, ''), coalesce(s.tz, 'UTC'), epoch_us(m.hour), m.sold FROM "
          "(SELECT m.store_id, m.sku_id, date_trunc('hour', m.ts) AS hour, sum(greatest(m.sold, "
          "0))::DOUBLE AS sold FROM movement m WHERE m.kind = 'sale' AND NOT m.day_only" +
          only +
          " GROUP BY ALL) m LEFT JOIN store s ON s.store_id = m.store_id LEFT JOIN hour_zone z ON z.sku_id "
          "= m.sku_id ORDER BY m.store_id, m.hour, m.sku_id"));
  int64_t last = -1;
  std::string last_store;
  int hour = 0;
  for (;;) {
    TRY(const bool more, s.next());
    if (!more) break;
    for (size_t r = 0; r < s.rows(); ++r) {
      if (s.integer(3, r) != last || s.text(0, r) != last_store) {
        last = s.integer(3, r);
        last_store = s.text(0, r);
        TRY(hour, local_hour(Timestamp{last}, s.text(2, r)));
      }
      sold[last_store][std::string(s.text(1, r))][static_cast<size_t>(hour)] += s.real(4, r);
    }
  }
  for (auto& [id, hours] : out) {
    if (!hours.refused.empty()) continue;
    Hours all{};
    for (const auto& [zone, units] : sold[id]) {
      for (size_t h = 0; h < all.size(); ++h) all[h] += units[h];
    }
    hours.store.weight = sum_of(all);
    for (size_t h = 0; h < all.size(); ++h) hours.store.share[h] = all[h] / hours.store.weight;
    for (const auto& [zone, units] : sold[id]) hours.zones[zone] = profile_of(units, hours.store.share);
  }
  return out;
}

HourProfile profile_of(const Hours& sold, const Hours& parent) {
  HourProfile out;
  out.weight = sum_of(sold) + kParentUnits;
  for (size_t h = 0; h < sold.size(); ++h) out.share[h] = (sold[h] + kParentUnits * parent[h]) / out.weight;
  return out;
}

std::array<Estimate, 24> by_hour(const Estimate& day, const HourProfile& profile) {
  // A Gamma's 90 % width is near 3.29 standard deviations; a share's variance is a Dirichlet's.
  const double day_sd = (day.high - day.low) / 3.29;
  std::array<Estimate, 24> out;
  for (size_t h = 0; h < out.size(); ++h) {
    const double share = profile.share[h];
    const double share_variance = share * (1 - share) / (profile.weight + 1);
    out[h] = rate_estimate(day.mean * share,
                           day_sd * day_sd * (share * share + share_variance) + day.mean * day.mean * share_variance);
  }
  return out;
}

}  // namespace shrike

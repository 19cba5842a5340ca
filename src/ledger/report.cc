#include "ledger/report.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

#include "ledger/level.h"

namespace shrike {
namespace {

/// Every movement with what the report adds up. A row that has a value and no units is a loss or a gain by its value.
constexpr const char* kLossRowsSql = R"(
CREATE OR REPLACE TEMP VIEW loss_row AS
SELECT m.store_id, m.sku_id, m.day, m.days, m.class, m.currency, -m.qty AS units, -m.cost AS cost, -m.retail AS retail,
    m.sold, m.net_value,
  CASE WHEN m.kind <> 'adjustment' THEN 'none'
    WHEN m.class IN ('SPOILAGE', 'DAMAGE', 'MARKDOWN_DISPOSE', 'DONATION', 'INTERNAL_USE') THEN 'spoilage'
    WHEN m.class = 'RTV' THEN 'rtv' WHEN m.class = 'THEFT_KNOWN' THEN 'theft' WHEN m.class = 'UNMAPPED' THEN 'unmapped'
    WHEN m.class NOT IN ('COUNT_VAR', 'LOST', 'UNKNOWN', 'CORRECTION', 'GAIN') THEN 'none'
    WHEN coalesce(nullif(m.qty, 0), m.cost, m.retail) > 0 THEN 'gain' ELSE 'usl' END AS part
FROM movement m
UNION ALL BY NAME SELECT store_id, sku_id, day, 1 AS days, class, currency, units, cost, retail, 0 AS sold,
  NULL::DECIMAL(18,4) AS net_value, 'explained' AS part FROM explained_row)";

constexpr const char* kParts[] = {"spoilage", "usl", "gain", "theft", "rtv", "unmapped", "explained"};

/// {key} and {name} grouped: units, cost and retail of every part, then sales, then whether money may be added at all.
std::string grouped_sql(const std::string& key, const std::string& name, const std::string& from,
                        const std::string& where) {
  std::string sums;
  for (const char* part : kParts) {
    for (const char* column : {"units", "cost", "retail"})
      sums += fmt::format(", sum({}) FILTER (part = '{}')::DOUBLE", column, part);
    sums += fmt::format(", count(*) FILTER (part = '{}')", part);
  }
  return fmt::format(
      "SELECT {}::VARCHAR AS key, {}::VARCHAR AS name{}, sum(sold)::DOUBLE, sum(net_value)::DOUBLE, "
      "count(DISTINCT currency) FILTER (part <> 'none' OR net_value IS NOT NULL) FROM {} {} GROUP BY 1, 2",
      key, name, sums, from, where);
}

struct Cells {
  const DuckStream& stream;
  size_t row;
  [[nodiscard]] double real(size_t column) const { return stream.is_null(column, row) ? 0 : stream.real(column, row); }
  [[nodiscard]] std::optional<double> maybe(size_t column) const {
    if (stream.is_null(column, row)) return std::nullopt;
    return stream.real(column, row);
  }
  [[nodiscard]] std::string text(size_t column) const {
    return stream.is_null(column, row) ? "" : std::string(stream.text(column, row));
  }
};

/// What is not known on one side is not known of the sum.
std::optional<double> sum(const std::optional<double>& a, const std::optional<double>& b, double sign = 1) {
  if (!a || !b) return std::nullopt;
  return *a + sign * *b;
}

LossAmount plus(const LossAmount& a, const LossAmount& b, double sign = 1) {
  return {a.units + sign * b.units, sum(a.cost, b.cost, sign), sum(a.retail, b.retail, sign)};
}

LossRow row_from(const Cells& cells) {
  LossRow row{.key = cells.text(0), .name = cells.text(1)};
  constexpr size_t kAfterParts = 2 + 4 * std::size(kParts);
  const bool money = cells.stream.integer(kAfterParts + 2, cells.row) <= 1;
  const auto amount = [&](size_t part, double sign = 1) {
    const size_t at = 2 + part * 4;
    LossAmount out{.units = sign * cells.real(at) + 0.0};  // + 0: no negative zero
    if (!money) return out;
    // Nothing of the kind happened: that costs nothing. What happened and has no known price stays without money.
    const bool nothing = cells.stream.integer(at + 3, cells.row) == 0;
    for (auto [to, column] : {std::pair{&out.cost, at + 1}, {&out.retail, at + 2}}) {
      const auto value = cells.maybe(column);
      if (value || nothing) *to = sign * value.value_or(0) + 0.0;
    }
    return out;
  };
  row.spoilage = amount(0);
  row.usl = amount(1);
  row.gain = amount(2, -1);
  row.known_theft = amount(3);
  row.returned_to_vendor = amount(4);
  row.unmapped = amount(5);
  row.explained = amount(6);
  row.written_off = plus(row.spoilage, row.usl);
  row.net = plus(row.usl, row.gain, -1);
  row.sold_units = cells.real(kAfterParts);
  if (money) row.sales_value = cells.maybe(kAfterParts + 1);
  return row;
}

Result<std::vector<LossRow>> grouped(Duck& duck, const std::string& key, const std::string& name,
                                     const std::string& from, const std::string& where = "") {
  TRY(auto stream, duck.stream("SELECT * FROM (" + grouped_sql(key, name, from, where) + ") ORDER BY key"));
  std::vector<LossRow> rows;
  for (;;) {
    TRY(const bool more, stream.next());
    if (!more) return rows;
    for (size_t r = 0; r < stream.rows(); ++r) rows.push_back(row_from({stream, r}));
  }
}

/// What a line is ranked by: cost where every product's is known, else units.
double measured(const LossAmount& amount, bool by_cost) { return by_cost ? amount.cost.value_or(0) : amount.units; }

bool has_cost(const std::vector<LossRow>& rows) {
  return std::all_of(rows.begin(), rows.end(), [](const LossRow& row) { return row.usl.units == 0 || row.usl.cost; }) &&
         std::any_of(rows.begin(), rows.end(), [](const LossRow& row) { return row.usl.cost.has_value(); });
}

void sort_by_loss(std::vector<LossRow>& rows) {
  const bool by_cost = has_cost(rows);
  std::stable_sort(rows.begin(), rows.end(), [&](const LossRow& a, const LossRow& b) {
    return measured(a.usl, by_cost) > measured(b.usl, by_cost);
  });
}

/// `values` not below zero, the highest first.
double gini_of_sorted(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double all = std::accumulate(values.begin(), values.end(), 0.0);
  if (values.size() < 2 || all <= 0) return 0;
  double weighted = 0;
  for (size_t i = 0; i < values.size(); ++i) weighted += (n - static_cast<double>(i)) * values[i];
  return 2 * weighted / (n * all) - (n + 1) / n;
}

/// `values` not below zero, the highest first.
Concentration concentration_of(std::vector<double> values, bool by_cost) {
  constexpr size_t kCurvePointsMax = 300;
  Concentration result;
  result.measure = by_cost ? "cost" : "units";
  const size_t n = result.of = values.size();
  result.gini = gini_of_sorted(values);
  const double all = std::accumulate(values.begin(), values.end(), 0.0);
  if (all <= 0) return result;
  std::partial_sum(values.begin(), values.end(), values.begin());
  const auto most = std::find_if(values.begin(), values.end(), [&](double sum) { return sum >= 0.8 * all; });
  if (most != values.end()) result.for_80_percent = static_cast<size_t>(most - values.begin()) + 1;
  for (const double share : {0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0}) {
    const auto first = static_cast<size_t>(std::ceil(share * static_cast<double>(n) - 1e-9));
    result.lorenz.emplace_back(share, first == 0 ? 0 : values[first - 1] / all);
  }
  const size_t step = 1 + n / kCurvePointsMax;
  for (size_t i = step - 1; i < n; i += step)
    result.curve.emplace_back(static_cast<double>(i + 1) / static_cast<double>(n), values[i] / all);
  return result;
}

Concentration concentration_of(const std::vector<LossRow>& sorted) {
  const bool by_cost = has_cost(sorted);
  std::vector<double> values;
  values.reserve(sorted.size());
  for (const auto& row : sorted) values.push_back(std::max(0.0, measured(row.usl, by_cost)));
  return concentration_of(std::move(values), by_cost);
}

/// Where more than one currency is about, whether money may be added at all.
std::string one_currency_sql(const Ledger& ledger) {
  if (ledger.manifest.currencies.size() <= 1) return "true";
  return "count(DISTINCT currency) FILTER (part <> 'none' OR net_value IS NOT NULL) <= 1";
}

constexpr const char* kOfProducts =
    "loss_row l LEFT JOIN (SELECT sku_id, name, category FROM product) p USING (sku_id)";

/// All products are ranked by one small row each in DuckDB, which spills; whole lines are made of the first ones only.
Result<void> add_products(Ledger& ledger, size_t listed, LossReport& report) {
  Duck& duck = ledger.duck;
  TRY_VOID(duck.run(fmt::format(
      "CREATE OR REPLACE TEMP TABLE product_rank AS SELECT sku_id, coalesce(units, 0)::DOUBLE AS units, "
      "CASE WHEN money AND (n = 0 OR cost IS NOT NULL) THEN coalesce(cost, 0)::DOUBLE END AS cost FROM (SELECT sku_id, "
      "sum(units) FILTER (part = 'usl') AS units, sum(cost) FILTER (part = 'usl') AS cost, count(*) FILTER (part = "
      "'usl') AS n, {} AS money FROM loss_row GROUP BY sku_id)",
      one_currency_sql(ledger))));
  TRY(const auto by_cost, duck.number("SELECT (count(*) FILTER (units <> 0 AND cost IS NULL) = 0 AND count(cost) > 0)::"
                                      "INTEGER FROM product_rank"));
  const std::string measure = by_cost == 1 ? "coalesce(cost, 0)" : "units";
  std::vector<double> values;
  TRY(auto stream, duck.stream(fmt::format("SELECT greatest({0}, 0) FROM product_rank ORDER BY {0} DESC", measure)));
  for (;;) {
    TRY(const bool more, stream.next());
    if (!more) break;
    for (size_t r = 0; r < stream.rows(); ++r) values.push_back(stream.real(0, r));
  }
  report.products = concentration_of(std::move(values), by_cost == 1);
  TRY(report.by_product, grouped(duck, "l.sku_id", "p.name", kOfProducts,
                                 fmt::format("WHERE l.sku_id IN (SELECT sku_id FROM product_rank ORDER BY {} DESC, "
                                             "sku_id LIMIT {})",
                                             measure, listed)));
  std::stable_sort(report.by_product.begin(), report.by_product.end(), [&](const LossRow& a, const LossRow& b) {
    return measured(a.usl, by_cost == 1) > measured(b.usl, by_cost == 1);
  });
  return {};
}

/// Who may have changed most between two periods: the first by cost and the first by units, as lines of SQL.
std::string most_changed_sql(const std::string& key, const std::string& period, const std::string& before,
                             const std::string& now) {
  constexpr int kCandidates = 200;
  std::string each;
  for (const char* measure : {"cost", "units"}) {
    each += fmt::format(
        "{0}(SELECT k FROM (SELECT {1} AS k, sum(CASE WHEN {2} = DATE {3} THEN {4} ELSE -{4} END)::DOUBLE AS change "
        "FROM loss_row l WHERE part IN ('usl', 'gain') AND {2} IN (DATE {3}, DATE {5}) GROUP BY 1) WHERE change <> 0 "
        "ORDER BY abs(change) DESC, k LIMIT {6})",
        each.empty() ? "" : " UNION ", key, period, sql_text(now), measure, sql_text(before), kCandidates);
  }
  return each;
}

Result<std::vector<Mover>> movers_of(Duck& duck, const std::string& what, const std::string& key,
                                     const std::string& name, const std::string& from, const std::string& period,
                                     const std::string& before, const std::string& now) {
  const auto in = [&](const std::string& value) {
    return fmt::format("WHERE {} = DATE {} AND {} IN ({})", period, sql_text(value), key,
                       most_changed_sql(key, period, before, now));
  };
  TRY(const auto then_rows, grouped(duck, key, name, from, in(before)));
  TRY(const auto now_rows, grouped(duck, key, name, from, in(now)));
  std::map<std::string, Mover> by_key;
  for (const auto& row : then_rows) by_key[row.key] = {what, row.key, row.name, row.net, {}};
  for (const auto& row : now_rows) {
    auto& mover = by_key.try_emplace(row.key, Mover{what, row.key, row.name, {}, {}}).first->second;
    mover.now = row.net;
  }
  std::vector<Mover> movers;
  movers.reserve(by_key.size());
  for (auto& [id, mover] : by_key) movers.push_back(std::move(mover));
  const auto change = [](const Mover& mover) {
    const bool cost = mover.before.cost || mover.now.cost;
    return std::abs(cost ? mover.now.cost.value_or(0) - mover.before.cost.value_or(0)
                         : mover.now.units - mover.before.units);
  };
  std::erase_if(movers, [&](const Mover& mover) { return change(mover) == 0; });
  std::stable_sort(movers.begin(), movers.end(), [&](const Mover& a, const Mover& b) { return change(a) > change(b); });
  if (movers.size() > 10) movers.resize(10);
  return movers;
}

Result<void> add_movers(Duck& duck, const std::string& period, LossReport& report) {
  TRY(const auto periods,
      duck.table("SELECT DISTINCT " + period +
                 "::VARCHAR AS p FROM loss_row WHERE part <> 'none' AND day IS NOT NULL ORDER BY p DESC LIMIT 2"));
  if (periods.rows.size() < 2) return {};
  report.last_period = *periods.rows[0][0];
  report.period_before = *periods.rows[1][0];
  for (const auto& [what, key, name, from] :
       {std::tuple{"store", "l.store_id", "s.name",
                   "loss_row l LEFT JOIN (SELECT store_id, name FROM store) s USING (store_id)"},
        std::tuple{"product", "l.sku_id", "p.name", kOfProducts}}) {
    TRY(auto movers, movers_of(duck, what, key, name, from, period, report.period_before, report.last_period));
    report.movers.insert(report.movers.end(), std::make_move_iterator(movers.begin()),
                         std::make_move_iterator(movers.end()));
  }
  return {};
}

}  // namespace

double gini(std::vector<double> values) {
  for (double& value : values) value = std::max(0.0, value);
  std::sort(values.begin(), values.end(), std::greater<>());
  return gini_of_sorted(values);
}

LossAmount less(const LossAmount& amount, const LossAmount& explained) { return plus(amount, explained, -1); }

Result<LossReport> loss_report(Ledger& ledger, size_t products_listed, const std::vector<ConfirmedGoods>* confirmed) {
  TRY_VOID(require_level(ledger.manifest, TruthLevel::identity, "a loss report"));
  auto& duck = ledger.duck;
  TRY_VOID(duck.run("CREATE OR REPLACE TEMP TABLE explained_row (" + explained_columns_sql() + ")"));
  TRY_VOID(duck.run(kLossRowsSql));
  LossReport report{.published = ledger.manifest.unmapped.empty(),
                    .first_day = ledger.manifest.first_day,
                    .last_day = ledger.manifest.last_day};
  if (ledger.manifest.currencies.size() == 1) report.currency = ledger.manifest.currencies.front();
  if (confirmed != nullptr) {
    TRY(report.explained, explain_losses_by(ledger, *confirmed));
  }
  // Rows that add up more than a week belong to no week.
  TRY(const auto by_month, duck.number("SELECT coalesce(datediff('day', min(day), max(day)) >= 60 OR max(days) > 7, "
                                       "false)::INTEGER FROM loss_row WHERE part <> 'none'"));
  report.period = by_month == 1 ? "month" : "week";
  const auto period = fmt::format("date_trunc('{}', day)::DATE", report.period);
  TRY(auto totals, grouped(duck, "''", "''", "loss_row"));
  if (!totals.empty()) report.totals = totals.front();
  if (ledger.manifest.currencies.size() > 1) {
    TRY(report.by_currency, grouped(duck, "coalesce(currency, '')", "''", "loss_row"));
  }
  TRY(report.by_store, grouped(duck, "l.store_id", "s.name",
                               "loss_row l LEFT JOIN (SELECT store_id, name FROM store) s USING (store_id)"));
  TRY(report.by_category, grouped(duck, "coalesce(p.category, '(none)')", "''", kOfProducts));
  TRY(report.by_period, grouped(duck, period, "''", "loss_row"));
  TRY(report.by_class, grouped(duck, "class", "''", "loss_row", "WHERE class IS NOT NULL"));
  for (auto* rows : {&report.by_store, &report.by_category}) sort_by_loss(*rows);
  TRY_VOID(add_products(ledger, products_listed, report));
  report.stores = concentration_of(report.by_store);
  TRY_VOID(add_movers(duck, period, report));
  if (truth_of(ledger.manifest).level >= TruthLevel::roll_forward) {
    TRY(const auto agreement, estimator_agreement(duck));
    report.roll_forward = agreement;
  }
  return report;
}

}  // namespace shrike

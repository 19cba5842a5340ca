#include "ledger/covers.h"

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <vector>

namespace shrike {
namespace {

/// Sheets that state adjustments, the finest first: which keys they have and how long a time a row adds up.
/// cover_sheet(id, source, sheet, has_store, has_sku, has_category, span, lo, hi)
constexpr const char* kSheetsSql = R"(
CREATE OR REPLACE TEMP TABLE cover_rest (source VARCHAR, sheet VARCHAR, "row" BIGINT, reason VARCHAR, class0 VARCHAR,
  qty_left DOUBLE, cost_left DOUBLE, retail_left DOUBLE, from_day DATE);
CREATE OR REPLACE TEMP TABLE cover_sheet AS
SELECT row_number() OVER (ORDER BY has_sku DESC, has_store DESC, has_category DESC, span, sums, n DESC, source,
    sheet) AS id, *
FROM (
  SELECT m.source, m.sheet, bool_or(store <> '(all)') AS has_store, bool_or(sku IS NOT NULL) AS has_sku,
    bool_or(category IS NOT NULL) AS has_category, min(coalesce(period_from, ts::DATE)) AS lo, max(ts::DATE) AS hi,
    regexp_matches(lower(trim(m.sheet)), '^(ytd|year to date|to date|totals?|grand total|summary|company|chain|'
      || 'all( (stores|markets|locations|sites|shops|branches|outlets|regions|departments|customers|accounts))?$|'
      || 'overall|combined|consolidated|roll ?up|q[1-4]( |$)|h[12]( |$)|quarter|full year|annual|year|20[0-9][0-9]$)')
      AS sums,
    max(CASE WHEN ts IS NULL THEN 100000 ELSE coalesce(datediff('day', period_from, ts::DATE), 0) END) AS span,
    count(*) AS n
  FROM s_movement m LEFT JOIN drop_sheet x ON x.source = m.source AND x.sheet = m.sheet
  WHERE kind = 'adjustment' AND x.source IS NULL GROUP BY m.source, m.sheet))";

/// Pairs of which the second may sum up the first.
constexpr const char* kPairsSql = R"(
SELECT b.id, string_agg(a.id::VARCHAR, ',' ORDER BY a.id) FROM cover_sheet a JOIN cover_sheet b ON a.id < b.id
WHERE coalesce(a.lo <= b.hi AND b.lo <= a.hi, true) AND (a.span < b.span OR a.has_sku > b.has_sku
  OR a.has_store > b.has_store OR a.has_category > b.has_category OR (a.source = b.source AND a.sums < b.sums))
GROUP BY b.id ORDER BY b.id)";

/// Every adjustment as effect on stock, with the keys that may be compared. cover_row
constexpr const char* kRowsSql = R"(
CREATE OR REPLACE TEMP TABLE cover_row AS
SELECT c.id, m."row", coalesce(m.reason, '') AS reason, coalesce(m.class, '') AS class0,
  nullif(coalesce(sa.id, m.store), '(all)') AS store, coalesce(pa.id, m.sku) AS sku,
  lower(coalesce(m.category, p.category)) AS category, coalesce(r.class, '') AS class,
  CASE WHEN r.is_usl THEN CASE WHEN f.flip * coalesce(nullif(m.qty, 0), m.cost_value, m.retail_value) > 0 THEN 'gain'
      ELSE 'usl' END WHEN r.class IN ('SPOILAGE', 'DAMAGE', 'MARKDOWN_DISPOSE', 'DONATION', 'INTERNAL_USE')
      THEN 'spoilage' ELSE coalesce(r.class, '') END AS part,
  coalesce(m.period_from, m.ts::DATE) AS lo, m.ts::DATE AS hi, (f.flip * coalesce(m.qty, 0))::DOUBLE AS q,
  (f.flip * coalesce(m.cost_value, m.qty * m.unit_cost))::DOUBLE AS c,
  (f.flip * coalesce(m.retail_value, m.qty * m.unit_retail))::DOUBLE AS r,
  1.0::DOUBLE AS q_left, 1.0::DOUBLE AS c_left, 1.0::DOUBLE AS r_left, NULL::DATE AS from_day
FROM s_movement m JOIN cover_sheet c ON c.source = m.source AND c.sheet = m.sheet
LEFT JOIN store_alias sa ON sa.raw = m.store LEFT JOIN sku_alias pa ON pa.raw = m.sku
LEFT JOIN product p ON p.sku_id = coalesce(pa.id, m.sku)
LEFT JOIN reason_final r ON r.source = m.source AND r.reason IS NOT DISTINCT FROM m.reason
  AND r.class0 IS NOT DISTINCT FROM m.class AND r.direction0 IS NOT DISTINCT FROM m.direction
LEFT JOIN sheet_sign g ON g.source = m.source AND g.sheet = m.sheet AND NOT m.effect
  AND g.known = NOT coalesce(r.is_usl, false)
LEFT JOIN drop_block d ON d.source = m.source AND d.kind = m.kind AND d.store_id = coalesce(sa.id, m.store)
  AND d.day = coalesce(m.ts::DATE, DATE '0001-01-01'),
LATERAL (SELECT CASE WHEN m.effect THEN 1 ELSE flip_of(coalesce(g.mode, 'effect'), coalesce(r.direction, 'signed'),
  coalesce(r.class, 'UNMAPPED')) END AS flip) f
WHERE m.kind = 'adjustment' AND d.source IS NULL AND c.id IN ({ids}))";

/// One block a key and period of sheet {whole}, and what the finer sheets {parts} hold of it. cover_block
constexpr const char* kBlocksSql = R"(
CREATE OR REPLACE TEMP TABLE cover_block AS
WITH s AS (SELECT {keys} AS key, lo, hi, sum(q) AS q, sum(c) AS c, sum(r) AS r FROM cover_row WHERE id = {whole}
    GROUP BY ALL),
w AS (SELECT DISTINCT lo, hi FROM s),
p AS (SELECT {keys} AS key, w.lo, w.hi, sum(q * q_left) AS q, sum(c * c_left) AS c, sum(r * r_left) AS r,
    min(x.lo) AS first_day, max(x.hi) AS last_day
  FROM cover_row x JOIN w ON w.hi IS NULL OR (x.lo >= w.lo AND x.hi <= w.hi) WHERE x.id IN ({parts}) GROUP BY ALL)
SELECT coalesce(s.key, p.key) AS key, coalesce(s.lo, p.lo) AS lo, coalesce(s.hi, p.hi) AS hi, s.q, s.c, s.r, p.q AS pq,
  p.c AS pc, p.r AS pr, s.key IS NOT NULL AS in_whole,
  p.key IS NOT NULL AS in_parts, p.first_day, p.last_day
FROM s FULL JOIN p ON s.key = p.key AND s.lo IS NOT DISTINCT FROM p.lo AND s.hi IS NOT DISTINCT FROM p.hi)";

/// How the two sides agree, by what both tell: units, else cost, else retail. A block that is zero says nothing; what
/// the parts hold in a class that the whole does not have is no contradiction.
constexpr const char* kAgreeSql = R"(
WITH m AS (
  SELECT *, CASE WHEN sum(abs(q)) OVER () > 0 AND sum(abs(coalesce(pq, 0))) OVER () > 0 THEN 'q'
    WHEN sum(abs(c)) OVER () > 0 AND sum(abs(coalesce(pc, 0))) OVER () > 0 THEN 'c' ELSE 'r' END AS measure
  FROM cover_block),
v AS (
  SELECT *, coalesce(CASE measure WHEN 'q' THEN q WHEN 'c' THEN c ELSE r END, 0) AS a,
    coalesce(CASE measure WHEN 'q' THEN pq WHEN 'c' THEN pc ELSE pr END, 0) AS b,
    CASE measure WHEN 'q' THEN 0.0015 ELSE 0.06 END AS slack
  FROM m),
classes AS (SELECT DISTINCT split_part(key, chr(1), 1) AS class FROM v WHERE in_whole)
SELECT count(*) FILTER (abs(a) > slack AND abs(b) > slack), count(*) FILTER (abs(a) > slack AND abs(a - b) <= slack),
  count(*) FILTER (abs(a) > slack AND abs(b) > slack AND a * b > 0 AND abs(b) <= abs(a) + slack),
  count(*) FILTER (abs(a) > slack AND abs(b) <= slack), count(*) FILTER (abs(a) <= slack AND abs(b) > slack),
  sum(abs(a))::DOUBLE, bool_or(in_parts AND in_whole AND (first_day > lo OR last_day < hi OR hi IS NULL))
FROM v WHERE in_whole OR split_part(key, chr(1), 1) IN (SELECT class FROM classes))";

/// What is left of each row of {whole}.
constexpr const char* kRestSql = R"(
UPDATE cover_row SET q_left = n.q_left, c_left = n.c_left, r_left = n.r_left, from_day = n.from_day
FROM (SELECT key, lo, hi, {q} AS q_left, {c} AS c_left, {r} AS r_left,
    CASE WHEN max(last_day) OVER w < hi AND min(first_day) OVER w <= lo + 6
      THEN max(last_day) OVER w + 1 END::DATE AS from_day
  FROM cover_block WHERE in_whole WINDOW w AS (PARTITION BY lo, hi)) n
WHERE id = {whole} AND {keys} = n.key AND cover_row.lo IS NOT DISTINCT FROM n.lo
  AND cover_row.hi IS NOT DISTINCT FROM n.hi)";

constexpr const char* kLeftSql = R"(
INSERT INTO cover_rest SELECT c.source, c.sheet, "row", reason, class0, q_left, c_left, r_left, from_day
FROM cover_row JOIN cover_sheet c USING (id) WHERE q_left < 1 OR c_left < 1 OR r_left < 1)";

struct Agreement {
  int64_t both = 0, equal = 0, within = 0, only_whole = 0, only_parts = 0;
  double size = 0;
  bool time_left = false;  ///< the whole spans days that the parts do not
};

constexpr double kLeastSize = 5;  ///< sums below may be equal by chance

/// The parts are the whole: every block agrees, and enough is in them.
bool is_sum(const Agreement& a) {
  return a.both > 0 && a.equal == a.both && a.only_parts == 0 && a.only_whole == 0 && a.size >= kLeastSize;
}

/// The parts are some of the whole: nowhere more than it, and so often that chance is no reason. Where no store is
/// named a large store's report could hold a small one's: then many blocks must be equal.
bool is_part(const Agreement& a, bool same_stores) {
  if (a.both < 3 || a.within < a.both || a.only_parts > 0) return false;
  if (a.equal * 2 >= a.both) return true;
  if (!a.time_left) return false;
  return same_stores ? a.equal > 0 || a.both >= 8 : a.equal * 4 >= a.both;
}

std::string filled(std::string sql, std::initializer_list<std::pair<const char*, std::string>> values) {
  for (const auto& [name, text] : values) {
    const auto hole = fmt::format("{{{}}}", name);
    for (size_t at = sql.find(hole); at != std::string::npos; at = sql.find(hole, at + text.size()))
      sql.replace(at, hole.size(), text);
  }
  return sql;
}

/// One way to lay the blocks: the class as it is, or parts of the identity, or net; and by which keys.
struct Lay {
  const char* part;
  bool keys, category;
};
constexpr const char* kNet = "CASE WHEN part IN ('usl', 'gain') THEN 'usl' ELSE part END";
constexpr const char* kClass = "CASE WHEN part IN ('usl', 'gain') THEN part ELSE class END";
constexpr std::array<Lay, 9> kLays{{{kClass, true, true},
                                    {"part", true, true},
                                    {kNet, true, true},
                                    {kClass, true, false},
                                    {"part", true, false},
                                    {kNet, true, false},
                                    {kClass, false, false},
                                    {"part", false, false},
                                    {kNet, false, false}}};

class Comparison {
 public:
  Comparison(Duck& duck, std::string whole, std::string parts)
      : duck_(duck), whole_(std::move(whole)), parts_(std::move(parts)) {}

  /// Looks for a sum first, then for a part; with neither nothing changes.
  Result<void> run() {
    TRY(const auto keys,
        duck_.table(
            fmt::format("SELECT bool_and(has_store), bool_and(has_sku), bool_and(has_category OR has_sku), "
                        "(SELECT has_store FROM cover_sheet WHERE id = {0}), (SELECT has_sku FROM cover_sheet WHERE "
                        "id = {0}), (SELECT has_category FROM cover_sheet WHERE id = {0}) "
                        "FROM cover_sheet WHERE id IN ({1})",
                        whole_, parts_)));
    const auto yes = [&](size_t i) { return keys.rows[0][i] == "true"; };
    by_store_ = yes(0) && yes(3);
    by_sku_ = yes(1) && yes(4);
    by_category_ = yes(2) && yes(5) && !by_sku_;
    for (const bool for_sum : {true, false}) {
      for (const auto& lay : kLays) {
        if ((!lay.keys && !for_sum) || (lay.category && lay.keys && !by_category_)) continue;
        TRY(const auto agreement, look(lay));
        if (for_sum ? is_sum(agreement) : is_part(agreement, by_store_)) return settle(lay, for_sum);
      }
    }
    return {};
  }

 private:
  [[nodiscard]] std::string key_of(const Lay& lay) const {
    std::string key = fmt::format("({}) || chr(1)", lay.part);
    if (lay.keys && by_store_) key += " || coalesce(store, '') || chr(1)";
    if (lay.keys && by_sku_) key += " || coalesce(sku, '') || chr(1)";
    if (lay.keys && lay.category) key += " || coalesce(category, '')";
    return key;
  }

  Result<Agreement> look(const Lay& lay) {
    TRY_VOID(duck_.run(filled(kBlocksSql, {{"keys", key_of(lay)}, {"whole", whole_}, {"parts", parts_}})));
    TRY(const auto table, duck_.table(kAgreeSql));
    const auto& row = table.rows[0];
    const auto number = [&](size_t i) { return std::stoll(row[i].value_or("0")); };
    return Agreement{.both = number(0),
                     .equal = number(1),
                     .within = number(2),
                     .only_whole = number(3),
                     .only_parts = number(4),
                     .size = std::stod(row[5].value_or("0")),
                     .time_left = row[6] == "true"};
  }

  Result<void> settle(const Lay& lay, bool all) {
    const auto left = [&](const char* whole, const char* part) -> std::string {
      if (all) return "0.0";
      return fmt::format(
          "CASE WHEN coalesce({0}, 0) <> 0 AND {1} IS NOT NULL THEN greatest(0, least(1, ({0} - {1}) / {0})) "
          "WHEN q <> 0 AND pq IS NOT NULL THEN greatest(0, least(1, (q - pq) / q)) ELSE 1 END",
          whole, part);
    };
    return duck_.run(filled(kRestSql, {{"q", left("q", "pq")},
                                       {"c", left("c", "pc")},
                                       {"r", left("r", "pr")},
                                       {"keys", key_of(lay)},
                                       {"whole", whole_}}));
  }

  Duck& duck_;
  std::string whole_, parts_;
  bool by_store_ = false, by_sku_ = false, by_category_ = false;
};

}  // namespace

Result<Covers> settle_covers(Duck& duck) {
  TRY_VOID(duck.run(kSheetsSql));
  TRY(const auto pairs, duck.table(kPairsSql));
  if (pairs.rows.empty()) return Covers{};
  std::vector<std::string> ids;
  for (const auto& row : pairs.rows) {
    ids.push_back(*row[0]);
    ids.push_back(*row[1]);
  }
  TRY_VOID(duck.run(filled(kRowsSql, {{"ids", fmt::format("{}", fmt::join(ids, ","))}})));
  for (const auto& row : pairs.rows) TRY_VOID(Comparison(duck, *row[0], *row[1]).run());
  TRY_VOID(duck.run(kLeftSql));
  TRY(const auto summed,
      duck.number("SELECT count(*) FROM cover_rest WHERE qty_left = 0 AND cost_left = 0 AND retail_left = 0"));
  TRY(const auto all, duck.number("SELECT count(*) FROM cover_rest"));
  return Covers{.summed_rows = summed, .rest_rows = all - summed};
}

}  // namespace shrike

#pragma once
// The SQL that build.cc runs, in its order. Staged views are s_<table>; what each statement leaves is named in its
// first line. Only DuckDB runs this; the SQL that is meant to be portable is in roll_forward.h.

namespace shrike {

/// Times: what a row says, by its form (cells.h), in a store's zone, as UTC. `clock` is the time of day that a mere
/// date gets. An hour that clocks go through twice (Lord Howe: half an hour) is read as its first pass.
inline constexpr const char* kMacrosSql = R"(
CREATE OR REPLACE TEMP MACRO last_pass(t, tz) AS timezone('UTC', timezone(tz, t));
CREATE OR REPLACE TEMP MACRO as_utc(t, tz) AS CASE WHEN tz = 'UTC' THEN t
  WHEN timezone(tz, timezone('UTC', last_pass(t, tz) - INTERVAL 1 HOUR)) = t THEN last_pass(t, tz) - INTERVAL 1 HOUR
  WHEN timezone(tz, timezone('UTC', last_pass(t, tz) - INTERVAL 30 MINUTE)) = t THEN last_pass(t,
      tz) - INTERVAL 30 MINUTE
  ELSE last_pass(t, tz) END;
CREATE OR REPLACE TEMP MACRO as_local(t, tz) AS CASE WHEN tz = 'UTC' THEN t ELSE timezone(tz, timezone('UTC', t)) END;
CREATE OR REPLACE TEMP MACRO to_utc(t, form, tz, clock) AS CASE form WHEN 1 THEN t WHEN 0 THEN as_utc(t, tz)
    WHEN 2 THEN as_utc(t::DATE + clock, tz) END;
CREATE OR REPLACE TEMP MACRO local_day(t, tz) AS CASE WHEN tz = 'UTC' THEN t::DATE ELSE timezone(tz,
    timezone('UTC', t))::DATE END;
CREATE OR REPLACE TEMP MACRO stated_day(t, form, tz) AS CASE WHEN form = 1 THEN local_day(t, tz) ELSE t::DATE END;
CREATE OR REPLACE TEMP MACRO flip_of(mode, direction, class) AS CASE WHEN mode = 'effect' THEN 1
  WHEN mode = 'gain_negative' THEN CASE WHEN direction = 'gain' THEN -1 ELSE 1 END
  WHEN mode = 'loss_positive' OR direction = 'loss' OR class = 'UNMAPPED' THEN -1 ELSE 1 END;
CREATE OR REPLACE TEMP MACRO is_case(uom) AS upper(uom) IN ('CASE', 'CASES', 'CS', 'CSE', 'CAR', 'KAR', 'CTN');
CREATE OR REPLACE TEMP MACRO count_kind(k) AS CASE
  WHEN lower(k) IN ('full', 'annual', 'complete', 'wall to wall', 'physical') THEN 'full'
  WHEN lower(k) IN ('cycle', 'cyclic', 'rolling', 'partial', 'section', 'sectional') THEN 'cycle'
  WHEN lower(k) IN ('spot', 'spot check', 'spot count', 'random') THEN 'spot'
  WHEN lower(k) IN ('targeted', 'target', 'suspicion', 'recount') THEN 'targeted'
  WHEN lower(k) IN ('opening', 'initial') THEN 'opening' END)";

/// What counts found against the book that they state, as adjustments: of stores of which no export posts a count's
/// differences or any other unknown loss. counted_difference
inline constexpr const char* kCountedDifferenceSql = R"(
CREATE OR REPLACE TEMP TABLE counted_difference AS
WITH posted AS (SELECT DISTINCT store FROM staged_movement
  WHERE kind = 'adjustment' AND class IN ('COUNT_VAR', 'LOST', 'UNKNOWN', 'CORRECTION', 'GAIN', 'UNMAPPED')),
h AS (SELECT count_id, min(store) AS store, bool_or(lower(kind) = 'opening') AS opening,
    first({'t': coalesce(ts_end, ts_start), 'f': CASE WHEN ts_end IS NULL THEN ts_start_form ELSE ts_end_form END}
      ORDER BY source, "row") FILTER (coalesce(ts_end, ts_start) IS NOT NULL) AS e
  FROM s_count_header GROUP BY count_id),
l AS (
  SELECT coalesce(l.store, h.store) AS store, l.store_name, l.sku, l.sku_name, l.category, l.count_id, l.zone,
    coalesce(l.ts, h.e.t) AS ts, CASE WHEN l.ts IS NULL THEN h.e.f ELSE l.ts_form END AS ts_form, l.qty,
    l.book_at_snapshot AS book, l.uom, l.unit_cost, l.unit_retail, l.cost_value, l.retail_value, l.currency, l.source,
    l.sheet, l."row"
  FROM s_count_line l LEFT JOIN h USING (count_id)
  WHERE l.qty IS NOT NULL AND coalesce(lower(l.kind), '') <> 'opening'
    AND NOT coalesce(h.opening, false)
  QUALIFY l.zone IS NULL OR row_number() OVER (PARTITION BY l.store, l.count_id, l.ts, l.sku, l.zone
    ORDER BY l."row" DESC) = 1),
-- Zones that state the same book, or of which one states it, state that of the whole store; else each its own.
d AS (
  SELECT store, sku, count_id, ts, ts_form, min(store_name) AS store_name, min(sku_name) AS sku_name,
    min(category) AS category, min(uom) AS uom, min(unit_cost) AS unit_cost, min(unit_retail) AS unit_retail,
    sum(qty) - CASE WHEN count(DISTINCT book) = 1 THEN min(book) ELSE sum(book) END AS qty,
    sum(cost_value) AS cost_value, sum(retail_value) AS retail_value, min(currency) AS currency,
    first(source ORDER BY source, "row") AS source, first(sheet ORDER BY source, "row") AS sheet, min("row") AS "row"
  FROM l WHERE store IS NOT NULL AND store NOT IN (SELECT store FROM posted WHERE store IS NOT NULL) GROUP BY ALL
  HAVING count(book) > 0)
SELECT 'adjustment' AS kind, 'COUNT_VAR' AS class, 'signed' AS direction, 'count difference' AS reason, true AS effect,
  store, store_name, sku, sku_name, category, ts, ts_form, CAST(qty AS DECIMAL(18,3)) AS qty, uom,
  CAST(unit_cost AS DECIMAL(18,4)) AS unit_cost, CAST(unit_retail AS DECIMAL(18,4)) AS unit_retail,
  CAST(sign(qty) * abs(cost_value) AS DECIMAL(18,4)) AS cost_value,
  CAST(sign(qty) * abs(retail_value) AS DECIMAL(18,4)) AS retail_value, currency, count_id, source, sheet, "row"
FROM d WHERE qty <> 0)";

/// {table}(raw, id): names that stand for exactly one id, so that a file with names only joins one with codes. {pairs}
/// is a query of (id, name).
inline constexpr const char* kAliasSql = R"(
CREATE OR REPLACE TEMP TABLE {table} AS
WITH pairs AS ({pairs})
SELECT name AS raw, min(id) AS id FROM pairs
WHERE id <> name AND name NOT IN (SELECT id FROM pairs WHERE id <> name)
GROUP BY name HAVING count(DISTINCT id) = 1)";

inline constexpr const char* kStorePairsSql =
    "SELECT store AS id, store_name AS name FROM s_movement WHERE store_name IS NOT NULL "
    "UNION SELECT store, store_name FROM s_count_line WHERE store_name IS NOT NULL "
    "UNION SELECT store, store_name FROM s_book_stock WHERE store_name IS NOT NULL "
    "UNION SELECT store, name FROM s_store WHERE name IS NOT NULL";

/// Names, and bar codes of products that go by a code of their own.
inline constexpr const char* kSkuPairsSql =
    "SELECT sku AS id, sku_name AS name FROM s_movement WHERE sku_name IS NOT NULL "
    "UNION SELECT sku, sku_name FROM s_count_line WHERE sku_name IS NOT NULL "
    "UNION SELECT sku, sku_name FROM s_book_stock WHERE sku_name IS NOT NULL "
    "UNION SELECT sku, sku_name FROM s_transfer WHERE sku_name IS NOT NULL "
    "UNION SELECT sku, name FROM s_product WHERE name IS NOT NULL "
    "UNION SELECT sku, gtin FROM s_product WHERE gtin IS NOT NULL "
    "UNION SELECT sku, lpad(gtin, 14, '0') FROM s_product WHERE gtin IS NOT NULL AND length(gtin) < 14";

/// Dimensions: of several rows for one key, each column is the first that is not empty, in the order of source and row.
inline constexpr const char* kStoreSql = R"(
CREATE OR REPLACE TEMP TABLE store AS
WITH named AS (
  SELECT coalesce(a.id, s.store) AS store_id, s.* FROM s_store s LEFT JOIN store_alias a ON a.raw = s.store),
seen AS (
  SELECT DISTINCT coalesce(a.id, x.store) AS store_id FROM (
    SELECT store FROM s_movement UNION SELECT other_store FROM s_movement UNION SELECT store FROM s_count_line
    UNION SELECT store FROM s_count_header UNION SELECT store FROM s_book_stock
    UNION SELECT from_store FROM s_transfer UNION SELECT to_store FROM s_transfer) x
  LEFT JOIN store_alias a ON a.raw = x.store WHERE x.store IS NOT NULL),
names AS (SELECT id, min(raw) AS name FROM store_alias GROUP BY id)
SELECT store_id,
  coalesce(first(n.name ORDER BY n.source, n.row) FILTER (n.name IS NOT NULL), any_value(names.name)) AS name,
  {firsts}
FROM (SELECT store_id FROM seen UNION SELECT store_id FROM named) LEFT JOIN named n USING (store_id)
    LEFT JOIN names ON names.id = store_id
GROUP BY store_id ORDER BY store_id)";

/// Only products of a product table are sorted by row: a first() of millions that are named by their movements alone
/// would hold as many lists in memory.
inline constexpr const char* kProductSql = R"(
CREATE OR REPLACE TEMP TABLE product AS
WITH named AS (
  SELECT coalesce(a.id, s.sku) AS sku_id, s.* FROM s_product s LEFT JOIN sku_alias a ON a.raw = s.sku),
facts AS (
  SELECT sku, min(sku_name) AS name, min(gtin) AS gtin, min(category) AS category FROM (
    SELECT coalesce(sku, '(all) ' || category) AS sku, sku_name, gtin, category FROM s_movement
    UNION ALL SELECT sku, sku_name, NULL, category
        FROM s_count_line
    UNION ALL SELECT sku, sku_name, NULL, category FROM s_book_stock UNION ALL SELECT sku, sku_name, NULL, NULL
        FROM s_transfer)
  WHERE sku IS NOT NULL GROUP BY sku),
seen AS (
  SELECT coalesce(a.id, f.sku) AS sku_id, min(f.name) AS name, min(f.gtin) AS gtin, min(f.category) AS category
  FROM facts f LEFT JOIN sku_alias a ON a.raw = f.sku GROUP BY 1),
told AS (
  SELECT sku_id, {firsts} FROM named n GROUP BY sku_id)
SELECT sku_id, coalesce(t.gtin, seen.gtin) AS gtin, coalesce(t.name, seen.name) AS name,
  coalesce(t.category, seen.category) AS category, t.* EXCLUDE (sku_id, gtin, name, category)
FROM seen FULL JOIN told t USING (sku_id) ORDER BY sku_id)";

/// What one unit of a stated unit of measure is in base units; absent: 1.
inline constexpr const char* kUomSql = R"(
CREATE OR REPLACE TEMP TABLE uom AS
SELECT coalesce(a.id, u.sku) AS sku_id, upper(u.uom) AS uom, min(u.factor) AS factor
FROM s_uom u LEFT JOIN sku_alias a ON a.raw = u.sku GROUP BY 1, 2
UNION ALL
SELECT p.sku_id, c.uom, p.pack_qty FROM product p,
  (SELECT unnest(['CASE','CS','CSE','CAR','KAR','CT','CTN','BOX','BX','PACK','PK','CR']) AS uom) c
WHERE p.pack_qty > 0 AND coalesce(upper(p.base_uom), '') <> c.uom
  AND NOT EXISTS (SELECT 1 FROM s_uom u LEFT JOIN sku_alias a ON a.raw = u.sku WHERE coalesce(a.id,
      u.sku) = p.sku_id AND upper(u.uom) = c.uom))";

/// How the sign of a sheet's adjustments is meant: decided by what most of its loss words and gain words carry. Where
/// all known losses are positive and all unknown ones negative, both are losses: a log beside what counts found.
inline constexpr const char* kSignSql = R"(
CREATE OR REPLACE TEMP TABLE sheet_sign AS
WITH signs AS (
  SELECT m.source, m.sheet, NOT r.is_usl AS known, r.direction,
    sign(coalesce(nullif(m.qty, 0), m.cost_value, m.retail_value)) AS s
  FROM s_movement m JOIN reason_final r
    ON r.source = m.source AND r.reason IS NOT DISTINCT FROM m.reason AND r.class0 IS NOT DISTINCT FROM m.class
   AND r.direction0 IS NOT DISTINCT FROM m.direction
  WHERE m.kind = 'adjustment' AND NOT m.effect),
tally AS (
  SELECT source, sheet,
    count(*) FILTER (direction = 'loss' AND s > 0) AS loss_pos, count(*) FILTER (direction = 'loss' AND s < 0)
        AS loss_neg,
    count(*) FILTER (direction = 'gain' AND s > 0) AS gain_pos, count(*) FILTER (direction = 'gain' AND s < 0)
        AS gain_neg
  FROM signs GROUP BY source, sheet),
apart AS (
  SELECT source, sheet, known, count(*) FILTER (direction = 'loss' AND s > 0) AS pos,
    count(*) FILTER (direction = 'loss' AND s < 0) AS neg
  FROM signs GROUP BY source, sheet, known),
against AS (
  SELECT source, sheet FROM apart GROUP BY source, sheet
  HAVING sum(pos) FILTER (known) >= 3 AND sum(neg) FILTER (known) = 0 AND sum(neg) FILTER (NOT known) >= 3
    AND sum(pos) FILTER (NOT known) = 0)
SELECT tally.source, tally.sheet, known, CASE
    WHEN against.source IS NOT NULL THEN CASE WHEN known THEN 'magnitude' ELSE 'effect' END
    WHEN loss_pos > loss_neg THEN CASE WHEN gain_neg > gain_pos THEN 'loss_positive' ELSE 'magnitude' END
    WHEN loss_pos + loss_neg = 0 AND gain_neg > gain_pos THEN 'loss_positive'
    WHEN gain_neg > gain_pos THEN 'gain_negative'
    ELSE 'effect' END AS mode
FROM tally CROSS JOIN (SELECT unnest([true, false]) AS known) LEFT JOIN against USING (source, sheet))";

/// A condition on one side of a join stands in its key (CASE): beside it, DuckDB would compare every row with every
/// other. Every movement on its way: transfers opened into their two ends, names unified, quantities in base units and
/// as effect on stock, times still as the row says them.
inline constexpr const char* kScatterSql = R"(
WITH m AS (
  SELECT kind, store, other_store, sku, category, ts, ts_form, ts_posted, ts_posted_form, period_from, qty, effect, uom,
      reason, class, direction, net_value,
    list_price, unit_cost, unit_retail, cost_value, retail_value, currency, doc, line, count_id, vendor,
        qty_expected, case_pack, resaleable,
    source, sheet, "row" FROM s_movement
  UNION ALL BY NAME
  SELECT 'transfer_out' AS kind, from_store AS store, to_store AS other_store, sku, ts_ship AS ts, ts_ship_form
      AS ts_form, -qty_ship AS qty, true AS effect,
    uom, doc, line, source, sheet, "row" FROM s_transfer
  UNION ALL BY NAME
  SELECT 'transfer_in' AS kind, to_store AS store, from_store AS other_store, sku, ts_recv AS ts, ts_recv_form
      AS ts_form, coalesce(qty_recv, qty_ship) AS qty,
    true AS effect, qty_ship AS qty_expected, uom, doc, line, source, sheet, "row" FROM s_transfer
        WHERE ts_recv IS NOT NULL),
j AS (
  SELECT m.* EXCLUDE (class, direction), m.class AS class0, coalesce(sa.id, m.store) AS store_id,
    coalesce(oa.id, m.other_store)
      AS other_id, coalesce(pa.id, m.sku, '(all) ' || m.category, '(all)') AS sku_id,
    r.class, coalesce(r.direction, 'signed') AS direction, coalesce(r.in_book, true) AS in_book,
        coalesce(r.is_usl, false) AS is_usl,
    coalesce(g.mode, 'effect') AS mode
  FROM m
  LEFT JOIN store_alias sa ON sa.raw = m.store LEFT JOIN store_alias oa ON oa.raw = m.other_store
      LEFT JOIN sku_alias pa ON pa.raw = m.sku
  LEFT JOIN reason_final r ON r.source = CASE WHEN m.kind = 'adjustment' THEN m.source END
    AND r.reason IS NOT DISTINCT FROM m.reason
    AND r.class0 IS NOT DISTINCT FROM m.class AND r.direction0 IS NOT DISTINCT FROM m.direction
  LEFT JOIN sheet_sign g ON g.source = CASE WHEN m.kind = 'adjustment' AND NOT m.effect THEN m.source END
    AND g.sheet = m.sheet AND g.known = NOT coalesce(r.is_usl, false)),
k AS (
  SELECT j.*, s.tz, s.currency AS store_currency, b.bucket,
    CAST(CASE WHEN j.effect THEN 1 ELSE flip_of(j.mode, j.direction, j.class) END AS TINYINT) AS flip,
    coalesce(u.factor, CASE WHEN is_case(j.uom) AND j.case_pack > 1 THEN j.case_pack END, 1) AS factor
  FROM j JOIN store s USING (store_id) JOIN store_bucket b USING (store_id)
  LEFT JOIN uom u ON u.sku_id = j.sku_id AND u.uom = upper(j.uom))
SELECT k.bucket, k.store_id, sku_id, CASE WHEN ts_form = 2 THEN c.noon ELSE to_utc(ts, ts_form, k.tz,
    TIME '12:00') END AS ts0,
  to_utc(ts_posted, ts_posted_form, k.tz, TIME '12:00') AS ts_posted0, stated_day(ts, ts_form, k.tz) AS day,
  CAST(CASE WHEN period_from IS NULL THEN 1 ELSE greatest(1, datediff('day', {period_from}, ts::DATE) + 1) END
      AS INTEGER) AS days,
  coalesce(ts_form = 2, false) AS day_only, k.kind, class,
  CASE WHEN {qty_left} <> 1 THEN CAST(coalesce(qty, 0) * flip * factor * {qty_left} AS DECIMAL(18,3))
    WHEN factor <> 1 THEN CAST(coalesce(qty, 0) * flip * factor AS DECIMAL(18,3))
    WHEN flip < 0 THEN -coalesce(qty, 0)
    ELSE coalesce(qty, 0) END::DECIMAL(18,3) AS qty,
  k.kind <> 'adjustment' OR in_book AS in_book, is_usl, resaleable,
  CASE WHEN flip < 0 THEN -cost_value{cost_left} ELSE cost_value{cost_left} END::DECIMAL(18,4) AS cost_value,
  CASE WHEN flip < 0 THEN -retail_value{retail_left} ELSE retail_value{retail_left} END::DECIMAL(18,4) AS retail_value,
  net_value,
  CAST(unit_cost / factor AS DECIMAL(18,4)) AS unit_cost, CAST(coalesce(unit_retail, list_price) / factor
      AS DECIMAL(18,4)) AS unit_retail,
  coalesce(k.currency, store_currency) AS currency, reason, doc, line, count_id, vendor,
  CASE WHEN factor = 1 THEN qty_expected ELSE CAST(qty_expected * factor AS DECIMAL(18,3)) END::DECIMAL(18,3)
      AS qty_expected, case_pack, other_id AS other_store, src.idx
      AS source, nullif(k.sheet, '') AS sheet, "row"
FROM k JOIN src ON src.id = k.source
LEFT JOIN calendar c ON c.tz = k.tz AND c.day = CASE WHEN k.ts_form = 2 THEN k.ts::DATE END
LEFT JOIN drop_block d ON d.source = k.source AND d.kind = k.kind AND d.store_id = k.store_id
  AND d.day = coalesce(k.ts::DATE, DATE '0001-01-01')
LEFT JOIN drop_sheet x ON x.source = k.source AND x.sheet = k.sheet
{cover_join}
WHERE d.source IS NULL AND x.source IS NULL {cover_where})";

/// One bucket in its final form. {from}: the scattered rows. A document's line counts once; an adjustment that a count
/// posted lies at that count.
inline constexpr const char* kMovementSql = R"(
WITH raw AS (SELECT * FROM {from}),
once AS (
  SELECT * FROM raw WHERE doc IS NULL OR line IS NULL
  UNION ALL
  SELECT * FROM raw WHERE doc IS NOT NULL AND line IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY kind, store_id, sku_id, doc, line ORDER BY coalesce(ts_posted0,
      ts0) DESC, source, sheet, "row") = 1),
posted AS (
  SELECT o.*, c.ts AS count_ts, c.day AS count_day FROM once o
  LEFT JOIN count_ref c ON c.count_id = CASE WHEN o.is_usl THEN o.count_id END
    AND o.store_id = c.store_id AND o.sku_id = c.sku_id),
priced AS (
  SELECT p.*, coalesce(p.unit_cost, {own_cost}chain.unit_cost, product.unit_cost) AS cost_each,
    coalesce(p.unit_retail, {own_retail}chain.unit_retail, product.unit_retail) AS retail_each
  FROM posted p
  ASOF LEFT JOIN price_chain chain ON chain.sku_id = p.sku_id AND p.day >= chain.from_day
  {own_join}
  LEFT JOIN product ON product.sku_id = p.sku_id)
SELECT store_id, sku_id, coalesce(count_ts, ts0) AS ts, CASE
    WHEN count_ts IS NOT NULL THEN coalesce(ts_posted0, ts0) ELSE ts_posted0 END AS ts_posted,
  coalesce(count_day, day) AS day, days, day_only, CAST(CASE WHEN kind IN ('receipt', 'transfer_in',
      'return') THEN 0 ELSE 1 END AS TINYINT) AS ord,
  kind, class, CASE WHEN kind = 'return' AND resaleable = false THEN 0 ELSE qty END::DECIMAL(18,3) AS qty,
  CASE WHEN NOT in_book OR (kind = 'return' AND resaleable = false) THEN 0 ELSE qty END::DECIMAL(18,3) AS book,
  CASE WHEN is_usl THEN -qty ELSE 0 END::DECIMAL(18,3) AS usl,
  CASE WHEN kind IN ('sale', 'return') THEN -qty ELSE 0 END::DECIMAL(18,3) AS sold,
  CAST(CASE WHEN cost_value IS NULL THEN qty * cost_each WHEN qty <> 0 THEN sign(qty) * abs(cost_value)
      ELSE cost_value END AS DECIMAL(18,4)) AS cost,
  CAST(CASE WHEN retail_value IS NULL THEN qty * retail_each WHEN qty <> 0 THEN sign(qty) * abs(retail_value)
      ELSE retail_value END AS DECIMAL(18,4)) AS retail,
  CAST(CASE WHEN kind IN ('sale', 'return') THEN net_value END AS DECIMAL(18,4)) AS net_value,
  currency, reason, doc, line, count_id, vendor, qty_expected, case_pack, other_store,
      coalesce(class <> 'UNMAPPED', true) AS mapped,
  source, sheet, "row"
FROM priced ORDER BY store_id, sku_id, ts, ord, source, sheet, "row")";

/// Counted lines with their header's times and scope; in UTC.
inline constexpr const char* kCountLineSql = R"(
CREATE OR REPLACE TEMP TABLE count_line AS
WITH h AS (
  SELECT count_id, first(kind ORDER BY source, "row") FILTER (kind IS NOT NULL) AS kind, first(scope
      ORDER BY source, "row") FILTER (scope IS NOT NULL) AS scope,
    min(coalesce(a.id, store)) AS store_id, bool_or(blind) AS blind,
    first({'t': ts_start, 'f': ts_start_form} ORDER BY source, "row") FILTER (ts_start IS NOT NULL) AS s,
    first({'t': ts_end, 'f': ts_end_form} ORDER BY source, "row") FILTER (ts_end IS NOT NULL) AS e
  FROM s_count_header LEFT JOIN store_alias a ON a.raw = store GROUP BY count_id),
l AS (
  SELECT l.*, coalesce(sa.id, l.store, h.store_id) AS store_id, coalesce(pa.id, l.sku) AS sku_id, h.kind
      AS header_kind, h.scope, h.blind, h.s, h.e
  FROM s_count_line l LEFT JOIN h USING (count_id) LEFT JOIN store_alias sa ON sa.raw = l.store
      LEFT JOIN sku_alias pa ON pa.raw = l.sku),
t AS (
  SELECT l.*, s_.tz, CASE
      WHEN l.ts_form <> 2 THEN to_utc(l.ts, l.ts_form, s_.tz, TIME '23:59:59.999999')
      WHEN e.f <> 2 THEN to_utc(e.t, e.f, s_.tz, TIME '23:59:59.999999')
      WHEN s.f <> 2 THEN to_utc(s.t, s.f, s_.tz, TIME '23:59:59.999999')
      ELSE as_utc(coalesce(l.ts, e.t, s.t)::DATE + TIME '23:59:59.999999', s_.tz) END AS at_utc,
    CASE WHEN l.ts_form <> 2 THEN to_utc(l.ts, l.ts_form, s_.tz, TIME '23:59:59.999999')
        WHEN s.f <> 2 THEN to_utc(s.t, s.f, s_.tz, TIME '23:59:59.999999') END AS from_at,
    coalesce(l.ts_form <> 2, false) OR coalesce(e.f <> 2, false) OR coalesce(s.f <> 2, false) AS timed,
    coalesce(u.factor, 1) AS factor
  FROM l JOIN store s_ ON s_.store_id = l.store_id LEFT JOIN uom u ON u.sku_id = l.sku_id AND u.uom = upper(l.uom)),
named AS (
  SELECT store_id, sku_id, at_utc AS ts, local_day(at_utc, t.tz) AS day, coalesce(count_id,
      store_id || '@' || strftime(at_utc, '%Y%m%dT%H%M%S')) AS count_id, zone,
    coalesce(count_kind(coalesce(kind, header_kind)), 'unknown') AS kind, CAST(qty * factor AS DECIMAL(18,3))
        AS qty, CAST(book_at_snapshot * factor AS DECIMAL(18,3)) AS book_at_snapshot,
    least(from_at, at_utc) AS ts_start, at_utc AS ts_end, timed, scope IS NOT NULL
        OR coalesce(count_kind(coalesce(kind, header_kind)) = 'full', false) AS scope_known, blind,
    src.idx AS source, nullif(t.sheet, '') AS sheet, t."row"
  FROM t JOIN src ON src.id = t.source WHERE at_utc IS NOT NULL),
-- An export that lists a count once more adds nothing: its first source speaks.
one_source AS (SELECT * FROM named QUALIFY source = min(source) OVER (PARTITION BY store_id, count_id, sku_id))
SELECT * FROM one_source
-- The same zone scanned again is a recount: the last one counts. Without zones, lines of one count add up.
QUALIFY zone IS NULL OR row_number() OVER (PARTITION BY store_id, count_id, sku_id, zone ORDER BY ts DESC,
    "row" DESC) = 1)";

/// What each count covered: by its header, else everything where it was a full one.
inline constexpr const char* kCountScopeSql = R"(
CREATE OR REPLACE TEMP TABLE count_scope AS
WITH h AS (SELECT count_id, first(scope ORDER BY source, "row") FILTER (scope IS NOT NULL) AS scope
    FROM s_count_header GROUP BY count_id)
SELECT store_id, count_id, coalesce(any_value(h.scope), CASE WHEN min(kind) = 'full' THEN 'all' END) AS scope,
    max(ts) AS ts, max(day) AS day, min(kind) AS kind,
  min(ts_start) AS ts_start, max(ts_end) AS ts_end, bool_or(blind) AS blind, bool_and(timed) AS timed,
      min(source) AS source, count(*) AS lines
FROM count_line LEFT JOIN h USING (count_id) GROUP BY store_id, count_id)";

/// One figure a store, product and count, zones added up.
inline constexpr const char* kCountSql = R"(
CREATE OR REPLACE TEMP TABLE counted AS
SELECT store_id, sku_id, max(ts) AS ts, max(day) AS day, count_id, min(kind) AS kind, CAST(sum(qty)
    AS DECIMAL(18,3)) AS qty,
  CAST(count(DISTINCT zone) AS INTEGER) AS zones, max(book_at_snapshot) AS book_at_snapshot,
      coalesce(min(ts_start), max(ts)) AS ts_start, max(ts_end) AS ts_end,
  false AS implied, bool_and(scope_known) AS scope_known, bool_or(blind) AS blind, bool_and(timed) AS timed,
      min(source) AS source,
  first(sheet ORDER BY source, "row") AS sheet, min("row") AS "row"
FROM count_line GROUP BY store_id, sku_id, count_id)";

/// Products in a count's scope that it does not list were not there: 0, for products that the store had handled before.
inline constexpr const char* kImpliedSql = R"(
INSERT INTO counted
WITH handled AS (
  SELECT store_id, sku_id, min(ts) AS first_ts FROM (
    SELECT store_id, sku_id, ts0 AS ts FROM scattered UNION ALL SELECT store_id, sku_id, ts FROM counted)
        WHERE ts IS NOT NULL GROUP BY ALL),
wanted AS (
  SELECT c.store_id, c.count_id, h.sku_id FROM count_scope c JOIN handled h ON h.store_id = c.store_id
      WHERE c.scope = 'all'
  UNION
  SELECT c.store_id, c.count_id, h.sku_id
  FROM (SELECT store_id, count_id, unnest(string_split(scope[10:], '|')) AS category FROM count_scope
      WHERE scope LIKE 'category:%') c
  JOIN product p ON p.category = c.category OR starts_with(p.category, c.category || '/') JOIN handled h
      ON h.store_id = c.store_id AND h.sku_id = p.sku_id
  UNION
  SELECT store_id, count_id, unnest(string_split(scope[5:], '|')) FROM count_scope WHERE scope LIKE 'sku:%')
SELECT c.store_id, w.sku_id, c.ts, c.day, c.count_id, c.kind, 0, 0, NULL, coalesce(c.ts_start, c.ts), c.ts_end,
    true, true, c.blind, c.timed, c.source, NULL, NULL
FROM wanted w JOIN count_scope c USING (store_id, count_id)
JOIN handled h ON h.store_id = w.store_id AND h.sku_id = w.sku_id AND h.first_ts <= c.ts
ANTI JOIN counted x ON x.store_id = w.store_id AND x.count_id = w.count_id AND x.sku_id = w.sku_id)";

/// Which exports overlap: blocks of one kind, store and day that two files both hold, without document lines to tell
/// the rows apart. {overlap}: the kinds and stores that may.
inline constexpr const char* kBlockSql = R"(
CREATE OR REPLACE TEMP TABLE block AS
SELECT m.source, m.kind, coalesce(sa.id, m.store) AS store_id, coalesce(m.ts::DATE, DATE '0001-01-01') AS day,
    count(*) AS n,
  sum(hash(coalesce(pa.id, m.sku), m.qty, lower(m.reason))::HUGEINT) AS h
FROM s_movement m LEFT JOIN store_alias sa ON sa.raw = m.store LEFT JOIN sku_alias pa ON pa.raw = m.sku
WHERE (m.doc IS NULL OR m.line IS NULL) AND (m.kind, coalesce(sa.id, m.store)) IN (SELECT (kind, store_id) FROM overlap)
GROUP BY ALL)";

inline constexpr const char* kOverlapSql = R"(
CREATE OR REPLACE TEMP TABLE overlap AS
WITH span AS (
  SELECT m.source, m.kind, coalesce(sa.id, m.store) AS store_id, min(coalesce(m.ts::DATE, DATE '0001-01-01'))
      AS lo, max(coalesce(m.ts::DATE, DATE '0001-01-01')) AS hi
  FROM s_movement m LEFT JOIN store_alias sa ON sa.raw = m.store WHERE m.doc IS NULL OR m.line IS NULL GROUP BY ALL)
SELECT DISTINCT a.kind, a.store_id FROM span a JOIN span b ON a.kind = b.kind AND a.store_id = b.store_id
    AND a.source < b.source AND a.lo <= b.hi AND b.lo <= a.hi)";

/// Two files are exports of the same thing where at least half of the blocks that both hold are equal. Then the fuller
/// block of each day counts (a later export has late postings besides), and the others are dropped.
inline constexpr const char* kDropBlockSql = R"(
CREATE OR REPLACE TEMP TABLE drop_block AS
WITH pair AS (
  SELECT a.source AS one, b.source AS other, a.kind FROM block a JOIN block b USING (kind, store_id, day)
      WHERE a.source < b.source
  GROUP BY ALL HAVING count(*) FILTER (a.n = b.n AND a.h = b.h) * 2 >= count(*)),
rival AS (SELECT one AS source, other, kind FROM pair UNION ALL SELECT other, one, kind FROM pair)
SELECT DISTINCT a.source, a.kind, a.store_id, a.day, a.n FROM block a JOIN rival r USING (source, kind)
    JOIN block b ON b.source = r.other AND b.kind = a.kind
  AND b.store_id = a.store_id AND b.day = a.day
WHERE b.n > a.n OR (b.n = a.n AND b.source < a.source))";

/// Sheets of a workbook that are plain copies of another one. drop_sheet(source, sheet, rows)
inline constexpr const char* kCopiesSql = R"(
CREATE OR REPLACE TEMP TABLE drop_sheet AS
WITH s AS (
  SELECT source, sheet, sum(abs(coalesce(qty, 0)) + abs(coalesce(cost_value, 0))) AS size, count(*) AS n,
    sum(hash(store, sku, ts, reason, qty, cost_value)::HUGEINT) AS h
  FROM s_movement WHERE kind = 'adjustment' GROUP BY ALL)
SELECT DISTINCT b.source, b.sheet, b.n AS "rows" FROM s a JOIN s b ON a.source = b.source AND a.sheet < b.sheet
WHERE a.size >= 5 AND a.h = b.h AND a.n = b.n)";

}  // namespace shrike

#include "ledger/build.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <set>

#include "ledger/build_sql.h"
#include "ledger/covers.h"
#include "ledger/mapping.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kRowsPerBucket = 4'000'000;
constexpr int kBucketsLeast = 8;
constexpr int kBucketsMost = 4096;

/// `sql` with each {name} replaced; other braces stay (SQL has structs).
std::string with(std::string sql, std::initializer_list<std::pair<std::string_view, std::string>> values) {
  for (const auto& [name, text] : values) {
    const auto hole = fmt::format("{{{}}}", name);
    for (size_t at = sql.find(hole); at != std::string::npos; at = sql.find(hole, at + text.size()))
      sql.replace(at, hole.size(), text);
  }
  return sql;
}

std::string firsts(std::initializer_list<std::string_view> columns) {
  std::vector<std::string> parts;
  for (const auto column : columns) {
    parts.push_back(fmt::format("first(n.{0} ORDER BY n.source, n.row) FILTER (n.{0} IS NOT NULL) AS {0}", column));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

class Builder {
 public:
  Builder(fs::path dir, LedgerManifest& manifest, const std::function<void(double)>& progress, Duck duck)
      : dir_(std::move(dir)),
        work_(dir_ / ".build"),
        manifest_(manifest),
        progress_(progress),
        duck_(std::move(duck)) {}

  Result<void> run() {
    std::error_code error;
    fs::remove_all(work_, error);
    fs::create_directories(work_, error);
    if (error) return fail(fmt::format("cannot make {}: {}", work_.string(), error.message()));
    manifest_.tables.clear();
    manifest_.facts.clear();
    manifest_.warnings.clear();
    manifest_.unmapped.clear();
    TRY_VOID(duck_.run(kMacrosSql));
    TRY_VOID(step("opening what was read", open_staged()));
    TRY_VOID(step("stores and products", dimensions()));
    TRY_VOID(step("reasons", reasons()));
    TRY_VOID(step("exports that overlap", overlaps()));
    TRY_VOID(step("summaries", summaries()));
    progress_(0.15);
    TRY_VOID(step("sorting movements by store", scatter()));
    progress_(0.5);
    TRY_VOID(step("counts", counts()));
    progress_(0.6);
    TRY_VOID(step("movements", write_movements()));
    TRY_VOID(step("counts", write_counts()));
    TRY_VOID(step("tables", write_dimensions()));
    TRY_VOID(step("rejects", write_rejects()));
    TRY_VOID(step("the manifest", describe()));
    progress_(0.98);
    return put_in_place();
  }

 private:
  [[nodiscard]] std::string parquet(const fs::path& path) const {
    return "read_parquet(" + sql_text(path.string()) + ")";
  }

  /// A failure says at what it happened and, where memory was short, what helps.
  static Result<void> step(const char* name, Result<void> done) {
    if (done) return done;
    const bool memory = done.error().message.starts_with("Out of Memory");
    return fail(fmt::format("{} ({}{})", done.error().message, name,
                            memory ? ": give it more with --memory-mb, or fewer --threads" : ""));
  }

  Result<void> open_staged() {
    TRY_VOID(duck_.run("CREATE TEMP TABLE src (idx INTEGER, id VARCHAR, system VARCHAR, tz VARCHAR)"));
    for (size_t i = 0; i < manifest_.sources.size(); ++i) {
      const auto& source = manifest_.sources[i];
      const auto system = source.sheets.empty() ? "" : source.sheets.front().system;
      const auto tz = source.sheets.empty() ? "" : source.sheets.front().time_zone;
      TRY_VOID(duck_.run(fmt::format("INSERT INTO src VALUES ({}, {}, {}, nullif({}, ''))", i, sql_text(source.id),
                                     sql_text(system), sql_text(tz))));
    }
    std::set<std::string> there;
    for (const auto& entry : fs::recursive_directory_iterator(dir_ / "source")) {
      const auto name = entry.path().filename().string();
      if (entry.path().extension() == ".parquet") there.insert(name.substr(0, name.find('.')));
    }
    const auto view = [&](const std::string& table, const std::string& columns, const std::string& as) {
      if (!there.contains(table))
        return duck_.run(fmt::format("CREATE TEMP TABLE {} ({}, source VARCHAR)", as, columns));
      const auto files = (dir_ / "source" / "*" / (table + ".*.parquet")).string();
      return duck_.run(fmt::format("CREATE TEMP VIEW {} AS SELECT * FROM read_parquet({}, union_by_name = true)", as,
                                   sql_text(files)));
    };
    for (const auto& table : stage_tables()) {
      const std::string name(table.name);
      TRY_VOID(view(name, stage_columns_sql(table), (name == "movement" ? "staged_" : "s_") + name));
    }
    TRY_VOID(duck_.run(kCountedDifferenceSql));
    TRY_VOID(
        duck_.run("CREATE TEMP VIEW s_movement AS SELECT * FROM staged_movement UNION ALL BY NAME SELECT * FROM "
                  "counted_difference"));
    return view("reject",
                "\"table\" VARCHAR, \"column\" VARCHAR, \"value\" VARCHAR, reason VARCHAR, whole_row BOOLEAN, sheet "
                "VARCHAR, \"row\" BIGINT",
                "s_reject");
  }

  Result<void> dimensions() {
    TRY_VOID(duck_.run(with(kAliasSql, {{"table", "store_alias"}, {"pairs", kStorePairsSql}})));
    TRY_VOID(duck_.run(with(kAliasSql, {{"table", "sku_alias"}, {"pairs", kSkuPairsSql}})));
    TRY_VOID(
        duck_.run(with(kStoreSql, {{"firsts", firsts({"format", "open_date", "close_date", "area_m2", "tz", "lat",
                                                      "lon", "area_id", "self_checkouts", "backroom", "currency"})}})));
    TRY_VOID(duck_.run(with(kProductSql, {{"firsts", firsts({"gtin", "name", "category", "base_uom", "pack_qty",
                                                             "shelf_life_d", "variant_group", "size", "weight_kg",
                                                             "locked_display", "unit_cost", "unit_retail"})}})));
    TRY_VOID(duck_.run(kUomSql));
    TRY_VOID(zones());
    TRY_VOID(prices());
    return buckets();
  }

  /// Every store gets a zone that exists: its own, its source system's, or the ledger's.
  Result<void> zones() {
    TRY_VOID(duck_.run("CREATE TEMP TABLE zone_name AS SELECT name FROM pg_timezone_names()"));
    TRY(const auto unknown,
        duck_.number("SELECT count(*) FROM store WHERE tz IS NOT NULL AND tz NOT IN (SELECT name FROM zone_name)"));
    if (unknown > 0)
      warn("unknown_time_zone", unknown,
           "stores name a time zone that does not exist; their local times were read as " + manifest_.time_zone);
    TRY_VOID(
        duck_.run(fmt::format("UPDATE store SET tz = coalesce((SELECT min(tz) FROM src WHERE tz IS NOT NULL), {}) "
                              "WHERE tz IS NULL OR tz NOT IN (SELECT name FROM zone_name)",
                              sql_text(manifest_.time_zone))));
    return duck_.run(
        "CREATE TEMP TABLE calendar AS SELECT tz, day, as_utc(day + TIME '12:00', tz) AS noon FROM (SELECT DISTINCT tz "
        "FROM store), "
        "(SELECT DISTINCT ts::DATE AS day FROM s_movement WHERE ts_form = 2 UNION SELECT ts_ship::DATE FROM s_transfer "
        "WHERE ts_ship_form = 2 "
        "UNION SELECT ts_recv::DATE FROM s_transfer WHERE ts_recv_form = 2)");
  }

  Result<void> prices() {
    return duck_.run(
        "CREATE TEMP TABLE price AS SELECT coalesce(sa.id, p.store) AS store_id, coalesce(pa.id, p.sku) AS sku_id, "
        "from_ts::DATE AS from_day, "
        "first(unit_cost ORDER BY source, \"row\") FILTER (unit_cost IS NOT NULL) AS unit_cost, "
        "first(unit_retail ORDER BY source, \"row\") FILTER (unit_retail IS NOT NULL) AS unit_retail, min(currency) AS "
        "currency "
        "FROM s_price_cost p LEFT JOIN store_alias sa ON sa.raw = p.store LEFT JOIN sku_alias pa ON pa.raw = p.sku "
        "GROUP BY 1, 2, 3;"
        "CREATE TEMP TABLE price_chain AS SELECT * FROM price WHERE store_id IS NULL;"
        "CREATE TEMP TABLE price_store AS SELECT * FROM price WHERE store_id IS NOT NULL");
  }

  Result<void> buckets() {
    TRY(const auto rows,
        duck_.number("SELECT (SELECT count(*) FROM s_movement) + 2 * (SELECT count(*) FROM s_transfer)"));
    int buckets = kBucketsLeast;
    while (buckets < kBucketsMost && rows / buckets > kRowsPerBucket) buckets *= 2;
    manifest_.buckets = buckets;
    TRY_VOID(duck_.run("CREATE TEMP TABLE store_bucket (store_id VARCHAR, bucket INTEGER)"));
    TRY(const auto stores, duck_.table("SELECT store_id FROM store"));
    TRY(auto appender, DuckAppender::open(duck_, "store_bucket"));
    for (const auto& row : stores.rows) {
      const auto bucket = static_cast<int>(fnv1a_64(*row[0]) % static_cast<uint64_t>(buckets));
      used_buckets_.insert(bucket);
      appender.text(*row[0]);
      appender.integer(bucket);
      TRY_VOID(appender.end_row());
    }
    return appender.close();
  }

  /// reason_final: the class of every raw reason, a user's reason_map before the mapping's.
  Result<void> reasons() {
    TRY_VOID(duck_.run("CREATE TEMP TABLE class (name VARCHAR, direction VARCHAR, in_book BOOLEAN, is_usl BOOLEAN)"));
    for (const auto& each : reason_classes()) {
      const auto* direction = each.direction == Direction::loss   ? "loss"
                              : each.direction == Direction::gain ? "gain"
                                                                  : "signed";
      TRY_VOID(duck_.run(fmt::format("INSERT INTO class VALUES ('{}', '{}', {}, {})", each.name, direction,
                                     each.in_book, each.is_usl)));
    }
    TRY(const auto foreign,
        duck_.number("SELECT count(*) FROM s_reason_map WHERE upper(trim(class)) NOT IN (SELECT name FROM class)"));
    if (foreign > 0)
      warn("unknown_class", foreign,
           "rows of a reason_map name a class that does not exist (docs/ledger.md lists them); they were left out");
    TRY_VOID(
        duck_.run("CREATE TEMP TABLE user_reason AS SELECT lower(trim(code)) AS code, lower(trim(source_system)) AS "
                  "system, min(upper(trim(class))) AS class "
                  "FROM s_reason_map WHERE upper(trim(class)) IN (SELECT name FROM class) GROUP BY 1, 2;"
                  "CREATE TEMP TABLE reason_final AS WITH r AS (SELECT DISTINCT source, reason, class AS class0, "
                  "direction AS direction0 FROM s_movement WHERE kind = 'adjustment'), "
                  "u AS (SELECT r.*, coalesce(own.class, any_.class, r.class0) AS class, own.class IS NOT NULL OR "
                  "any_.class IS NOT NULL AS by_user FROM r "
                  "LEFT JOIN src ON src.id = r.source LEFT JOIN user_reason own ON own.code = lower(trim(r.reason)) "
                  "AND own.system = lower(src.system) "
                  "LEFT JOIN user_reason any_ ON any_.code = lower(trim(r.reason)) AND any_.system IS NULL) "
                  "SELECT u.source, u.reason, u.class0, u.direction0, u.class, CASE WHEN by_user THEN c.direction ELSE "
                  "direction0 END AS direction, c.in_book, c.is_usl "
                  "FROM u LEFT JOIN class c ON c.name = u.class"));
    return duck_.run(kSignSql);
  }

  Result<void> summaries() {
    TRY_VOID(duck_.run(kCopiesSql));
    TRY(const auto copies, duck_.number("SELECT coalesce(sum(\"rows\"), 0)::BIGINT FROM drop_sheet"));
    TRY(const auto covers, settle_covers(duck_));
    covered_ = covers.summed_rows + covers.rest_rows > 0;
    warn("summary_sheets", copies + covers.summed_rows,
         "rows of sheets or files sum up or copy others that are in; the more detailed ones count");
    warn("partly_covered", covers.rest_rows,
         "rows of reports over a period hold what other files tell in more detail; only what is left of them counts");
    return {};
  }

  /// Every movement that counts, and what of it counts.
  [[nodiscard]] std::string scatter_sql() const {
    if (!covered_) {
      return with(kScatterSql, {{"period_from", "period_from"},
                                {"qty_left", "1"},
                                {"cost_left", ""},
                                {"retail_left", ""},
                                {"cover_join", ""},
                                {"cover_where", ""}});
    }
    return with(kScatterSql,
                {{"period_from", "coalesce(l.from_day, period_from)"},
                 {"qty_left", "coalesce(l.qty_left, 1)"},
                 {"cost_left", " * coalesce(l.cost_left, 1)"},
                 {"retail_left", " * coalesce(l.retail_left, 1)"},
                 {"cover_join",
                  "LEFT JOIN (SELECT source AS of_source, sheet AS of_sheet, \"row\" AS of_row, reason AS of_reason, "
                  "class0 AS of_class, qty_left, cost_left, retail_left, from_day FROM cover_rest) l ON l.of_source = "
                  "CASE WHEN k.kind = 'adjustment' THEN k.source END AND l.of_sheet = k.sheet AND l.of_row = k.\"row\" "
                  "AND l.of_reason = coalesce(k.reason, '') AND l.of_class = coalesce(k.class0, '')"},
                 {"cover_where", "AND NOT coalesce(l.qty_left + l.cost_left + l.retail_left = 0, false)"}});
  }

  Result<void> overlaps() {
    TRY_VOID(
        duck_.run("CREATE TEMP TABLE drop_block (source VARCHAR, kind VARCHAR, store_id VARCHAR, day DATE, n BIGINT)"));
    if (manifest_.sources.size() < 2) return {};
    TRY_VOID(duck_.run(kOverlapSql));
    TRY(const auto any, duck_.number("SELECT count(*) FROM overlap"));
    if (any == 0) return {};
    TRY_VOID(duck_.run(kBlockSql));
    TRY_VOID(duck_.run(kDropBlockSql));
    TRY(const auto rows, duck_.number("SELECT coalesce(sum(n), 0)::BIGINT FROM drop_block"));
    if (rows > 0)
      warn("overlapping_exports", rows,
           "rows stand in two files that export the same days; each day counts once, from the fuller file");
    return {};
  }

  Result<void> scatter() {
    const auto folder = work_ / "scattered";
    const auto sql = scatter_sql();
    TRY_VOID(duck_.run("CREATE TEMP TABLE scatter_shape AS SELECT * FROM (" + sql + ") LIMIT 0"));
    TRY_VOID(duck_.run(fmt::format("COPY ({}) TO {} (FORMAT parquet, PARTITION_BY (bucket), OVERWRITE)", sql,
                                   sql_text(folder.string()))));
    const bool any = fs::exists(folder) && !fs::is_empty(folder);
    return duck_.run(
        any ? fmt::format("CREATE TEMP VIEW scattered AS SELECT * FROM read_parquet({}, hive_partitioning = true)",
                          sql_text((folder / "*" / "*.parquet").string()))
            : "CREATE TEMP VIEW scattered AS SELECT * FROM scatter_shape");
  }

  Result<void> counts() {
    TRY_VOID(duck_.run(kCountLineSql));
    TRY_VOID(duck_.run(kCountScopeSql));
    TRY_VOID(duck_.run(kCountSql));
    return duck_.run(kImpliedSql);
  }

  [[nodiscard]] fs::path part(const char* table, int bucket) const {
    return work_ / table / fmt::format("bucket={:03}", bucket) / "part.parquet";
  }

  Result<void> copy(const std::string& select, const fs::path& file) {
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    return duck_.run(fmt::format("COPY ({}) TO {} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)", select,
                                 sql_text(file.string())));
  }

  Result<void> write_movements() {
    TRY(const auto own_prices, duck_.number("SELECT count(*) FROM price_store"));
    const std::string own_join = own_prices == 0 ? ""
                                                 : "ASOF LEFT JOIN price_store own ON own.store_id = p.store_id AND "
                                                   "own.sku_id = p.sku_id AND p.day >= own.from_day";
    double done = 0;
    // The first bucket is written even when empty, so that a reader always finds the columns.
    if (used_buckets_.empty()) used_buckets_.insert(0);
    for (const int bucket : used_buckets_) {
      const auto folder = work_ / "scattered" / fmt::format("bucket={}", bucket);
      const auto from = fs::exists(folder) ? parquet(folder / "*.parquet") : "scatter_shape";
      TRY_VOID(
          duck_.run(fmt::format("CREATE OR REPLACE TEMP TABLE count_ref AS SELECT store_id, sku_id, count_id, ts, day "
                                "FROM counted JOIN store_bucket USING (store_id) "
                                "WHERE bucket = {}",
                                bucket)));
      const auto select = with(kMovementSql, {{"from", from},
                                              {"own_cost", own_prices == 0 ? "" : "own.unit_cost, "},
                                              {"own_retail", own_prices == 0 ? "" : "own.unit_retail, "},
                                              {"own_join", own_join}});
      TRY_VOID(copy(select, part("movement", bucket)));
      progress_(0.6 + 0.3 * ++done / static_cast<double>(used_buckets_.size()));
    }
    return duck_.run("CREATE TEMP VIEW movement AS SELECT * FROM " +
                     parquet(work_ / "movement" / "*" / "part.parquet"));
  }

  Result<void> write_counts() {
    for (const int bucket : used_buckets_) {
      const auto where = fmt::format(" JOIN store_bucket USING (store_id) WHERE bucket = {}", bucket);
      TRY_VOID(
          copy("SELECT counted.*, timed AND as_local(ts_start, tz)::TIME >= TIME '06:00' AND as_local(ts_end, "
               "tz)::TIME < TIME '20:00' AS midday "
               "FROM counted JOIN store USING (store_id)" +
                   where + " ORDER BY store_id, sku_id, ts, count_id",
               part("count", bucket)));
      TRY_VOID(
          copy("SELECT store_id, sku_id, ts, day, count_id, kind, zone, qty, book_at_snapshot, source, sheet, \"row\" "
               "FROM count_line" +
                   where + " ORDER BY store_id, sku_id, ts, count_id, zone, source, \"row\"",
               part("count_line", bucket)));
    }
    return {};
  }

  Result<void> write_dimensions() {
    const std::string alias = " LEFT JOIN store_alias sa ON sa.raw = x.store LEFT JOIN sku_alias pa ON pa.raw = x.sku";
    const std::vector<std::pair<std::string, std::string>> tables{
        {"store", "SELECT * FROM store ORDER BY store_id"},
        {"product", "SELECT * FROM product ORDER BY sku_id"},
        {"price",
         "SELECT store_id, sku_id, from_day::TIMESTAMP AS from_ts, unit_cost, unit_retail, currency FROM price ORDER "
         "BY ALL"},
        {"count_header",
         "SELECT count_id, store_id, ts_start, ts_end, kind, scope, blind, lines, source FROM count_scope ORDER BY "
         "ALL"},
        {"transit",
         "SELECT doc, line, coalesce(f.id, from_store) AS from_store, coalesce(t.id, to_store) AS to_store, "
         "coalesce(pa.id, sku) AS sku_id, "
         "to_utc(ts_ship, ts_ship_form, fs.tz, TIME '12:00') AS ts_ship, to_utc(ts_recv, ts_recv_form, ts.tz, TIME "
         "'12:00') AS ts_recv, qty_ship, qty_recv "
         "FROM s_transfer x LEFT JOIN store_alias f ON f.raw = from_store LEFT JOIN store_alias t ON t.raw = to_store "
         "LEFT JOIN sku_alias pa ON pa.raw = sku "
         "LEFT JOIN store fs ON fs.store_id = coalesce(f.id, from_store) LEFT JOIN store ts ON ts.store_id = "
         "coalesce(t.id, to_store) "
         "QUALIFY doc IS NULL OR line IS NULL OR row_number() OVER (PARTITION BY doc, line, from_store, to_store, sku "
         "ORDER BY x.source, x.sheet, x.row) = 1 ORDER BY ALL"},
        {"book",
         "SELECT coalesce(sa.id, x.store) AS store_id, coalesce(pa.id, x.sku) AS sku_id, to_utc(ts, ts_form, s.tz, "
         "TIME '12:00') AS ts, qty FROM s_book_stock x" +
             alias + " LEFT JOIN store s ON s.store_id = coalesce(sa.id, x.store) ORDER BY ALL"},
        {"area", "SELECT area_id, min(name) AS name FROM s_area GROUP BY 1 ORDER BY ALL"},
        {"area_covariate",
         "SELECT DISTINCT area_id, covariate AS name, value, period, covariate_source, vintage, weight FROM "
         "s_area_covariate ORDER BY ALL"},
        {"weather",
         "SELECT DISTINCT coalesce(sa.id, x.store) AS store_id, station, day, tmin_c, tmax_c, rain_mm, snow_mm FROM "
         "s_weather x LEFT JOIN store_alias sa ON sa.raw = x.store ORDER BY ALL"},
        {"reason_map",
         "SELECT DISTINCT source_system, code, upper(trim(class)) AS class FROM s_reason_map ORDER BY ALL"},
        {"promo",
         "SELECT DISTINCT coalesce(sa.id, x.store) AS store_id, coalesce(pa.id, x.sku) AS sku_id, day_from, day_to, "
         "name FROM s_promo x" +
             alias + " ORDER BY ALL"},
        {"store_sku",
         "SELECT DISTINCT coalesce(sa.id, x.store) AS store_id, coalesce(pa.id, x.sku) AS sku_id, day_from, day_to "
         "FROM s_store_sku x" +
             alias + " ORDER BY ALL"},
        {"uom", "SELECT sku_id, uom, factor FROM uom ORDER BY ALL"}};
    for (const auto& [name, select] : tables) {
      TRY_VOID(copy(select, work_ / (name + ".parquet")));
      TRY(const auto rows, duck_.number("SELECT count(*) FROM " + parquet(work_ / (name + ".parquet"))));
      manifest_.tables[name] = rows;
    }
    return {};
  }

  Result<void> write_rejects() {
    return duck_.run(
        fmt::format("COPY (SELECT src.idx AS source, sheet, \"row\", \"table\", \"column\", \"value\", reason, CASE "
                    "WHEN whole_row THEN 'row' ELSE 'cell' END AS left_out "
                    "FROM s_reject r JOIN src ON src.id = r.source "
                    "UNION ALL SELECT src.idx, l.sheet, l.\"row\", 'count_line', CASE WHEN s.store_id IS NULL THEN "
                    "'store' ELSE 'ts' END, l.count_id, "
                    "'its count has no header that names ' || CASE WHEN s.store_id IS NULL THEN 'the store' ELSE 'the "
                    "time' END, 'row' "
                    "FROM s_count_line l JOIN src ON src.id = l.source LEFT JOIN (SELECT count_id, min(store) AS "
                    "store, min(coalesce(ts_end, ts_start)) AS ts FROM s_count_header GROUP BY 1) h USING (count_id) "
                    "LEFT JOIN store_alias sa ON sa.raw = coalesce(l.store, h.store) LEFT JOIN store s ON s.store_id = "
                    "coalesce(sa.id, l.store, h.store) "
                    "WHERE s.store_id IS NULL OR coalesce(l.ts, h.ts) IS NULL "
                    "ORDER BY ALL) TO {} (FORMAT csv, HEADER)",
                    sql_text((work_ / "rejects.csv").string())));
  }

  void warn(const std::string& code, int64_t count, const std::string& message) {
    if (count > 0) manifest_.warnings.push_back({code, count, message});
  }
  Result<void> warn_if(const std::string& code, const std::string& count_sql, const std::string& message) {
    TRY(const auto count, duck_.number(count_sql));
    warn(code, count, message);
    return {};
  }

  Result<void> describe() {
    TRY_VOID(facts());
    TRY_VOID(unmapped());
    TRY(const auto range, duck_.table("SELECT min(day)::VARCHAR, max(day)::VARCHAR FROM movement"));
    manifest_.first_day = range.rows[0][0].value_or("");
    manifest_.last_day = range.rows[0][1].value_or("");
    TRY(const auto currencies,
        duck_.table("SELECT DISTINCT currency FROM movement WHERE currency IS NOT NULL ORDER BY 1"));
    manifest_.currencies.clear();
    for (const auto& row : currencies.rows) manifest_.currencies.push_back(*row[0]);
    if (manifest_.currencies.size() > 1) {
      warn("currencies", static_cast<int64_t>(manifest_.currencies.size()),
           fmt::format("currencies {} are in the data; money is reported a currency, never added",
                       fmt::join(manifest_.currencies, ", ")));
    }
    return warnings();
  }

  Result<void> facts() {
    TRY(const auto kinds, duck_.table("SELECT kind, count(*) FROM movement GROUP BY kind"));
    const auto of = [&](std::initializer_list<std::string_view> names) {
      int64_t sum = 0;
      for (const auto& row : kinds.rows) {
        for (const auto name : names) sum += *row[0] == name ? std::stoll(*row[1]) : 0;
      }
      return sum;
    };
    manifest_.facts = {{"sales", of({"sale", "return"})},
                       {"adjustments", of({"adjustment"})},
                       {"receipts", of({"receipt"})},
                       {"transfers", of({"transfer_in", "transfer_out"})}};
    const std::vector<std::pair<const char*, const char*>> queries{
        {"counts", "SELECT count(*) FROM count_scope WHERE kind <> 'opening'"},
        {"counts_scoped", "SELECT count(*) FROM count_scope WHERE scope IS NOT NULL AND kind <> 'opening'"},
        {"counts_timed", "SELECT count(*) FROM count_scope WHERE timed AND kind <> 'opening'"},
        {"closed_pairs",
         "SELECT count(*) FROM (SELECT 1 FROM counted GROUP BY store_id, sku_id HAVING count(*) > 1 AND max(kind <> "
         "'opening'))"}};
    for (const auto& [name, sql] : queries) {
      TRY(const auto count, duck_.number(sql));
      manifest_.facts[name] = count;
    }
    TRY(const auto movements, duck_.number("SELECT count(*) FROM movement"));
    TRY(const auto counted, duck_.number("SELECT count(*) FROM counted"));
    TRY(const auto lines, duck_.number("SELECT count(*) FROM count_line"));
    manifest_.tables["movement"] = movements;
    manifest_.tables["count"] = counted;
    manifest_.tables["count_line"] = lines;
    return {};
  }

  Result<void> unmapped() {
    TRY(const auto table, duck_.table("SELECT src.system, coalesce(reason, ''), count(*), sum(abs(qty))::DOUBLE FROM "
                                      "movement m JOIN src ON src.idx = m.source "
                                      "WHERE class = 'UNMAPPED' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1000"));
    for (const auto& row : table.rows) {
      manifest_.unmapped.push_back({row[0].value_or(""), row[1].value_or(""), std::stoll(*row[2]), std::stod(*row[3])});
    }
    return {};
  }

  Result<void> warnings() {
    int64_t rejected = 0;
    int64_t columns = 0;
    for (const auto& source : manifest_.sources)
      for (const auto& sheet : source.sheets) {
        rejected += sheet.rejected;
        for (const auto& note : sheet.notes) columns += note.code == "losses_left_out" ? note.count : 0;
      }
    warn("rejected", rejected, "rows were left out of every figure; rejects.csv says why of each");
    warn("losses_left_out", columns,
         "columns whose names speak of a loss are in no figure, for no mapping names them (shrike usl import lists "
         "them)");
    TRY_VOID(warn_if("undated", "SELECT count(*) FROM movement WHERE ts IS NULL",
                     "movements have no date: they count in totals and in nothing else"));
    TRY_VOID(warn_if("count_differences", "SELECT count(*) FROM counted_difference",
                     "counted figures differ from the book that their count states, and no export posts them as "
                     "write-offs; the differences count as unknown loss"));
    TRY_VOID(warn_if("future", "SELECT count(*) FROM movement WHERE day > current_date",
                     "movements are dated after today; they were kept"));
    TRY_VOID(warn_if("negative_book", "SELECT count(*) FROM s_book_stock WHERE qty < 0",
                     "lines of book stock are below zero: each proves a gain that nobody recorded"));
    TRY_VOID(
        warn_if("unknown_uom",
                "SELECT count(*) FROM s_movement m LEFT JOIN sku_alias a ON a.raw = m.sku LEFT JOIN product p ON "
                "p.sku_id = coalesce(a.id, m.sku) "
                "LEFT JOIN uom u ON u.sku_id = coalesce(a.id, m.sku) AND u.uom = upper(m.uom) WHERE m.uom IS NOT NULL "
                "AND u.uom IS NULL "
                "AND upper(m.uom) <> upper(coalesce(p.base_uom, m.uom))",
                "rows state a unit that nothing converts to the product's base unit; they were read as base units"));
    TRY_VOID(warn_if("document_twice",
                     "SELECT (SELECT count(*) FROM scattered WHERE doc IS NOT NULL AND line IS NOT NULL) - (SELECT "
                     "count(*) FROM movement WHERE doc IS NOT NULL AND line IS NOT NULL)",
                     "document lines were posted twice; each counts once, as posted last"));
    TRY_VOID(warn_if("no_cost", "SELECT count(*) FROM movement WHERE kind = 'adjustment' AND qty <> 0 AND cost IS NULL",
                     "write-offs have no cost: neither the row nor a price or product table tells it; money at cost is "
                     "short of them"));
    TRY_VOID(
        warn_if("no_units",
                "SELECT count(*) FROM movement WHERE kind = 'adjustment' AND qty = 0 AND (cost <> 0 OR retail <> 0)",
                "write-offs have a value and no units"));
    TRY_VOID(warn_if("only_sales_stores",
                     "SELECT count(*) FROM (SELECT store_id FROM movement GROUP BY store_id HAVING bool_and(kind IN "
                     "('sale', 'return'))) WHERE (SELECT count(*) FROM movement WHERE kind = 'adjustment') > 0",
                     "stores appear in sales only: they have no write-offs, no deliveries"));
    TRY_VOID(warn_if("only_sales_products",
                     "SELECT count(*) FROM (SELECT sku_id FROM movement GROUP BY sku_id HAVING bool_and(kind IN "
                     "('sale', 'return'))) WHERE (SELECT count(*) FROM movement WHERE kind = 'receipt') > 0",
                     "products appear in sales only: what they were delivered with is missing"));
    TRY_VOID(warn_if("overlapping_counts",
                     "SELECT count(*) FROM (SELECT 1 FROM counted GROUP BY store_id, sku_id, ts HAVING count(*) > 1)",
                     "products were counted twice at the same moment; both figures stand, nothing lies between them"));
    TRY_VOID(
        warn_if("overlapping_periods",
                "SELECT count(*) FROM (SELECT DISTINCT a.source, b.source FROM (SELECT DISTINCT m.source, store_id, "
                "kind, day, days FROM movement m WHERE days > 1 AND m.source NOT IN (SELECT idx FROM src JOIN "
                "cover_rest l ON l.source = src.id)) a "
                "JOIN (SELECT DISTINCT source, store_id, kind, day, days FROM movement WHERE source NOT IN (SELECT idx "
                "FROM src JOIN cover_rest l ON l.source = src.id)) b ON a.store_id = "
                "b.store_id AND a.kind = b.kind AND a.source <> b.source "
                "AND b.day <= a.day AND b.day > a.day - a.days)",
                "pairs of files report the same store over overlapping periods; if one sums up the other, losses "
                "count twice: import one of them only"));
    TRY_VOID(warn_if("unpaired",
                     "SELECT count(*) FROM (SELECT doc, store_id FROM movement WHERE class IN ('SCAN_ERROR', "
                     "'MATERIAL_TO_MATERIAL') GROUP BY doc, store_id HAVING sum(qty) <> 0)",
                     "scan errors or moves between products do not add up to zero over their pair"));
    return warn_if("sign_read",
                   "SELECT count(*) FROM (SELECT DISTINCT source, sheet FROM sheet_sign "
                   "WHERE mode <> 'effect')",
                   "sheets write losses as positive quantities; they were read as going out");
  }

  /// Renames everything into place; whoever reads in between finds the manifest not ready.
  Result<void> put_in_place() {
    std::error_code error;
    fs::remove_all(work_ / "scattered", error);
    for (const char* old : {"movement", "count", "count_line", "interval"}) fs::remove_all(dir_ / old, error);
    for (const auto& entry : fs::directory_iterator(work_)) {
      const auto to = dir_ / entry.path().filename();
      fs::remove_all(to, error);
      fs::rename(entry.path(), to, error);
      if (error) return fail(fmt::format("cannot put {} in place: {}", to.string(), error.message()));
    }
    fs::remove_all(work_, error);
    return {};
  }

  fs::path dir_, work_;
  LedgerManifest& manifest_;
  const std::function<void(double)>& progress_;
  Duck duck_;
  std::set<int> used_buckets_;
  bool covered_ = false;
};

}  // namespace

uint64_t fnv1a_64(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return hash;
}

Result<void> build_ledger(const fs::path& dir, LedgerManifest& manifest, const BuildOptions& options,
                          const std::function<void(double)>& progress) {
  // DuckDB counts its buffers alone: a quarter is left for what sorting and grouping hold beside them, and for us.
  // With 212 MB beside, the import of a million products (usl_memory_test.cc) took up to 525 MB of 512.
  const size_t beside = std::max<size_t>(options.memory_mb / 4, 272);
  const size_t within = std::max<size_t>(128, options.memory_mb - std::min(options.memory_mb, beside));
  TRY(auto duck, Duck::open({.memory_mb = within, .threads = options.threads, .temp_dir = dir / ".spill"}));
  auto built = Builder(dir, manifest, progress, std::move(duck)).run();
  std::error_code error;
  fs::remove_all(dir / ".spill", error);
  return built;
}

}  // namespace shrike

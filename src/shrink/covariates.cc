#include "shrink/covariates.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <set>

namespace shrike {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr size_t kColumnsMax = 500;

using ById = std::map<std::string, double>;

std::string text(const DuckStream& s, size_t column, size_t row) {
  return s.is_null(column, row) ? std::string() : std::string(s.text(column, row));
}

/// Runs `sql` and calls `use` with every row.
template <class Use>
Result<void> each_row(Ledger& ledger, const std::string& sql, const Use& use) {
  TRY(DuckStream stream, ledger.duck.stream(sql));
  for (;;) {
    TRY(const bool more, stream.next());
    if (!more) return {};
    for (size_t r = 0; r < stream.rows(); ++r) use(stream, r);
  }
}

std::vector<double> by_store(const std::vector<Store>& stores, const ById& values, bool by_area) {
  std::vector<double> out;
  for (const Store& s : stores) {
    const auto found = values.find(by_area ? s.area : s.id);
    out.push_back(found == values.end() ? kUnknown : found->second);
  }
  return out;
}

Result<void> store_columns(Ledger& ledger, const std::vector<Store>& stores, std::vector<Covariate>& out) {
  struct Column {
    const char* name;
    const char* sql;
  };
  for (const Column& c : {Column{"store area, m2", "area_m2"},
                          {"self-checkouts", "self_checkouts::DOUBLE"},
                          {"back room", "backroom::INTEGER::DOUBLE"},
                          {"store age, years", "date_diff('day', open_date, DATE '2020-01-01')::DOUBLE / 365.25"}}) {
    ById values;
    TRY_VOID(each_row(ledger, fmt::format("SELECT store_id, {0} FROM store WHERE {0} IS NOT NULL", c.sql),
                      [&](const DuckStream& s, size_t r) { values[text(s, 0, r)] = s.real(1, r); }));
    if (!values.empty()) out.push_back({c.name, "store table", by_store(stores, values, false), false, ""});
  }
  return {};
}

/// The latest period of each covariate; several rows of one area are averaged by their weights.
Result<void> area_columns(Ledger& ledger, const std::vector<Store>& stores, std::vector<Covariate>& out) {
  std::map<std::string, std::pair<std::string, ById>> columns;
  TRY_VOID(each_row(
      ledger,
      "SELECT name, area_id, sum(value * coalesce(weight, 1)) / sum(coalesce(weight, 1)), any_value(period), "
      "any_value(covariate_source) FROM area_covariate a WHERE value IS NOT NULL AND coalesce(weight, 1) > 0 AND "
      "coalesce(period, '') = (SELECT max(coalesce(b.period, '')) FROM area_covariate b WHERE b.name = a.name) "
      "GROUP BY 1, 2 ORDER BY 1, 2",
      [&](const DuckStream& s, size_t r) {
        auto& [origin, values] = columns[text(s, 0, r)];
        origin = fmt::format("area{}{}{}{}", s.is_null(4, r) ? "" : ", ", text(s, 4, r), s.is_null(3, r) ? "" : " ",
                             text(s, 3, r));
        values[text(s, 1, r)] = s.real(2, r);
      }));
  const bool placed = std::any_of(stores.begin(), stores.end(), [](const Store& s) { return !s.area.empty(); });
  for (const auto& [name, column] : columns)
    out.push_back({name, column.first, by_store(stores, column.second, true), true,
                   placed ? "" : "the store table gives no area_id"});
  return {};
}

Result<void> weather_columns(Ledger& ledger, const std::vector<Store>& stores, StoreSurroundings& out) {
  TRY(const int64_t rows, ledger.duck.number("SELECT count(*) FROM weather"));
  if (rows == 0) return {};
  TRY(const int64_t with_store, ledger.duck.number("SELECT count(*) FROM weather WHERE store_id IS NOT NULL"));
  if (with_store == 0) {
    out.covariates.push_back({"weather", "weather table", std::vector<double>(stores.size(), kUnknown), false,
                              "the weather table names stations, and nothing says which store is near which"});
    return {};
  }
  std::map<std::string, size_t> index;
  for (size_t s = 0; s < stores.size(); ++s) index[stores[s].id] = s;
  struct Column {
    const char* name;
    const char* sql;
  };
  for (const Column& c : {Column{"weather: mean temperature, C", "(tmin_c + tmax_c) / 2"},
                          {"weather: rain a day, mm", "rain_mm"},
                          {"weather: snow a day, mm", "snow_mm"}}) {
    DailyCovariate daily{c.name, "weather table, by expected loss a day", {}};
    daily.by_store.resize(stores.size());
    bool any = false;
    TRY_VOID(each_row(ledger,
                      fmt::format("SELECT store_id, date_diff('day', DATE '1970-01-01', day), {0} FROM weather WHERE "
                                  "store_id IS NOT NULL AND {0} IS NOT NULL ORDER BY store_id, day",
                                  c.sql),
                      [&](const DuckStream& s, size_t r) {
                        const auto found = index.find(text(s, 0, r));
                        if (found == index.end()) return;
                        any = true;
                        daily.by_store[found->second].push_back({static_cast<double>(s.integer(1, r)), s.real(2, r)});
                      }));
    if (any) out.daily.push_back(std::move(daily));
  }
  return {};
}

std::string lower(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return s;
}

/// A number that is all of `s`; NaN where it is none.
double parsed(const std::string& s) {
  char* end = nullptr;
  const double value = std::strtod(s.c_str(), &end);
  return end == s.c_str() + s.size() && !s.empty() && std::isfinite(value) ? value : kUnknown;
}

}  // namespace

Result<StoreSurroundings> surroundings_of(Ledger& ledger, const std::vector<Store>& stores) {
  StoreSurroundings out;
  TRY_VOID(store_columns(ledger, stores, out.covariates));
  TRY_VOID(area_columns(ledger, stores, out.covariates));
  TRY_VOID(weather_columns(ledger, stores, out));
  return out;
}

Result<std::vector<Covariate>> covariates_from(const std::filesystem::path& file, Ledger& ledger,
                                               const std::vector<Store>& stores) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return bad_input(file.string() + ": no such file");
  const bool parquet = lower(file.extension().string()) == ".parquet";
  const auto table = ledger.duck.table(
      parquet ? fmt::format("SELECT COLUMNS(*)::VARCHAR FROM read_parquet({})", sql_text(file.string()))
              : fmt::format("SELECT * FROM read_csv({}, header = true, all_varchar = true)", sql_text(file.string())));
  if (!table) return bad_input(fmt::format("{}: cannot be read as a table: {}", file.string(), table.error().message));
  if (table->names.size() > kColumnsMax)
    return bad_input(fmt::format("{}: {} columns; {} at most", file.string(), table->names.size(), kColumnsMax));
  size_t key = table->names.size();
  bool by_area = false;
  for (size_t c = 0; c < table->names.size(); ++c) {
    const auto name = lower(table->names[c]);
    if (name == "store_id" || (name == "area_id" && key == table->names.size())) {
      key = c;
      by_area = name == "area_id";
    }
  }
  if (key == table->names.size())
    return bad_input(file.string() + ": neither a column store_id nor area_id, so its rows belong to no store");
  std::set<std::string> ids;
  for (const auto& row : table->rows) {
    if (row[key] && !ids.insert(*row[key]).second)
      return bad_input(fmt::format("{}: {} '{}' comes twice; one row each was expected", file.string(),
                                   table->names[key], *row[key]));
  }
  std::vector<Covariate> out;
  for (size_t c = 0; c < table->names.size(); ++c) {
    if (c == key) continue;
    ById values;
    std::string refused;
    for (const auto& row : table->rows) {
      if (!row[key] || !row[c] || row[c]->empty()) continue;
      values[*row[key]] = parsed(*row[c]);
      if (refused.empty() && std::isnan(values[*row[key]]))
        refused = fmt::format("'{}' at {} is no number", *row[c], *row[key]);
    }
    out.push_back({table->names[c], file.filename().string(), by_store(stores, values, by_area), by_area, refused});
  }
  return out;
}

}  // namespace shrike

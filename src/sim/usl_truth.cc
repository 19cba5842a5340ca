#include "sim/usl_truth.h"

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/file.h"
#include "ledger/ledger.h"
#include "shrink/from_ledger.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr size_t kManifestBytesMax = 64U << 20U;

/// The truth's intervals with their place in their cell; the first line of the file is the notice.
std::string truth_sql(const fs::path& chain) {
  return fmt::format(
      "(SELECT *, row_number() OVER (PARTITION BY store_id, sku_id, \"open\" ORDER BY day_from) - 1 AS n FROM "
      "read_csv({}, skip = 1, header = true, all_varchar = true))",
      sql_text((chain / "truth" / "intervals.csv").string()));
}

constexpr std::array<const char*, kSimCauses> kCauseColumns{
    "theft", "unrecorded_spoilage", "receiving", "sibling", "transfer", "uom", "count_error"};

struct TruthRow {
  std::string store, sku;
  SimInterval interval;
};

Result<std::vector<TruthRow>> read_truth(Duck& duck, const fs::path& chain) {
  std::string columns = "store_id, sku_id, \"open\"::INTEGER::BOOLEAN, variance::INTEGER";
  for (const char* c : kCauseColumns) columns += fmt::format(", {}::INTEGER", c);
  for (const char* c : kCauseColumns) columns += fmt::format(", expected_{}::DOUBLE", c);
  TRY(DuckStream s, duck.stream(fmt::format("SELECT {} FROM {} ORDER BY store_id, sku_id, \"open\"::INTEGER, n",
                                            columns, truth_sql(chain))));
  std::vector<TruthRow> out;
  for (;;) {
    TRY(const bool more, s.next());
    if (!more) return out;
    for (size_t r = 0; r < s.rows(); ++r) {
      TruthRow row{std::string(s.text(0, r)), std::string(s.text(1, r)), {}};
      row.interval.open = s.integer(2, r) != 0;
      row.interval.variance = static_cast<int>(s.integer(3, r));
      for (size_t c = 0; c < kSimCauses; ++c) {
        row.interval.realised[c] = static_cast<int>(s.integer(4 + c, r));
        row.interval.expected[c] = s.real(4 + kSimCauses + c, r);
      }
      out.push_back(std::move(row));
    }
  }
}

}  // namespace

Result<ChainOrigin> origin_of(const fs::path& chain) {
  TRY(const std::string text, read_file(chain / "manifest.json", kManifestBytesMax));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const bool simulated = json.is_object() && json.value("simulated", false);
  if (!simulated)
    return bad_input(fmt::format("{}: not the manifest of a chain that `shrike sim chain` made",
                                 (chain / "manifest.json").string()));
  ChainOrigin out;
  out.world = json.value("world", "");
  out.size.stores = json.value("stores", 0);
  out.size.products = json.value("skus", 0);
  out.size.days = json.value("days", 0);
  out.size.seed = json.value("seed", 0);
  return out;
}

Result<SimLosses> losses_with_truth(const fs::path& ledger, const fs::path& chain) {
  SimLosses out;
  TRY(out.data, losses_of_ledger(ledger, "judging the estimates"));
  TRY(Duck duck, Duck::open({}));
  TRY(const auto truth, read_truth(duck, chain));
  out.truth.resize(out.data.intervals.size());
  // Both are sorted by store, product and time; a cell's closed intervals come before its open one.
  size_t t = 0;
  for (size_t i = 0; i < out.truth.size(); ++i) {
    const Interval& x = out.data.intervals[i];
    const auto key = std::tie(out.data.stores[static_cast<size_t>(x.store)].id,
                              out.data.products[static_cast<size_t>(x.product)].sku, x.open);
    while (t < truth.size() && std::tie(truth[t].store, truth[t].sku, truth[t].interval.open) < key) ++t;
    if (t < truth.size() && std::tie(truth[t].store, truth[t].sku, truth[t].interval.open) == key)
      out.truth[i] = truth[t++].interval;
  }
  return out;
}

Result<std::vector<Gate>> exactness_gates(const fs::path& dir, const fs::path& chain) {
  TRY(Ledger ledger, open_ledger(dir));
  TRY(DuckStream s,
      ledger.duck.stream(fmt::format(
          "SELECT count(*), count(*) FILTER (l.v IS DISTINCT FROM t.variance::DECIMAL(18,3)), count(*) FILTER "
          "(l.ledger "
          "IS DISTINCT FROM t.ledger_usl::DECIMAL(18,3)) FROM (SELECT * FROM {} WHERE \"open\" = '0') t FULL JOIN "
          "(SELECT *, row_number() OVER (PARTITION BY store_id, sku_id ORDER BY t0) - 1 AS n FROM interval WHERE t1 IS "
          "NOT NULL) l ON l.store_id = t.store_id AND l.sku_id = t.sku_id AND l.n = t.n",
          truth_sql(chain))));
  TRY(const bool any, s.next());
  if (!any || s.integer(0, 0) == 0) return bad_input((chain / "truth").string() + " holds no closed interval");
  const auto all = s.integer(0, 0);
  auto exact = [&](const char* name, int64_t differing) {
    return Gate{fmt::format("{}: intervals of {} that differ", name, all), "== 0", static_cast<double>(differing),
                differing == 0};
  };
  return std::vector<Gate>{exact("roll-forward", s.integer(1, 0)), exact("ledger identity", s.integer(2, 0))};
}

}  // namespace shrike

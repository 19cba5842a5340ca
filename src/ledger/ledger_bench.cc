// Roll-forward against DuckDB running nothing but the interval SQL, on the same Parquet files and cores. Demands: at
// most 1.3 × DuckDB's time, cost that grows no faster than rows^1.05, and less than 6 GB at 1e8 rows
// (SHRIKE_BENCH_FULL=1).

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/time.h"
#include "ledger/ledger.h"
#include "ledger/roll_forward.h"

namespace {

using namespace shrike;
namespace fs = std::filesystem;

constexpr int64_t kRowsPerStore = 125'000;
constexpr int64_t kRowsPerCell = 500;   ///< three years of a product that sells on every other day
constexpr int64_t kRowsPerCount = 100;  ///< a count follows every hundredth movement
constexpr int64_t kRowsPerBucket = 4'000'000;
constexpr int kThreads = 2;
constexpr double kRatioMax = 1.3;
constexpr double kExponentMax = 1.05;
constexpr double kMemoryMax_GB = 6;

struct Measured {
  double wall_s = 0;
  double v_sum = 0;
  int64_t intervals = 0;
  double peak_mb = 0;
};

/// Runs `work` in a process of its own, so that its peak memory is its own.
Measured alone(const std::function<Measured()>& work) {
  int ends[2];
  if (::pipe(ends) != 0) std::exit(1);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto measured = work();
    const bool written = ::write(ends[1], &measured, sizeof measured) == sizeof measured;
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  Measured measured;
  const bool read = ::read(ends[0], &measured, sizeof measured) == sizeof measured;
  ::close(ends[0]);
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  if (!read || status != 0) {
    fmt::print("the measured process failed\n");
    std::exit(1);
  }
  measured.peak_mb = static_cast<double>(usage.ru_maxrss) / 1024;
  return measured;
}

void must(const Result<void>& result) {
  if (result) return;
  fmt::print("{}\n", result.error().message);
  std::_Exit(1);
}

/// The two tables that the roll-forward reads, as an import leaves them: sorted, one file a bucket.
Measured generate(const fs::path& dir, int64_t rows) {
  fs::remove_all(dir);
  auto duck = Duck::open({.memory_mb = 2048, .threads = kThreads, .temp_dir = dir.parent_path()});
  if (!duck) std::_Exit(1);
  int64_t buckets = 8;
  while (rows / buckets > kRowsPerBucket) buckets *= 2;
  const int64_t stores = rows / kRowsPerStore / buckets;
  const std::string cell =
      fmt::format("printf('S%05d', b * {} + i // {}) AS store_id, printf('P%06d', i % {} // {}) AS sku_id", stores,
                  kRowsPerStore, kRowsPerStore, kRowsPerCell);
  const auto at = [](const char* index) {
    return fmt::format("TIMESTAMP '2022-01-01' + to_minutes(({} % {}) * 3156 + 600)", index, kRowsPerCell);
  };
  for (int64_t b = 0; b < buckets; ++b) {
    for (const auto& [table, select] :
         {std::pair{"movement",
                    fmt::format("SELECT {}, {} AS ts, CASE WHEN i % 20 = 0 THEN 40 ELSE -(hash(i) % 4 + 1)::INTEGER "
                                "END::DECIMAL(18,3) AS book, CASE WHEN i % 20 = 0 THEN 0 ELSE hash(i) % 4 + 1 "
                                "END::DECIMAL(18,3) AS sold, 0::DECIMAL(18,3) AS usl, CASE WHEN i % 20 = 0 THEN "
                                "'receipt' ELSE 'sale' END AS kind, DATE '2022-01-01' AS day, false AS day_only FROM "
                                "(SELECT {} AS b, range AS i FROM range({}))",
                                cell, at("i"), b, stores * kRowsPerStore)},
          {"count",
           fmt::format("SELECT {}, 'C' || (i % {} // {}) AS count_id, {} + INTERVAL 1 MINUTE AS ts, ts AS "
                       "ts_start, ts AS ts_end, (hash(i) % 50)::DECIMAL(18,3) AS qty, ts::DATE AS day, 'full' AS kind, "
                       "false AS implied, true AS scope_known, false AS midday FROM (SELECT {} AS b, range * "
                       "{} AS i FROM range({}))",
                       cell, kRowsPerCell, kRowsPerCount, at("i"), b, kRowsPerCount,
                       stores * kRowsPerStore / kRowsPerCount)}}) {
      const auto file = dir / table / fmt::format("bucket={:03}", b) / "part.parquet";
      fs::create_directories(file.parent_path());
      must(duck->run("SET preserve_insertion_order = true"));
      must(duck->run(
          fmt::format("COPY ({}) TO {} (FORMAT parquet, COMPRESSION zstd)", select, sql_text(file.string()))));
    }
  }
  return {};
}

Measured roll(const fs::path& dir) {
  Measured measured;
  const double start = monotonic_s();
  must(roll_forward(dir, {.threads = kThreads}, [&](StoreRoll&& store) -> Result<void> {
    for (const auto& interval : store.intervals) {
      if (interval.open) continue;
      ++measured.intervals;
      measured.v_sum += static_cast<double>(interval.v);
    }
    return {};
  }));
  measured.v_sum /= 1000;
  measured.wall_s = monotonic_s() - start;
  return measured;
}

Measured bare_sql(const fs::path& dir) {
  Measured measured;
  auto duck = Duck::open({.memory_mb = 5000, .threads = kThreads, .temp_dir = dir.parent_path()});
  if (!duck) std::_Exit(1);
  const double start = monotonic_s();
  const auto sql =
      interval_sql("(SELECT store_id, sku_id, ts, book AS qty, sold FROM " + table_sql(dir, "movement") + ")",
                   "(SELECT store_id, sku_id, ts, qty AS qty_counted FROM " + table_sql(dir, "count") + ")");
  auto stream = duck->stream("SELECT count(*), sum(v)::DOUBLE FROM (" + sql + ")");
  if (!stream || !stream->next()) std::_Exit(1);
  measured.intervals = stream->integer(0, 0);
  measured.v_sum = stream->real(1, 0);
  measured.wall_s = monotonic_s() - start;
  return measured;
}

}  // namespace

int main() {
  const char* where = std::getenv("SHRIKE_BENCH_DIR");
  const auto dir = (where != nullptr ? fs::path(where) : fs::temp_directory_path()) / "shrike-ledger-bench" / "ledger";
  std::vector<int64_t> sizes{1'000'000, 10'000'000};
  if (std::getenv("SHRIKE_BENCH_FULL") != nullptr) sizes.push_back(100'000'000);
  fmt::print("{:>12} {:>12} {:>12} {:>10} {:>12} {:>8}\n", "rows", "roll s", "DuckDB s", "ratio", "peak MB", "rows/s");
  bool good = true;
  std::vector<double> times;
  for (const int64_t rows : sizes) {
    (void)alone([&] { return generate(dir, rows); });
    const auto ours = alone([&] { return roll(dir); });
    const auto theirs = alone([&] { return bare_sql(dir); });
    const double ratio = ours.wall_s / theirs.wall_s;
    fmt::print("{:>12} {:>12.2f} {:>12.2f} {:>10.2f} {:>12.0f} {:>8.2g}\n", rows, ours.wall_s, theirs.wall_s, ratio,
               ours.peak_mb, static_cast<double>(rows) / ours.wall_s);
    std::fflush(stdout);
    if (ours.intervals != theirs.intervals || std::abs(ours.v_sum - theirs.v_sum) > 1e-3) {
      fmt::print("the two disagree: {} intervals, V {} against {}, {}\n", ours.intervals, ours.v_sum, theirs.intervals,
                 theirs.v_sum);
      good = false;
    }
    good = good && ratio <= kRatioMax && ours.peak_mb < kMemoryMax_GB * 1024;
    times.push_back(ours.wall_s);
  }
  const double exponent = std::log10(times.back() / times.front()) / static_cast<double>(times.size() - 1);
  good = good && exponent <= kExponentMax;
  fmt::print("grows as rows^{:.2f} (demand {}); ratio demanded {}; memory below {} GB\n{}\n", exponent, kExponentMax,
             kRatioMax, kMemoryMax_GB, good ? "all held" : "NOT held");
  std::error_code error;
  fs::remove_all(dir.parent_path(), error);
  return good ? 0 : 1;
}

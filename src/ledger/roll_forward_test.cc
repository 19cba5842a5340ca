#include "ledger/roll_forward.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <random>

#include "ledger/ledger_testing.h"
#include "ledger/postgres_testing.h"

namespace shrike {
namespace {

/// Exports of a retailer with `stores` stores, at random: every kind of movement, counts of all kinds, many at the same
/// moment as a movement. Quantities in thousandths.
void write_random_exports(const TestLedger& ledger, int stores, unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
  const auto when = [&] { return fmt::format("2024-{:02}-{:02} {:02}:00:00", pick(1, 6), pick(1, 28), pick(6, 22)); };
  const auto units = [&] { return fmt::format("{}.{}", pick(1, 9), pick(0, 1) * 250); };
  std::string sales = "store_id,sku_id,ts,qty,net_value\n";
  std::string receipts = "store_id,sku_id,ts,qty_received\n";
  std::string adjustments = "store_id,sku_id,ts,qty,reason\n";
  std::string transfers = "doc,line,from_store,to_store,sku_id,ts_ship,ts_recv,qty_ship,qty_recv\n";
  std::string lines = "count_id,store_id,sku_id,qty_counted,ts_scanned,zone\n";
  int doc = 0;
  for (int s = 0; s < stores; ++s) {
    const auto store = fmt::format("S{}", s);
    for (int p = 0; p < 12; ++p) {
      const auto sku = fmt::format("P{:02}", p);
      for (int i = pick(0, 30); i > 0; --i) sales += fmt::format("{},{},{},{},1\n", store, sku, when(), pick(-1, 6));
      for (int i = pick(0, 8); i > 0; --i) receipts += fmt::format("{},{},{},{}\n", store, sku, when(), units());
      for (int i = pick(0, 6); i > 0; --i) {
        static constexpr const char* kReasons[] = {"Spoilage", "Shrink", "Overage", "Theft", "Nobody knows this"};
        const int reason = pick(0, 4);
        adjustments +=
            fmt::format("{},{},{},{}{},{}\n", store, sku, when(), reason == 2 ? "" : "-", pick(1, 5), kReasons[reason]);
      }
      if (pick(0, 1) == 0 && s > 0)
        transfers += fmt::format("T{},1,{},S{},{},2024-02-0{} 10:00:00,2024-02-0{} 10:00:00,4,{}\n", ++doc, store,
                                 s - 1, sku, pick(1, 3), pick(4, 8), pick(3, 4));
      for (int c = pick(0, 5); c > 0; --c) {
        const auto at = when();
        lines += fmt::format("C-{}-{},{},{},{},{},front\n", s, at, store, sku, units(), at);
        if (pick(0, 2) == 0) lines += fmt::format("C-{}-{},{},{},{},{},back\n", s, at, store, sku, pick(0, 4), at);
      }
    }
  }
  const auto report = ledger.import({ledger.write("sales.csv", sales), ledger.write("receipts.csv", receipts),
                                     ledger.write("adjustments.csv", adjustments), ledger.write("lines.csv", lines),
                                     ledger.write("transfers.csv", transfers)});
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& file : report->files) ASSERT_EQ(file.outcome, ImportedFile::Outcome::imported) << file.reason;
}

std::vector<StoreRoll> roll(const std::filesystem::path& dir, int threads) {
  std::vector<StoreRoll> rolls;
  const auto done = roll_forward(dir, {.threads = threads}, [&](StoreRoll&& one) -> Result<void> {
    rolls.push_back(std::move(one));
    return {};
  });
  EXPECT_TRUE(done) << (done ? "" : done.error().message);
  return rolls;
}

/// store, sku, t0, t1 → V in thousandths, of the closed intervals.
using Variances = std::map<std::tuple<std::string, std::string, int64_t, int64_t>, std::pair<int64_t, int64_t>>;

Variances variances_of(const std::vector<StoreRoll>& rolls) {
  Variances all;
  for (const auto& store : rolls) {
    for (const auto& i : store.intervals) {
      if (!i.open) all[{store.store, store.skus[i.sku], i.t0_us, i.t1_us}] = {i.v, i.sold};
    }
  }
  return all;
}

/// The same by adding up, interval for interval, every movement that lies in it.
Variances brute_force(const TestLedger& ledger) {
  auto opened = open_ledger(ledger.dir());
  EXPECT_TRUE(opened);
  const auto counts = opened->duck.table(
      "SELECT store_id, sku_id, epoch_us(ts), (qty * 1000)::BIGINT FROM count_stock ORDER BY store_id, sku_id, ts, "
      "count_id");
  const auto moves = opened->duck.table(
      "SELECT store_id, sku_id, epoch_us(ts), (book * 1000)::BIGINT, (sold * 1000)::BIGINT FROM movement");
  EXPECT_TRUE(counts && moves);
  Variances all;
  for (size_t i = 0; i + 1 < counts->rows.size(); ++i) {
    const auto& from = counts->rows[i];
    const auto& to = counts->rows[i + 1];
    if (from[0] != to[0] || from[1] != to[1]) continue;
    const int64_t t0 = std::stoll(*from[2]);
    const int64_t t1 = std::stoll(*to[2]);
    int64_t net = 0;
    int64_t sold = 0;
    for (const auto& move : moves->rows) {
      const int64_t ts = std::stoll(*move[2]);
      if (move[0] != from[0] || move[1] != from[1] || ts <= t0 || ts > t1) continue;
      net += std::stoll(*move[3]);
      sold += std::stoll(*move[4]);
    }
    all[{*from[0], *from[1], t0, t1}] = {std::stoll(*from[3]) + net - std::stoll(*to[3]), sold};
  }
  return all;
}

TEST(RollForward, EqualsAddingUpByHand) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const TestLedger ledger;
    write_random_exports(ledger, 5, seed);
    const auto rolled = variances_of(roll(ledger.dir(), 2));
    EXPECT_GT(rolled.size(), 60U);
    EXPECT_TRUE(rolled == brute_force(ledger)) << "seed " << seed;
  }
}

bool same_bits(const StoreRoll& a, const StoreRoll& b) {
  if (a.store != b.store || a.skus != b.skus || a.counts != b.counts || a.intervals.size() != b.intervals.size())
    return false;
  for (size_t i = 0; i < a.intervals.size(); ++i) {
    const auto& x = a.intervals[i];
    const auto& y = b.intervals[i];
    for (const auto& [p, q] : {std::pair{x.days, y.days},
                               {x.active_days, y.active_days},
                               {x.stock_days, y.stock_days},
                               {x.ambiguous_var, y.ambiguous_var}}) {
      if (std::memcmp(&p, &q, sizeof p) != 0) return false;
    }
    if (x.v != y.v || x.net != y.net || x.t0_us != y.t0_us || x.t1_us != y.t1_us || x.ledger != y.ledger) return false;
  }
  return true;
}

TEST(RollForward, IsEqualToTheBitWhateverTheThreads) {
  const TestLedger ledger;
  write_random_exports(ledger, 20, 4);
  const auto one = roll(ledger.dir(), 1);
  ASSERT_GT(one.size(), 10U);
  for (const int threads : {2, 3, 7}) {
    const auto other = roll(ledger.dir(), threads);
    ASSERT_EQ(one.size(), other.size());
    for (size_t s = 0; s < one.size(); ++s)
      EXPECT_TRUE(same_bits(one[s], other[s])) << threads << " threads, " << one[s].store;
  }
}

constexpr const char* kPortableLedger =
    "SELECT store_id, sku_id, ts, book AS qty, sold FROM movement WHERE ts IS NOT NULL";
constexpr const char* kPortableCounts = "SELECT store_id, sku_id, ts, qty AS qty_counted FROM count_stock";

TEST(RollForward, EqualsThePortableSql) {
  const TestLedger ledger;
  write_random_exports(ledger, 5, 5);
  auto opened = open_ledger(ledger.dir());
  ASSERT_TRUE(opened);
  const auto answer = opened->duck.table(fmt::format(
      "SELECT store_id, sku_id, epoch_us(t0), epoch_us(t1), (v * 1000)::BIGINT, (sold * 1000)::BIGINT FROM ({})",
      interval_sql(fmt::format("({})", kPortableLedger), fmt::format("({})", kPortableCounts))));
  ASSERT_TRUE(answer) << answer.error().message;
  Variances all;
  for (const auto& row : answer->rows)
    all[{*row[0], *row[1], std::stoll(*row[2]), std::stoll(*row[3])}] = {std::stoll(*row[4]), std::stoll(*row[5])};
  EXPECT_TRUE(all == variances_of(roll(ledger.dir(), 1)));
}

/// The same SQL, the same rows, on a PostgreSQL that this test starts.
TEST(RollForward, PostgresGivesTheSameIntervals) {
  auto server = TestPostgres::start();
  if (!server) GTEST_SKIP() << "no PostgreSQL here (deps/debian.txt, step test)";
  const TestLedger ledger;
  write_random_exports(ledger, 5, 6);
  auto opened = open_ledger(ledger.dir());
  ASSERT_TRUE(opened);
  const auto moves = server->folder() / "movement.csv";
  const auto counts = server->folder() / "count.csv";
  ASSERT_TRUE(opened->duck.run(
      fmt::format("COPY ({}) TO {} (FORMAT csv, HEADER false)", kPortableLedger, sql_text(moves.string()))));
  ASSERT_TRUE(opened->duck.run(
      fmt::format("COPY ({}) TO {} (FORMAT csv, HEADER false)", kPortableCounts, sql_text(counts.string()))));
  const auto made = server->run(fmt::format(
      "CREATE TABLE ledger (store_id text, sku_id text, ts timestamp, qty numeric(18,3), sold numeric(18,3));\n"
      "CREATE TABLE counted (store_id text, sku_id text, ts timestamp, qty_counted numeric(18,3));\n"
      "\\copy ledger FROM '{}' CSV\n\\copy counted FROM '{}' CSV\n",
      moves.string(), counts.string()));
  ASSERT_TRUE(made) << made.error().message;
  const auto theirs = server->run(
      "SELECT store_id || ',' || sku_id || ',' || to_char(t0, 'YYYY-MM-DD HH24:MI:SS.US') || ',' || to_char(t1, "
      "'YYYY-MM-DD HH24:MI:SS.US') || ',' || sold::numeric(18,3) || ',' || v::numeric(18,3) FROM (" +
      interval_sql("ledger", "counted") +
      ") AS answer ORDER BY store_id COLLATE \"C\", sku_id COLLATE \"C\", t0, t1;\n");
  ASSERT_TRUE(theirs) << theirs.error().message;
  const auto ours = opened->duck.table(fmt::format(
      "SELECT store_id, sku_id, strftime(t0, '%Y-%m-%d %H:%M:%S.%f'), strftime(t1, '%Y-%m-%d %H:%M:%S.%f'), "
      "sold::DECIMAL(18,3), v::DECIMAL(18,3) FROM ({}) ORDER BY ALL",
      interval_sql(fmt::format("({})", kPortableLedger), fmt::format("({})", kPortableCounts))));
  ASSERT_TRUE(ours) << ours.error().message;
  std::string text;
  for (const auto& row : ours->rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      text += row[i].value_or("");
    }
    text += '\n';
  }
  EXPECT_GT(ours->rows.size(), 60U);
  EXPECT_EQ(*theirs, text);
}

/// One product's story, told by exports.
class Story : public ::testing::Test {
 protected:
  void tell(const std::string& sales, const std::string& receipts, const std::string& counts,
            const std::string& adjustments = "") {
    std::vector<std::filesystem::path> files{
        ledger_.write("sales.csv", "store_id,sku_id,ts,qty,net_value\n" + sales),
        ledger_.write("receipts.csv", "store_id,sku_id,ts_physical,ts_posted,qty_received\n" + receipts),
        ledger_.write("count_lines.csv", counts)};
    if (!adjustments.empty())
      files.push_back(ledger_.write("adjustments.csv", "store_id,sku_id,ts,qty,reason,count_id\n" + adjustments));
    const auto report = ledger_.import(files);
    ASSERT_TRUE(report) << report.error().message;
    for (const auto& file : report->files) ASSERT_EQ(file.outcome, ImportedFile::Outcome::imported) << file.reason;
    for (auto& store : roll(ledger_.dir(), 1)) {
      intervals_.insert(intervals_.end(), store.intervals.begin(), store.intervals.end());
    }
  }
  TestLedger ledger_;
  std::vector<LedgerInterval> intervals_;
};

TEST_F(Story, NoLossBeforeTheFirstCount) {
  tell("S1,A,2024-01-01,5,1\nS1,A,2024-01-11,5,1\n", "S1,A,2024-01-02,,10\n",
       "count_id,store_id,sku_id,qty_counted,ts_scanned\nC1,S1,A,100,2024-01-10 20:00:00\nC2,S1,A,90,2024-01-20 "
       "20:00:00\n");
  ASSERT_EQ(intervals_.size(), 2U);
  EXPECT_EQ(intervals_[0].v, 5'000);
  EXPECT_EQ(intervals_[0].c0, 100'000);
  EXPECT_TRUE(intervals_[1].open);
}

TEST_F(Story, AGainStaysAGain) {
  tell("S1,A,2024-01-11,5,1\n", "",
       "count_id,store_id,sku_id,qty_counted,ts_scanned\nC1,S1,A,10,2024-01-10 20:00:00\nC2,S1,A,9,2024-01-20 "
       "20:00:00\n");
  EXPECT_EQ(intervals_.at(0).v, -4'000);
}

TEST_F(Story, NegativeBookIsNotClipped) {
  tell("S1,A,2024-01-11,15,1\n", "",
       "count_id,store_id,sku_id,qty_counted,ts_scanned\nC1,S1,A,10,2024-01-10 20:00:00\nC2,S1,A,0,2024-01-20 "
       "20:00:00\n");
  EXPECT_EQ(intervals_.at(0).v, -5'000);
  EXPECT_EQ(intervals_.at(0).min_book, -5'000);
}

TEST_F(Story, ALatePostingCountsWhenItHappened) {
  // Received before the count, posted after it.
  tell("S1,A,2024-01-11,5,1\n", "S1,A,2024-01-12 09:00:00,2024-01-25 09:00:00,7\n",
       "count_id,store_id,sku_id,qty_counted,ts_scanned\nC1,S1,A,10,2024-01-10 20:00:00\nC2,S1,A,12,2024-01-20 "
       "20:00:00\n");
  EXPECT_EQ(intervals_.at(0).v, 0);
  EXPECT_EQ(intervals_.at(0).received, 7'000);
}

TEST_F(Story, MovementsWhileCountingAreUndecided) {
  ledger_.take("headers.csv",
               "count_id,store_id,kind,scope,ts_start,ts_end\n"
               "C1,S1,full,all,2024-01-10 20:00:00,2024-01-10 21:00:00\n"
               "C2,S1,full,all,2024-01-20 13:00:00,2024-01-20 15:00:00\n");
  tell("S1,A,2024-01-20 14:00:00,3,1\nS1,A,2024-01-12 14:00:00,1,1\n", "S1,A,2024-01-13,,1\n",
       "count_id,sku_id,qty_counted\nC1,A,10\nC2,A,10\n");
  // Before the count: V = 10 + 1 - 4 - 10 = -3; after it: 0.
  ASSERT_EQ(intervals_.size(), 2U);
  EXPECT_EQ(intervals_[0].v, -3'000);
  EXPECT_EQ(intervals_[0].ambiguous, -3'000);
  EXPECT_GT(intervals_[0].ambiguous_var, 0);
  EXPECT_EQ(intervals_[1].ambiguous, 3'000);
}

TEST_F(Story, WhatTheCountPostedLiesAtTheCount) {
  tell("S1,A,2024-01-11,5,1\n", "S1,A,2024-01-12,,1\n",
       "count_id,store_id,sku_id,qty_counted,ts_scanned\nC1,S1,A,10,2024-01-10 20:00:00\nC2,S1,A,4,2024-01-20 "
       "20:00:00\n",
       "S1,A,2024-01-22 08:00:00,-2,Count,C2\n");
  EXPECT_EQ(intervals_.at(0).v, 2'000);
  EXPECT_EQ(intervals_.at(0).ledger, 2'000);
  EXPECT_EQ(intervals_.at(1).ledger, 0);
}

TEST_F(Story, SpoilageIsNoUnknownLossAndTheftIsBeside) {
  tell("S1,A,2024-01-11,5,1\n", "S1,A,2024-01-12,,1\n",
       "count_id,store_id,sku_id,qty_counted,ts_scanned\nC1,S1,A,10,2024-01-10 20:00:00\nC2,S1,A,1,2024-01-20 "
       "20:00:00\n",
       "S1,A,2024-01-15,-2,Spoilage,\nS1,A,2024-01-15,-1,Theft,\n");
  EXPECT_EQ(intervals_.at(0).v, 2'000);
  EXPECT_EQ(intervals_.at(0).spoiled, 3'000);
}

TEST_F(Story, ProductsThatStandStillMayBeGone) {
  // Ten days of sales, then nothing for ninety: the clock of exposure stops.
  std::string sales;
  for (int day = 2; day <= 11; ++day) sales += fmt::format("S1,A,2024-01-{:02},1,1\n", day);
  tell(sales, "",
       "count_id,store_id,sku_id,qty_counted,ts_scanned\nC1,S1,A,30,2024-01-01 20:00:00\nC2,S1,A,0,2024-04-20 "
       "20:00:00\n");
  EXPECT_EQ(intervals_.at(0).v, 20'000);
  EXPECT_NEAR(intervals_.at(0).days, 110, 0.1);
  EXPECT_LT(intervals_.at(0).active_days, 25);
  EXPECT_GT(intervals_.at(0).active_days, 9);
}

TEST(CountError, IsTheNegativeCovarianceOfNeighbours) {
  std::vector<LedgerInterval> intervals;
  std::vector<double> residual;
  for (uint32_t k = 0; k < 4; ++k) {
    intervals.push_back({.sku = 0, .k = k});
    residual.push_back(k % 2 == 0 ? 3 : -3);
  }
  EXPECT_EQ(count_error_variance(intervals, residual), 9);
  intervals[1].sku = intervals[3].sku = 1;
  EXPECT_EQ(count_error_variance(intervals, residual), 0);
}

}  // namespace
}  // namespace shrike

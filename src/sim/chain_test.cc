#include "sim/chain.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <set>

#include "sim/chain_write.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

const fs::path kWorlds = fs::path(SHRIKE_SOURCE_DIR) / "config/worlds";

ChainPlan small_chain(uint64_t seed, const std::string& world = "grocery") {
  return plan_chain(*find_world(world, kWorlds), {.stores = 8, .products = 120, .days = 400, .seed = seed});
}

std::vector<StoreTape> tapes_of(const ChainPlan& plan) {
  std::vector<StoreTape> tapes;
  simulate_chain(plan, [&](const StoreTape& tape) { tapes.push_back(tape); });
  return tapes;
}

TEST(Chain, EveryVarianceIsTheSumOfWhatHappened) {
  for (const char* world :
       {"grocery", "drugstore", "convenience", "hardware", "electronics", "devices", "apparel", "boutiques", "null"}) {
    int intervals = 0;
    for (const StoreTape& tape : tapes_of(small_chain(3, world))) {
      for (const SimInterval& i : tape.intervals) {
        EXPECT_EQ(i.variance, std::accumulate(i.realised.begin(), i.realised.end(), 0))
            << world << " store " << tape.store;
        ++intervals;
      }
    }
    EXPECT_GT(intervals, 1000) << world;
  }
}

/// The roll-forward by hand, from the records alone: last count + everything booked by the day it happened.
TEST(Chain, TheRecordsRollForwardToTheVariance) {
  const auto tapes = tapes_of(small_chain(4));
  std::map<std::tuple<int, int, int>, int> booked;  // store, product, day → units
  for (const StoreTape& tape : tapes) {
    const int s = tape.store;
    for (const SimSale& x : tape.sales) booked[{s, x.product, x.day}] -= x.quantity;
    for (const SimReceipt& x : tape.receipts) booked[{s, x.product, x.day}] += x.received;
    for (const SimTransfer& x : tape.sent) {
      if (!x.posted) continue;
      booked[{s, x.product, x.day_shipped}] -= x.shipped;
      booked[{x.to, x.product, x.day_received}] += x.received;
    }
    for (const SimAdjustment& x : tape.adjustments) {
      const bool usl = x.reason == SimReason::count_variance || x.reason == SimReason::unknown;
      if (!usl) booked[{s, x.product, x.day}] += x.quantity;
    }
  }
  for (const StoreTape& tape : tapes) {
    for (const SimInterval& i : tape.intervals) {
      if (i.open) continue;
      int net = 0;
      for (auto at = booked.upper_bound({tape.store, i.product, i.day_from});
           at != booked.end() && at->first <= std::tuple(tape.store, i.product, i.day_to); ++at) {
        net += at->second;
      }
      ASSERT_EQ(i.counted_from + net - i.counted_to, i.variance) << "store " << tape.store << " product " << i.product;
    }
  }
}

TEST(Chain, PlantsEverything) {
  std::set<SimCause> causes;
  std::set<SimCountKind> kinds;
  std::set<SimReason> reasons;
  bool late = false, short_transfer = false, unposted = false, negative_book = false, implied_zero = false,
       gain = false;
  for (const StoreTape& tape :
       tapes_of(plan_chain(*find_world("grocery", kWorlds), {.stores = 20, .products = 300, .days = 500, .seed = 5}))) {
    for (const SimEvent& e : tape.events) causes.insert(e.cause);
    for (const SimCount& c : tape.counts) {
      kinds.insert(c.kind);
      for (const SimCountLine& l : c.lines) {
        negative_book |= l.book < 0;
        implied_zero |= c.kind == SimCountKind::full && l.counted == 0 && l.seen_before;
      }
    }
    for (const SimAdjustment& a : tape.adjustments) reasons.insert(a.reason);
    for (const SimReceipt& r : tape.receipts) late |= r.day_posted > r.day;
    for (const SimTransfer& t : tape.sent) {
      short_transfer |= t.posted && t.received < t.shipped;
      unposted |= !t.posted;
    }
    for (const SimInterval& i : tape.intervals) gain |= i.variance < 0;
  }
  EXPECT_EQ(causes.size(), static_cast<size_t>(kSimCauses - 1));  // a count error is no event: it is in the intervals
  EXPECT_EQ(kinds.size(), 3U);
  EXPECT_EQ(reasons.size(), 7U);
  EXPECT_TRUE(late && short_transfer && unposted && negative_book && implied_zero && gain);
}

TEST(Chain, RealisedLossFollowsTheExpectedOne) {
  double realised = 0, expected = 0;
  for (const StoreTape& tape : tapes_of(
           plan_chain(*find_world("drugstore", kWorlds), {.stores = 20, .products = 200, .days = 600, .seed = 9}))) {
    for (const SimInterval& i : tape.intervals) {
      realised += i.realised[static_cast<size_t>(SimCause::theft)];
      expected += i.expected[static_cast<size_t>(SimCause::theft)];
    }
  }
  EXPECT_GT(realised, 2000);
  EXPECT_NEAR(realised / expected, 1, 4 / std::sqrt(realised) * 1.5);  // runs of thefts widen Poisson's spread
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Chain, FilesRepeatBySeedAndSayThatTheyAreSimulated) {
  const fs::path folder = fs::path(testing::TempDir()) / "shrike_chain_test";
  fs::remove_all(folder);
  const ChainPlan plan =
      plan_chain(*find_world("grocery", kWorlds), {.stores = 3, .products = 40, .days = 200, .seed = 6});
  ASSERT_TRUE(write_chain(plan, folder / "a"));
  ASSERT_TRUE(write_chain(plan, folder / "b"));
  ChainPlan other = plan_chain(plan.world, {.stores = 3, .products = 40, .days = 200, .seed = 7});
  ASSERT_TRUE(write_chain(other, folder / "c"));
  EXPECT_EQ(text_of(folder / "a/manifest.json"), text_of(folder / "b/manifest.json"));  // it holds every file's SHA-256
  EXPECT_NE(text_of(folder / "a/exports/receipts.csv"), text_of(folder / "c/exports/receipts.csv"));
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "a")) {
    if (entry.path().extension() != ".csv") continue;
    ++files;
    EXPECT_TRUE(text_of(entry.path()).starts_with("SIMULATED DATA")) << entry.path();
  }
  EXPECT_GT(files, 15);
  EXPECT_NE(text_of(folder / "a/manifest.json").find("\"simulated\": true"), std::string::npos);
  fs::remove_all(folder);
}

TEST(Chain, DoesNotOverwriteAStrangersFolder) {
  const fs::path folder = fs::path(testing::TempDir()) / "shrike_chain_stranger";
  fs::create_directories(folder / "exports");
  std::ofstream(folder / "exports/sales.csv") << "mine";
  const auto done = write_chain(small_chain(1), folder);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Error::Kind::bad_input);
  EXPECT_EQ(text_of(folder / "exports/sales.csv"), "mine");
  fs::remove_all(folder);
}

TEST(ChainWorld, ShippedWorldsLoadAndDiffer) {
  std::set<double> shares;
  for (const std::string& name : list_worlds(kWorlds)) {
    const auto world = find_world(name, kWorlds);
    ASSERT_TRUE(world) << world.error().message;
    EXPECT_EQ(world->name, name);
    shares.insert(world->theft.share_of_sales);
  }
  EXPECT_GE(shares.size(), 4U);
}

TEST(ChainWorld, FaultsAreNamedWithTheirLine) {
  const fs::path file = fs::path(testing::TempDir()) / "shrike_world.yml";
  std::ofstream(file) << "name: odd\ntheft:\n  store_shape: many\n  color: red\nstock:\n  lead_days: 900\n";
  const auto world = load_world(file);
  ASSERT_FALSE(world);
  EXPECT_EQ(world.error().kind, Error::Kind::bad_input);
  const std::string& message = world.error().message;
  EXPECT_NE(message.find("shrike_world.yml:3:16: theft.store_shape: expected a number, found 'many'"),
            std::string::npos)
      << message;
  EXPECT_NE(message.find("shrike_world.yml:4:3: unknown key 'color' in theft"), std::string::npos) << message;
  EXPECT_NE(message.find("shrike_world.yml:6:14: stock.lead_days: 900 is out of range; expected 1 to 60"),
            std::string::npos)
      << message;
  EXPECT_NE(message.find("theft.cell_shape: missing"), std::string::npos) << message;
  EXPECT_FALSE(find_world("nowhere", kWorlds));
  fs::remove(file);
}

}  // namespace
}  // namespace shrike

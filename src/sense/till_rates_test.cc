#include "sense/till_rates.h"

#include <boost/random/beta_distribution.hpp>
#include <boost/random/binomial_distribution.hpp>
#include <gtest/gtest.h>
#include <random>

namespace shrike {
namespace {

std::vector<RateCount> peers_of(std::mt19937_64& engine, int count, double mean, double spread, int base) {
  const double size = (1 - mean) / (mean * spread * spread) - 1;
  std::vector<RateCount> counts;
  for (int i = 0; i < count; ++i) {
    const double rate = boost::random::beta_distribution<>(mean * size, (1 - mean) * size)(engine);
    counts.push_back({boost::random::binomial_distribution<>(base, rate)(engine), base});
  }
  return counts;
}

TEST(TillRates, LittleDataIsDrawnToThePeersAndMuchDataIsNot) {
  std::vector<RateCount> counts(20, {20, 1000});
  counts.push_back({2, 10});      // 20 % of ten
  counts.push_back({200, 1000});  // 20 % of a thousand
  const auto rates = compare_rates(counts);
  EXPECT_NEAR(rates[0].peers_median, 0.02, 0.003);
  EXPECT_LT(rates[20].shrunk, 0.10);
  EXPECT_GT(rates[21].shrunk, 0.17);
  for (const auto& rate : rates) {
    EXPECT_LT(rate.shrunk_low, rate.shrunk);
    EXPECT_GT(rate.shrunk_high, rate.shrunk);
    EXPECT_LE(rate.low, rate.rate);
    EXPECT_GE(rate.high, rate.rate);
  }
  EXPECT_GT(rates[20].p, 0.001);
  EXPECT_LT(rates[21].p, 1e-5);
}

TEST(TillRates, PValuesOfPeersAreNotSmallerThanChance) {
  // One-sided and 1 below the mean: so at most a twentieth below 0.05.
  std::mt19937_64 engine(7);
  int below = 0, all = 0;
  for (int world = 0; world < 60; ++world) {
    for (const auto& rate : compare_rates(peers_of(engine, 12, 0.03, 0.4, 600))) {
      ++all;
      below += rate.p < 0.05 ? 1 : 0;
    }
  }
  EXPECT_LT(below, all * 0.065) << below << " of " << all;
  EXPECT_GT(below, all * 0.015) << "the test would find nothing";
}

TEST(TillRates, ShrunkIntervalsHoldTheTruth) {
  std::mt19937_64 engine(11);
  int held = 0, all = 0;
  for (int world = 0; world < 40; ++world) {
    const double mean = 0.03, spread = 0.4, size = (1 - mean) / (mean * spread * spread) - 1;
    std::vector<double> truth;
    std::vector<RateCount> counts;
    for (int i = 0; i < 15; ++i) {
      truth.push_back(boost::random::beta_distribution<>(mean * size, (1 - mean) * size)(engine));
      counts.push_back({boost::random::binomial_distribution<>(400, truth.back())(engine), 400});
    }
    const auto rates = compare_rates(counts);
    for (size_t i = 0; i < rates.size(); ++i) {
      ++all;
      held += truth[i] >= rates[i].shrunk_low && truth[i] <= rates[i].shrunk_high ? 1 : 0;
    }
  }
  EXPECT_NEAR(static_cast<double>(held) / all, 0.9, 0.04);
}

TEST(TillRates, OneAmongWidelySpreadPeersIsNoExtreme) {
  std::mt19937_64 engine(3);
  auto close = peers_of(engine, 15, 0.03, 0.1, 2000), wide = peers_of(engine, 15, 0.03, 1.0, 2000);
  close.push_back({160, 2000});
  wide.push_back({160, 2000});
  EXPECT_LT(compare_rates(close).back().p, 1e-4);
  EXPECT_GT(compare_rates(wide).back().p, 1e-2);
}

TEST(TillRates, EventsThatClumpSayLess) {
  Clumps coins, clumps;
  std::mt19937_64 engine(5);
  for (int i = 0; i < 4000; ++i) {
    coins.add({boost::random::binomial_distribution<int64_t>(10, 0.1)(engine), 10});
    clumps.add({i % 10 == 0 ? 10 : 0, 10});  // the same rate, all lines of a receipt alike
  }
  EXPECT_NEAR(design_effect_of({coins, coins}), 1, 0.1);
  EXPECT_NEAR(design_effect_of({clumps, clumps}), 10, 0.1);
  EXPECT_EQ(design_effect_of({}), 1);
  std::vector<RateCount> counts(12, {100, 1000});
  counts[0] = {200, 1000};
  const auto single = compare_rates(counts), clumped = compare_rates(counts, 10);
  EXPECT_LT(single[0].p, 1e-3);
  EXPECT_GT(clumped[0].p, 1e-2);
  EXPECT_EQ(clumped[0].rate, single[0].rate);
  EXPECT_LT(clumped[0].low, single[0].low);
}

TEST(TillRates, FewPeersOrNoBaseAreNotTested) {
  EXPECT_TRUE(compare_rates({}).empty());
  const auto few = compare_rates({{9, 10}, {0, 10}, {0, 10}});
  for (const auto& rate : few) EXPECT_FALSE(rate.tested);
  const auto some = compare_rates({{1, 10}, {0, 10}, {0, 10}, {0, 10}, {0, 0}});
  EXPECT_TRUE(some[0].tested);
  EXPECT_FALSE(some[4].tested);
  EXPECT_EQ(some[4].p, 1);
}

TEST(TillRates, ExtremeCountsStayFinite) {
  for (const auto& counts :
       std::vector<std::vector<RateCount>>{{{0, 5}, {0, 5}, {0, 5}, {0, 5}},
                                           {{5, 5}, {5, 5}, {5, 5}, {5, 5}},
                                           {{0, 1'000'000}, {0, 1}, {1, 1}, {1'000'000, 1'000'000}},
                                           {{990, 1000}, {980, 1000}, {985, 1000}, {999, 1000}}}) {
    for (const auto& rate : compare_rates(counts)) {
      for (const double value : {rate.rate, rate.low, rate.high, rate.shrunk, rate.shrunk_low, rate.shrunk_high, rate.p,
                                 rate.peers_median}) {
        EXPECT_GE(value, 0);
        EXPECT_LE(value, 1);
      }
    }
  }
}

}  // namespace
}  // namespace shrike

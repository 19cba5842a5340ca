// The net learns what follows what, and the edge reckons as libtorch does.
#include "train/movement_training.h"

#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>

namespace shrike {
namespace {

/// A shop in which everybody goes 1, then 2 or 3, then 4; long at 3, short elsewhere.
MovementRows made_up(size_t walks) {
  MovementRows rows{.places = {"?", "door", "soap", "razors", "till"}, .walks = {}};
  std::mt19937_64 random(5);
  std::bernoulli_distribution coin(0.2);
  for (size_t w = 0; w < walks; ++w) {
    const int32_t middle = coin(random) ? 3 : 2;
    rows.walks.push_back({.hour = 12,
                          .place = {1, middle, 4},
                          .kind = {2, 5, 4},
                          .seconds = {3, middle == 3 ? 50.F : 5.F, 20},
                          .way = {2, 3, 4},
                          .at_s = {0, 3, 8}});
  }
  return rows;
}

double all_surprise(const WalkReading& r) {
  return std::accumulate(r.surprise.begin(), r.surprise.end(), static_cast<double>(r.leaving));
}

TEST(MovementTraining, LearnsWhatFollowsWhatAndForHowLong) {
  const auto trained = train_movement(made_up(400), {.threads = 1, .epochs_max = 30, .patience = 30});
  ASSERT_TRUE(trained) << trained.error().message;
  WalkSteps usual{
      .hour = 12, .place = {1, 2, 4}, .kind = {2, 5, 4}, .seconds = {3, 5, 20}, .way = {2, 3, 4}, .at_s = {0, 3, 8}};
  const WalkReading reading = read_walk(trained->net, usual);
  ASSERT_EQ(reading.surprise.size(), 3U);
  EXPECT_NEAR(reading.surprise[1], -std::log(0.8), 0.3) << "four in five go to the soap, all of them shortly";
  WalkSteps lingers = usual, runs = usual;
  lingers.seconds[1] = 300;
  runs.place[2] = 1;
  EXPECT_GT(read_walk(trained->net, lingers).surprise[1], reading.surprise[1] + 2);
  EXPECT_GT(read_walk(trained->net, runs).surprise[2], reading.surprise[2] + 2);
}

TEST(MovementTraining, TheEdgeReckonsAsTheTrainer) {
  const MovementRows rows = made_up(200);
  const auto trained = train_movement(rows, {.threads = 1, .epochs_max = 2});
  ASSERT_TRUE(trained) << trained.error().message;
  double sum = 0, stretches = 0;
  for (size_t w = 7; w < rows.walks.size(); w += 10) {  // those that were kept aside
    sum += all_surprise(read_walk(trained->net, rows.walks[w]));
    stretches += static_cast<double>(rows.walks[w].place.size() + 1);
  }
  EXPECT_NEAR(sum / stretches, trained->surprise_per_stretch, 1e-4);
}

TEST(MovementTraining, SameRowsSameNet) {
  const auto a = train_movement(made_up(150), {.threads = 1, .epochs_max = 2}),
             b = train_movement(made_up(150), {.threads = 1, .epochs_max = 2});
  ASSERT_TRUE(a && b);
  EXPECT_EQ(to_json(a->net), to_json(b->net));
}

TEST(MovementTraining, RefusesTooFew) {
  const auto trained = train_movement(made_up(20), {});
  ASSERT_FALSE(trained);
  EXPECT_NE(trained.error().message.find("20 walks"), std::string::npos);
}

}  // namespace
}  // namespace shrike

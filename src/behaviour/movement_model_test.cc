#include "behaviour/movement_model.h"

#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>

#include "behaviour/movement_testing.h"
#include "behaviour/movement_trial.h"

namespace shrike {
namespace {

const Timestamp kStart{1'770'000'000'000'000};

std::vector<Walk> walks(size_t n, uint64_t seed, double seconds = 20) {
  std::mt19937_64 random(seed);
  std::exponential_distribution<double> stays(1 / seconds);
  std::vector<Walk> out;
  for (size_t i = 0; i < n; ++i) {
    Walk walk{.visit_id = "v", .from = kStart.plus_s(static_cast<double>(i) * 300), .seconds = 0, .stretches = {}};
    for (const auto& [place, kind] :
         {std::pair("door", ZoneKind::entrance), {"razors", ZoneKind::high_risk}, {"till", ZoneKind::checkout}}) {
      const double s = 2 + stays(random);
      walk.stretches.push_back({place, kind, walk.seconds, s, 3});
      walk.seconds += s;
    }
    out.push_back(std::move(walk));
  }
  return out;
}

MovementModel any_model(MovementScore score = MovementScore::mean_surprise) {
  MovementModel model{.net = any_net(), .centre = {}, .whiten = {}, .score = score, .calibration = {}};
  fit_visits(model, walks(300, 1));
  calibrate(model, walks(400, 2));
  return model;
}

TEST(Quantiles, RanksAreSharesOfTheSample) {
  std::vector<float> sample;
  for (int i = 1; i <= 1000; ++i) sample.push_back(static_cast<float>(i));
  const Quantiles q = Quantiles::of(sample);
  EXPECT_NEAR(q.exceedance(500), 0.5, 0.01);
  EXPECT_NEAR(q.exceedance(950), 0.05, 0.01);
  EXPECT_LT(q.exceedance(2000), 0.001);
  EXPECT_GT(q.exceedance(2000), 0) << "the next one may be more";
  EXPECT_NEAR(q.exceedance(-5), 1, 0.001);
  EXPECT_EQ(Quantiles{}.exceedance(3), 0.5);
}

TEST(MovementCalibration, AFewOfAnHourAreDrawnToTheWhole) {
  MovementCalibration c;
  std::vector<float> sample;
  for (int i = 0; i < 1000; ++i) sample.push_back(static_cast<float>(i));
  c.visits = Quantiles::of(sample);
  c.visits_by_hour[9] = Quantiles::of({0, 1, 2});
  EXPECT_NEAR(c.visit_rank(9, 500), 0.5, 0.05) << "three visits at nine do not say that 500 is much there";
  c.visits_by_hour[9] = Quantiles::of(std::vector<float>(5000, 1));
  EXPECT_LT(c.visit_rank(9, 500), 0.02) << "five thousand do";
  EXPECT_NEAR(c.visit_rank(10, 500), 0.5, 0.01);
}

TEST(MovementModel, RanksOfVisitsLikeThoseOfItsCalibrationAreEven) {
  for (const auto score : kMovementScores) {
    const MovementModel model = any_model(score);
    std::vector<double> p;
    for (const Walk& walk : walks(600, 3)) p.push_back(model.read(walk).p);
    const Drift same = drift_of(p);
    EXPECT_STREQ(same.verdict(), "steady") << to_string(score) << ": PSI " << same.psi;
    EXPECT_LT(same.ks, 0.1);
    p.clear();
    for (const Walk& walk : walks(600, 4, 300)) p.push_back(model.read(walk).p);
    EXPECT_STREQ(drift_of(p).verdict(), "shifted") << to_string(score);
  }
}

TEST(MovementModel, SaysWhichStretchIsUnusual) {
  const MovementModel model = any_model();
  Walk walk = walks(1, 9).front();
  walk.stretches[1].place = "cellar";
  walk.stretches[1].seconds = 900;
  const VisitReading reading = model.read(walk);
  ASSERT_EQ(reading.rank.size(), 3U);
  EXPECT_LT(reading.rank[1], reading.rank[0]);
  EXPECT_LT(reading.rank[1], reading.rank[2]);
}

TEST(MovementModel, ComesBackFromItsFileAsItWas) {
  MovementModel model = any_model(MovementScore::embedding);
  EXPECT_FALSE(movement_model_from(to_text(model), "m.json")->tried);
  model.tried = MovementTried{.promoted = false, .why = "its ranks have shifted", .visits = 40, .psi = 0.5};
  const std::string text = to_text(model);
  const auto again = movement_model_from(text, "m.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_text(*again), text);
  ASSERT_TRUE(again->tried);
  EXPECT_EQ(again->tried->why, "its ranks have shifted");
  EXPECT_FALSE(again->tried->promoted);
  const Walk walk = walks(1, 9).front();
  EXPECT_EQ(again->read(walk).p, model.read(walk).p);
}

TEST(MovementModel, RefusesWhatIsNoModelAndSaysWhy) {
  const auto refused = [](const std::string& text) {
    const auto model = movement_model_from(text, "m.json");
    return model ? std::string("taken") : model.error().message;
  };
  EXPECT_NE(refused("{").find("m.json: no JSON"), std::string::npos);
  EXPECT_NE(refused("{}").find("not a movement model"), std::string::npos);
  EXPECT_NE(refused(R"({"what": "shrike movement 1"})").find("train anew"), std::string::npos);
  auto json = nlohmann::json::parse(to_text(any_model()));
  const auto with = [&](const char* pointer, const nlohmann::json& value) {
    auto changed = json;
    changed[nlohmann::json::json_pointer(pointer)] = value;
    return refused(changed.dump());
  };
  EXPECT_NE(with("/net/w_in", nlohmann::json::array()).find("w_in"), std::string::npos);
  EXPECT_NE(with("/net/b_next/0", "x").find("b_next"), std::string::npos);
  EXPECT_NE(with("/net/hidden", 100000).find("hidden"), std::string::npos);
  EXPECT_NE(with("/calibration/visits/values/3", 1e9).find("ascend"), std::string::npos);
  EXPECT_NE(with("/facts/normal", nlohmann::json::array()).find("facts"), std::string::npos);
  EXPECT_NE(with("/facts/slope", "x").find("slope"), std::string::npos);
  EXPECT_NE(with("/time_zone", "Mars/Base").find("Mars"), std::string::npos);
  EXPECT_NE(with("/tried", {{"promoted", "yes"}}).find("tried"), std::string::npos);
  EXPECT_NE(with("/score", "wisdom").find("wisdom"), std::string::npos);
}

TEST(MovementModel, WalksOfAnyKindHaveFiniteScores) {
  const MovementModel model = any_model();
  std::vector<Walk> odd(4);
  odd[1].stretches.push_back({"", std::nullopt, -1, 1e300, -5});
  odd[2].stretches.push_back({"razors", ZoneKind::high_risk, std::nan(""), std::nan(""), std::nan("")});
  for (int i = 0; i < 500; ++i) odd[3].stretches.push_back({"till", ZoneKind::checkout, 0, 0.01, 0});
  for (const Walk& walk : odd) {
    const VisitReading reading = model.read(walk);
    EXPECT_TRUE(std::isfinite(reading.raw) && std::isfinite(reading.far));
    EXPECT_GT(reading.p, 0);
    EXPECT_LE(reading.p, 1);
    for (const float s : reading.surprise) EXPECT_TRUE(std::isfinite(s));
  }
}

TEST(MovementTrial, AModelAsGoodIsPromotedAWorseOneIsNot) {
  const MovementModel present = any_model();
  const auto newest = walks(300, 6);
  EXPECT_TRUE(try_movement(nullptr, present, newest).promoted());
  const MovementTrial same = try_movement(&present, present, newest);
  EXPECT_TRUE(same.promoted()) << same.why();
  EXPECT_EQ(same.worse, 0);
  EXPECT_NEAR(same.rank_correlation, 1, 1e-9);
  MovementModel worse = present;
  for (float& b : worse.net.b_next) b *= 20;
  calibrate(worse, walks(400, 2));
  const MovementTrial bad = try_movement(&present, worse, newest);
  EXPECT_FALSE(bad.promoted()) << bad.why();
  EXPECT_GT(bad.worse_low, 0);
  const MovementTrial shifted = try_movement(&present, present, walks(300, 7, 300));
  EXPECT_FALSE(shifted.promoted());
  EXPECT_NE(shifted.why().find("PSI"), std::string::npos);
  EXPECT_FALSE(try_movement(&present, present, {}).promoted());
}

TEST(MovementRows, ComeBackFromCborAsTheyWere) {
  MovementRows rows{.places = {"?", "door", "razors", "till"}, .walks = {}};
  for (const Walk& walk : walks(5, 8)) rows.walks.push_back(steps_of(walk, 9, rows.places));
  const std::string bytes = to_cbor(rows);
  const auto again = movement_rows_from_cbor(bytes);
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_EQ(again->walks.size(), 5U);
  EXPECT_EQ(again->walks[4].seconds, rows.walks[4].seconds);
  EXPECT_EQ(again->walks[4].place, rows.walks[4].place);
  EXPECT_FALSE(movement_rows_from_cbor(bytes.substr(0, bytes.size() / 2)));
}

TEST(Spearman, KnowsOrder) {
  const std::vector<double> up{1, 2, 3, 4}, alike{10, 20, 30, 400}, down{4, 3, 2, 1};
  EXPECT_DOUBLE_EQ(spearman(up, alike), 1);
  EXPECT_DOUBLE_EQ(spearman(up, down), -1);
}

}  // namespace
}  // namespace shrike

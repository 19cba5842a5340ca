// A simulated store: the same every time, true to its figures, and replayed alike on any number of threads.
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>

#include "base/scratch_folder.h"
#include "sim/store_camera.h"
#include "sim/store_eval.h"
#include "sim/store_looks.h"
#include "sim/store_signals.h"
#include "sim/store_write.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

fs::path stores() { return fs::path(SHRIKE_SOURCE_DIR) / "config/stores"; }

StoreWorld small_world(double visits) {
  auto world = find_store_world("drugstore", stores());
  EXPECT_TRUE(world) << world.error().message;
  world->people.visits_a_day = visits;
  world->opens_hour = 9;
  world->closes_hour = 10;
  world->hourly = {1};
  return *world;
}

std::string all_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(store_world, reads_every_world_that_is_shipped) {
  for (const char* name : {"drugstore", "supermarket", "hardware", "sports"}) {
    const auto world = find_store_world(name, stores());
    ASSERT_TRUE(world) << world.error().message;
    EXPECT_EQ(world->name, name);
    EXPECT_EQ(world->people.visits_a_day, 1000);
    EXPECT_DOUBLE_EQ(world->thieves.share, 0.01);
  }
}

TEST(store_world, names_what_is_wrong) {
  const auto missing = parse_store_world("name: x\nopens_hour: 30\nzones:\n  a: {kind: door}\n", "x.yml");
  ASSERT_FALSE(missing);
  for (const char* part : {"x.yml:2:13", "opens_hour", "door", "thieves", "missing"})
    EXPECT_NE(missing.error().message.find(part), std::string::npos) << part << "\n" << missing.error().message;
}

TEST(store_floor, leads_around_shelves) {
  const StoreWorld world = small_world(1);
  FloorPlan floor(world);
  const auto way = floor.way({6.5, 5}, {10.5, 5});  // either side of a shelf from y 2 to 9.5
  ASSERT_GE(way.size(), 3U);
  EXPECT_GT(length_of(way), 7.0);
  for (size_t i = 1; i < way.size(); ++i)
    for (double t = 0; t <= 1; t += 0.05) {
      const FloorPoint p{way[i - 1].x + (way[i].x - way[i - 1].x) * t, way[i - 1].y + (way[i].y - way[i - 1].y) * t};
      for (const WorldShelf& shelf : world.shelves) EXPECT_FALSE(shelf.floor.holds(p)) << p.x << ", " << p.y;
    }
}

TEST(store_camera, sees_over_low_shelves_and_not_behind_tall_ones) {
  StoreWorld world;
  world.width_m = 10;
  world.depth_m = 10;
  world.shelves = {{{4, 4, 6, 5}, 1.5}};
  const StoreCamera camera(world, {.name = "c", .at = {5, 9}, .looks_at = {5, 3}, .height_m = 3, .fov_deg = 90});
  const auto before = camera.body({5, 6}, 1.8), behind = camera.body({5, 3.4}, 1.8);
  ASSERT_TRUE(before && behind);
  EXPECT_EQ(before->hidden_share, 0);
  EXPECT_GT(behind->hidden_share, 0.3);
  EXPECT_LT(behind->hidden_share, 1);
  EXPECT_GT(before->box.height(), behind->box.height()) << "who is nearer is larger";
  // Facing the back wall, what is on the right of the plan is on the right of the picture.
  EXPECT_GT(camera.picture_of(FloorPoint{7, 3})->x, camera.picture_of(FloorPoint{3, 3})->x);
  EXPECT_FALSE(camera.body({5, 9.5}, 1.8)) << "behind the camera";
}

TEST(store_looks, are_alike_for_one_person_and_differ_between_people) {
  const CameraLight light;
  double same = 0, other = 0;
  constexpr int kPeople = 40;
  for (int i = 1; i <= kPeople; ++i) {
    std::vector<float> rows;
    add_look(clothing_of(1, 0, i), light, 100, rows);
    add_look(clothing_of(1, 0, i), light, 200, rows);
    add_look(clothing_of(1, 0, i + kPeople), light, 300, rows);
    const std::span<const float> all(rows);
    same += static_cast<double>(alike(all.subspan(0, kAppearanceSize), all.subspan(kAppearanceSize, kAppearanceSize)));
    other += static_cast<double>(alike(all.subspan(0, kAppearanceSize), all.subspan(2 * kAppearanceSize)));
  }
  EXPECT_GT(same / kPeople, 0.85);
  EXPECT_LT(other / kPeople, 0.75);
}

TEST(store_day, is_the_same_for_the_same_seed_and_holds_what_was_asked_for) {
  StoreWorld world = small_world(200);
  world.thieves.share = 0.2;
  const StorePlan plan = plan_store(world, 3);
  FloorPlan floor(world);
  const StoreDay day = live_a_day(plan, floor, 0), again = live_a_day(plan, floor, 0),
                 next = live_a_day(plan, floor, 1);
  ASSERT_EQ(day.people.size(), again.people.size());
  for (size_t i = 0; i < day.people.size(); ++i) EXPECT_EQ(day.people[i].leaves_s(), again.people[i].leaves_s());
  EXPECT_NE(day.people.back().leaves_s(), next.people.back().leaves_s());
  int thieves = 0, unpaid = 0;
  for (const SimParty& party : day.parties) {
    if (party.theft != TheftKind::none) ++thieves;
    for (const CarriedPiece& piece : party.pieces) {
      EXPECT_FALSE(piece.stolen && piece.paid);
      if (party.theft == TheftKind::none) {
        EXPECT_TRUE(piece.paid || piece.skipped) << "honest people pay";
      }
      if (piece.stolen) ++unpaid;
    }
  }
  EXPECT_GT(thieves, 10);
  EXPECT_GE(unpaid, thieves / 2);
  for (const SimPerson& person : day.people)
    for (size_t i = 1; i < person.moves.size(); ++i)
      EXPECT_NEAR(person.moves[i].from_s, person.moves[i - 1].to_s, 1e-6) << "nobody is in two places";
}

TEST(store_signals, receipts_say_what_was_paid) {
  const StorePlan plan = plan_store(small_world(120), 4);
  FloorPlan floor(plan.world);
  const StoreDay day = live_a_day(plan, floor, 0);
  size_t paid = 0, rung = 0;
  for (const SimParty& party : day.parties)
    for (const CarriedPiece& piece : party.pieces) paid += piece.paid ? 1 : 0;
  const SignalRows tills = till_rows(plan, day, store_midnight(plan.world, 0));
  for (const auto& [at_s, row] : tills.rows) {
    const auto json = nlohmann::json::parse(row);
    EXPECT_TRUE(json["simulated"]);
    for (const auto& line : json.value("lines", nlohmann::json::array())) rung += line["voided"] ? 0 : 1;
  }
  EXPECT_EQ(rung, paid);
  EXPECT_GT(paid, 100U);
}

TEST(store_write, is_the_same_on_any_number_of_threads_and_is_sealed) {
  const StorePlan plan = plan_store(small_world(30), 5);
  const auto one = ScratchFolder::make(), three = ScratchFolder::make();
  ASSERT_TRUE(one && three);
  const auto a = write_store(plan, 1, one->path(), 1), b = write_store(plan, 1, three->path(), 3);
  ASSERT_TRUE(a && b) << a.error().message;
  EXPECT_GT(a->detections, 1000U);
  EXPECT_EQ(all_of(one->path() / "manifest.json"), all_of(three->path() / "manifest.json"));
  EXPECT_TRUE(load_site(one->path() / "shrike.yml"));
  const auto truth = read_truth(one->path(), "day-001");
  ASSERT_TRUE(truth) << truth.error().message;
  size_t who = 0;
  for (const auto& [camera, list] : truth->who) who += list.size();
  EXPECT_EQ(who, a->detections);
}

TEST(store_write, scales_bear_what_lies_on_them_and_products_have_a_place) {
  for (const char* name : {"drugstore", "hardware"}) {
    const auto world = find_store_world(name, stores());
    ASSERT_TRUE(world);
    const StorePlan plan = plan_store(*world, 3);
    const auto folder = ScratchFolder::make();
    ASSERT_TRUE(folder && write_store_site(plan, folder->path()));
    const auto site = load_site(folder->path() / "shrike.yml");
    ASSERT_TRUE(site) << site.error().message;
    ASSERT_EQ(site->sensors.weight.size(), plan.scales.size());
    for (const WeightConfig& scale : site->sensors.weight) {
      const auto of = std::ranges::find(plan.scales, scale.name, &SimScale::name);
      EXPECT_GT(scale.capacity_g, morning_load_g(plan, *of)) << scale.name;
    }
    const auto planogram = read_planogram(folder->path() / "planogram.csv");
    ASSERT_TRUE(planogram) << planogram.error().message;
    for (size_t i = 0; i < plan.goods.size(); ++i)
      EXPECT_LT(
          std::hypot(*planogram->items[i].x_m - plan.goods[i].at.x, *planogram->items[i].y_m - plan.goods[i].at.y), 1)
          << plan.goods[i].sku;
  }
}

TEST(replay, is_the_same_on_any_number_of_threads) {
  StoreWorld world = small_world(30);
  world.thieves.share = 0.3;
  const auto folder = ScratchFolder::make();
  ASSERT_TRUE(folder);
  ASSERT_TRUE(write_store(plan_store(world, 6), 1, folder->path(), 2));
  const auto site = load_site(folder->path() / "shrike.yml");
  const auto planogram = read_planogram(folder->path() / "planogram.csv");
  ASSERT_TRUE(site && planogram);
  std::vector<std::string> told[2];
  for (const int threads : {1, 3}) {
    ReplayOptions options{.threads = threads};
    options.on_changes = [&](size_t, Timestamp now, const MindChanges& changes, const StoreMind&) {
      for (const IncidentChange& change : changes.incidents)
        told[threads == 1 ? 0 : 1].push_back(
            fmt::format("{} {} {} {:.6f}", now.us, to_string(change.type), change.after.event_id, change.after.risk));
    };
    const auto counts = replay_day(*site, *planogram, folder->path() / "day-001", options);
    ASSERT_TRUE(counts) << counts.error().message;
    EXPECT_GT(counts->items, 10U);
    EXPECT_GT(counts->tills, 5U);
  }
  EXPECT_FALSE(told[0].empty());
  EXPECT_EQ(told[0], told[1]);
}

TEST(replay, names_what_is_wrong_with_a_row) {
  const auto folder = ScratchFolder::make();
  ASSERT_TRUE(folder);
  const StorePlan plan = plan_store(small_world(1), 6);
  ASSERT_TRUE(write_store(plan, 1, folder->path(), 2));
  const auto site = load_site(folder->path() / "shrike.yml");
  ASSERT_TRUE(site) << site.error().message;
  std::ofstream(folder->path() / "day-001/hands.csv") << kHandsHeader << "\n12,c,0,0,1,1,waved,razors,0.5\n";
  const auto signals = read_signals(*site, {}, folder->path() / "day-001");
  ASSERT_FALSE(signals);
  EXPECT_NE(signals.error().message.find("hands.csv:2:7: found 'waved'"), std::string::npos) << signals.error().message;
}

TEST(store_score, chooses_the_lowest_threshold_that_the_budget_allows) {
  TrueDay truth;
  for (int id = 1; id <= 6; ++id)
    truth.people.push_back({.id = id, .party = id, .kind = "shopper", .theft = id == 6 ? "concealer" : "none"});
  truth.thefts = {{.party = 6, .kind = "concealer", .leaves = {100'000'000}}};
  MindDay day;
  const double risks[] = {0.9, 0.7, 0.5, 0.3, 0.1, 0.6};
  for (int id = 1; id <= 6; ++id) day.raised.push_back({{{Timestamp{id * 1'000'000}, risks[id - 1], id}}});
  const double threshold = choose_threshold({{&truth, &day}}, 2);
  EXPECT_GT(threshold, 0.5);
  EXPECT_LE(threshold, 0.6);
  Outcome outcome;
  add_day(outcome, truth, day, threshold);
  EXPECT_EQ(outcome.false_alerts, 2);
  EXPECT_EQ(outcome.caught, 1);
  EXPECT_DOUBLE_EQ(outcome.recall(), 1);
  EXPECT_NEAR(outcome.precision(), 1.0 / 3, 1e-9);
  EXPECT_NEAR(outcome.specificity(), 0.6, 1e-9);

  const auto curve = alert_curve({{&truth, &day}}, 3);
  ASSERT_EQ(curve.size(), 4U);
  for (int allowed = 0; allowed <= 3; ++allowed) EXPECT_EQ(curve[static_cast<size_t>(allowed)].false_alerts, allowed);
  EXPECT_EQ(curve[1].caught, 0) << "0.6 is below the second highest that is false";
  EXPECT_EQ(curve[2].caught, 1);
}

TEST(store_score, an_honest_mistake_is_a_false_alert_or_a_loss_found_never_a_theft) {
  TrueDay truth;
  for (int id = 1; id <= 3; ++id)
    truth.people.push_back({.id = id, .party = id, .kind = "shopper", .theft = id == 3 ? "concealer" : "none"});
  truth.thefts = {{.party = 3, .kind = "concealer", .leaves = {100'000'000}}};
  truth.pieces = {{.party = 1, .product = "A", .mistake = true}, {.party = 2, .product = "A"}};
  MindDay day;
  const double risks[] = {0.8, 0.4, 0.6};
  for (int id = 1; id <= 3; ++id) day.raised.push_back({{{Timestamp{id * 1'000'000}, risks[id - 1], id}}});
  EXPECT_GT(choose_threshold({{&truth, &day}}, 0), 0.8);
  const double lower = choose_threshold({{&truth, &day}}, 0, HonestMistakes::are_losses);
  EXPECT_GT(lower, 0.4);
  EXPECT_LT(lower, 0.6);
  Outcome strict, lenient;
  add_day(strict, truth, day, lower);
  add_day(lenient, truth, day, lower, HonestMistakes::are_losses);
  EXPECT_EQ(strict.false_alerts, 1);
  EXPECT_EQ(strict.about_mistakes, 1);
  EXPECT_DOUBLE_EQ(strict.precision(), 0.5);
  EXPECT_EQ(lenient.false_alerts, 0);
  EXPECT_EQ(lenient.losses_found, 1);
  EXPECT_EQ(lenient.caught, 1);
  EXPECT_DOUBLE_EQ(lenient.precision(), 1);
}

TEST(store_score, calibration_error_is_the_distance_of_what_was_said_from_what_was) {
  EXPECT_NEAR(calibration_error({{0.25, false}, {0.25, false}, {0.25, true}, {0.25, false}}), 0, 1e-9);
  EXPECT_NEAR(calibration_error({{0.95, false}, {0.95, false}}), 0.95, 1e-9);
}

}  // namespace
}  // namespace shrike

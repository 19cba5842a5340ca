// Whole visits through the store mind: cameras, sensors and tills together.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <set>

#include "risk/store_mind.h"

namespace shrike {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = ItemEvent::Kind;

Timestamp at(double seconds) { return Timestamp{1'770'000'000'000'000}.plus_s(seconds); }

SiteConfig shop() {
  SiteConfig site;
  site.store = "corner";
  CameraConfig camera;
  camera.name = "ceiling";
  camera.zones = {{.name = "razors", .kind = ZoneKind::high_risk},
                  {.name = "fruit", .kind = ZoneKind::shelf},
                  {.name = "tills", .kind = ZoneKind::checkout},
                  {.name = "exit B", .kind = ZoneKind::exit}};
  site.cameras = {camera};
  return site;
}

/// The same with its camera on a floor plan: one picture is the whole floor, seen from straight above.
SiteConfig placed_shop() {
  SiteConfig site = shop();
  site.floor = {.width_m = 20, .depth_m = 10, .picture = {}};
  site.cameras[0].floor_points = {{{0, 0}, {0, 0}}, {{1, 0}, {20, 0}}, {{1, 1}, {20, 10}}, {{0, 1}, {0, 10}}};
  return site;
}

const Planogram kGoods{{{.zone = "razors", .sku_id = "R", .name = "Razor", .price = 12.5},
                        {.zone = "razors", .sku_id = "B", .name = "Blades", .price = 5},
                        {.zone = "fruit", .sku_id = "O", .name = "Onions", .price = 1}}};

/// Everybody is dressed differently: who is who is not what is tested here.
std::vector<float> clothes_of(const std::string& who) {
  std::mt19937 random(static_cast<unsigned>(std::hash<std::string>()(who)));
  std::vector<float> look(48);
  float length = 0;
  for (float& value : look) {
    value = std::normal_distribution<float>()(random);
    length += value * value;
  }
  for (float& value : look) value /= std::sqrt(length);
  return look;
}

/// A shop in which things happen at given seconds; told in order.
class Shop {
 public:
  explicit Shop(const SiteConfig& site = shop(), std::set<std::string> deaf = {})
      : mind(site, *make_rule_book({}), kGoods, [this](Timestamp) { return fmt::format("event {}", ++ids_); }),
        deaf_(std::move(deaf)) {}

  void stands(const std::string& who, const std::string& zone, double from_s, double to_s) {
    for (double t = from_s; t < to_s; t += 0.5) seen_[t].push_back({who, {zone}});
  }
  /// On the floor of a placed camera, from one point to another; in no zone where `zone` is empty.
  void walks(const std::string& who, const std::string& zone, double from_s, double to_s, Point from, Point to) {
    const std::vector<std::string> zones = zone.empty() ? std::vector<std::string>{} : std::vector{zone};
    for (double t = from_s; t < to_s; t += 0.5) {
      const auto part = static_cast<float>((t - from_s) / (to_s - from_s));
      const Point foot{from.x + part * (to.x - from.x), from.y + part * (to.y - from.y)};
      seen_[t].push_back({who, zones, {foot.x - 0.05F, foot.y - 0.3F, foot.x + 0.05F, foot.y}});
    }
  }
  void item(Kind kind, double at_s, const std::string& source, ItemGuess guess, const std::string& zone = "razors",
            const std::string& who = "") {
    if (!deaf_.contains(source))
      events_.push_back({at_s, ItemEvent{kind, at(at_s), at(at_s), source, zone, who, {guess}}});
  }
  /// Of the till's clock and of when the message comes.
  void till(double at_s, double heard_s, std::vector<std::string> items, bool self_checkout = false,
            const std::string& number = "") {
    if (deaf_.contains("till")) return;
    TillTransaction one{.key = {"corner", "2", "2026-02-02", number.empty() ? fmt::format("{}", ++numbers_) : number},
                        .kind = TillKind::sale,
                        .end = at(at_s),
                        .self_checkout = self_checkout};
    for (const auto& item : items) one.lines.push_back({.item_id = item, .item = item});
    tills_.push_back({heard_s, one});
  }
  void says(const std::string& who, double at_s, const std::string& kind, double llr, const std::string& detail) {
    evidence_[std::floor(at_s * 2) / 2].push_back(
        {who,
         "ceiling",
         1,
         {.kind = kind, .from = at(at_s), .to = at(at_s), .source = "ceiling", .llr = llr, .detail = detail}});
  }
  /// `n` people who each buy one razor, a minute apart, so that the tills' word is known to count.
  void honest_hour(double from_s, int n, double clock_ahead_s = 0, double late_s = 2) {
    for (int i = 0; i < n; ++i) {
      const double t = from_s + 60 * i;
      const auto who = fmt::format("h{}-{}", from_s, i);
      stands(who, "razors", t, t + 8);
      item(Kind::taken, t + 4, "scale", {"R", 1, 0.95});
      stands(who, "tills", t + 20, t + 35);
      till(t + 32 + clock_ahead_s, t + 32 + late_s, {"R"});
      leaves(who, t + 45);
    }
  }
  void leaves(const std::string& who, double at_s) {
    stands(who, "exit B", at_s, at_s + 2);
    ends_.push_back({at_s + 2, who});
  }

  void play(double until_s) {
    for (double t = 0; t <= until_s; t += 0.5) {
      for (const auto& [due_s, event] : events_) {
        if (due_s >= t && due_s < t + 0.5) keep(mind.hear(event));
      }
      for (const auto& [due_s, till] : tills_) {
        if (due_s >= t && due_s < t + 0.5) keep(mind.hear(till));
      }
      CameraView view{.camera = "ceiling", .time = at(t), .evidence = evidence_[t]};
      for (const auto& [who, zones, box] : seen_[t]) {
        view.people.push_back(
            {.camera_visit_id = who, .track_id = 1, .box = box, .zones = zones, .appearance = clothes_of(who)});
      }
      for (const auto& [due_s, who] : ends_) {
        if (due_s >= t && due_s < t + 0.5)
          view.ended.push_back({.visit_id = who, .camera = "ceiling", .from = at(0), .to = at(t)});
      }
      keep(mind.see(view));
    }
  }
  void finish() { keep(mind.finish()); }

  [[nodiscard]] double risk(const std::string& who) const {
    const auto found = newest.find(who);
    return found == newest.end() ? mind.risk_of(who) : found->second.risk;
  }
  [[nodiscard]] std::string told_of(const std::string& who) const {
    std::string all = fmt::format("risk {:.3g}:", risk(who));
    const auto found = newest.find(who);
    if (found == newest.end()) return all;
    for (const auto& weighed : found->second.evidence) {
      all += fmt::format(" [{} {:.2f} {}]", weighed.evidence.kind, weighed.contribution, weighed.evidence.detail);
    }
    return all;
  }
  [[nodiscard]] std::set<std::string> accused() const {
    std::set<std::string> who;
    for (const auto& change : changes) {
      if (change.type == IncidentChange::Type::created) who.insert(change.after.visit_id);
    }
    return who;
  }

  StoreMind mind;
  std::vector<IncidentChange> changes;
  std::map<std::string, VisitRecord> newest;

 private:
  void keep(MindChanges done) {
    std::ranges::move(done.incidents, std::back_inserter(changes));
    for (VisitRecord& record : done.ended) newest[record.visit_id] = std::move(record);
  }

  int ids_ = 0, numbers_ = 0;
  std::set<std::string> deaf_;
  struct Sight {
    std::string who;
    std::vector<std::string> zones;
    Box box = {0, 0, 0.1F, 0.3F};
  };
  std::map<double, std::vector<Sight>> seen_;
  std::map<double, std::vector<VisitEvidence>> evidence_;
  std::vector<std::pair<double, ItemEvent>> events_;
  std::vector<std::pair<double, TillTransaction>> tills_;
  std::vector<std::pair<double, std::string>> ends_;
};

void walks_out(Shop& shop, const std::string& who, double from_s) {
  shop.stands(who, "razors", from_s, from_s + 12);
  shop.item(Kind::taken, from_s + 5, "scale", {"R", 1, 0.95});
  shop.item(Kind::taken, from_s + 9, "scale", {"R", 1, 0.95});
  shop.stands(who, "fruit", from_s + 20, from_s + 25);
  shop.says(who, from_s + 40, "exit_without_checkout", 3.9, "left by exit B without checkout");
  shop.leaves(who, from_s + 40);
}

TEST(StoreBasket, WhoWalksOutWithGoodsIsToldInOneSentence) {
  Shop shop;
  shop.honest_hour(0, 10);
  walks_out(shop, "thief", 700);
  shop.play(900);
  ASSERT_THAT(shop.accused(), testing::ElementsAre("thief")) << shop.told_of("thief");
  EXPECT_THAT(shop.newest["thief"].evidence, SizeIs(2));
  EXPECT_THAT(shop.changes.front().after.summary, HasSubstr("12 s in razors, 2 taken, 0 paid, left by exit B"));
  EXPECT_LT(shop.risk("h0-5"), 0.001) << shop.told_of("h0-5");
}

TEST(StoreBasket, AnHonestShopperWithEveryHabitAndAReceiptRaisesNone) {
  Shop shop;
  shop.honest_hour(0, 10);
  shop.stands("odd", "razors", 700, 790);
  for (int i = 0; i < 3; ++i) shop.item(Kind::taken, 705 + 5 * i, "scale", {"R", 1, 0.95});
  shop.item(Kind::hidden, 717, "hands", {"", 1, 0.9}, "razors", "odd");
  shop.item(Kind::put_back, 730, "scale", {"R", 1, 0.95});
  shop.says("odd", 760, "loitering", 3.5, "80 s in razors");
  shop.says("odd", 762, "repeated_entry", 2.0, "entered razors 6 times");
  shop.says("odd", 763, "object_carried_out", 1.5, "handbag carried to exit B");
  shop.stands("odd", "tills", 800, 830);
  shop.till(826, 829, {"R", "R", "O"});
  shop.leaves("odd", 840);
  shop.play(1000);
  EXPECT_THAT(shop.accused(), IsEmpty());
  EXPECT_LT(shop.risk("odd"), 0.01) << shop.told_of("odd");
}

TEST(StoreBasket, AReceiptThatComesAfterTheDoorIsWaitedFor) {
  Shop shop;
  shop.honest_hour(0, 10, 0, 20);
  shop.stands("slow", "razors", 700, 712);
  shop.item(Kind::taken, 705, "scale", {"R", 1, 0.95});
  shop.item(Kind::taken, 709, "scale", {"R", 1, 0.95});
  shop.stands("slow", "tills", 730, 750);
  shop.leaves("slow", 756);
  shop.till(748, 770, {"R", "R"});
  shop.play(900);
  EXPECT_THAT(shop.accused(), IsEmpty());
  EXPECT_LT(shop.risk("slow"), 0.001) << shop.told_of("slow");
}

TEST(StoreBasket, WhoStopsAtTheTillAndPaysNothingIsSeen) {
  Shop shop;
  shop.honest_hour(0, 10);
  shop.stands("cool", "razors", 700, 712);
  for (int i = 0; i < 4; ++i) shop.item(Kind::taken, 702 + 2.5 * i, "scale", {"R", 1, 0.97});
  shop.stands("cool", "tills", 730, 750);
  shop.leaves("cool", 756);
  shop.play(900);
  const auto told = shop.newest["cool"].evidence;
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0].evidence.kind, "item_unpaid");
  EXPECT_GT(told[0].contribution, 4);
}

TEST(StoreBasket, ASkippedScanAndASwitchedLabelAreKindsOfTheirOwn) {
  Shop shop;
  shop.honest_hour(0, 10);
  shop.stands("fruiter", "fruit", 610, 615);
  shop.item(Kind::taken, 612, "scale fruit", {"O", 1, 0.95}, "fruit");
  shop.item(Kind::put_back, 614, "scale fruit", {"O", 1, 0.95}, "fruit");
  shop.leaves("fruiter", 620);
  shop.stands("skips", "razors", 700, 712);
  for (int i = 0; i < 3; ++i) shop.item(Kind::taken, 703 + 3 * i, "scale", {"R", 1, 0.97});
  shop.stands("skips", "tills", 730, 750);
  shop.till(747, 749, {"R"}, true);
  shop.leaves("skips", 756);
  shop.stands("switches", "razors", 800, 812);
  shop.item(Kind::taken, 804, "scale", {"R", 1, 0.97});
  shop.stands("switches", "tills", 830, 850);
  shop.till(847, 849, {"O"}, true);
  shop.leaves("switches", 856);
  shop.play(1000);
  const auto kind_of = [&](const std::string& who) {
    const auto& told = shop.newest[who].evidence;
    return told.empty() ? std::string() : told[0].evidence.kind;
  };
  EXPECT_EQ(kind_of("skips"), "scan_skipped") << shop.told_of("skips");
  EXPECT_EQ(kind_of("switches"), "label_switched") << shop.told_of("switches");
}

TEST(StoreBasket, ATillsClockSevenMinutesOffIsFoundAndShown) {
  Shop shop;
  shop.honest_hour(0, 40, 420);
  shop.play(2600);
  ASSERT_THAT(shop.mind.till_clocks(), SizeIs(1));
  EXPECT_NEAR(shop.mind.till_clocks()[0].offset_s, 420, 15);
  EXPECT_TRUE(shop.mind.till_clocks()[0].found);
  EXPECT_THAT(shop.accused(), IsEmpty());
  EXPECT_LT(shop.risk("h0-35"), 0.001) << shop.told_of("h0-35");
}

TEST(StoreBasket, AMessageThatComesTwiceIsOneReceiptAndAVoidTakesItAway) {
  Shop shop;
  shop.honest_hour(0, 10);
  shop.stands("v", "razors", 700, 712);
  for (int i = 0; i < 4; ++i) shop.item(Kind::taken, 702 + 2.5 * i, "scale", {"R", 1, 0.97});
  shop.stands("v", "tills", 730, 750);
  shop.till(747, 748, {"R", "R"}, false, "900");
  shop.till(747, 749, {"R", "R"}, false, "900");
  shop.play(756);
  EXPECT_NEAR(shop.mind.sums_of("v").paid, 2, 0.3) << "once";
  TillTransaction undo{.key = {"corner", "2", "2026-02-02", "901"}, .kind = TillKind::post_void};
  undo.links.push_back({.sequence = "900"});
  (void)shop.mind.hear(undo);
  EXPECT_NEAR(shop.mind.sums_of("v").paid, 0, 1e-9);
}

/// A busy half hour: honest people alone, in pairs at one shelf, one who puts back, one who buys nothing.
void half_hour(Shop& shop) {
  shop.honest_hour(0, 20);
  for (int i = 0; i < 10; ++i) {
    const double t = 30 + 120 * i;
    const auto who = fmt::format("pair-{}", i);
    shop.stands(who, "razors", t, t + 36);
    shop.item(Kind::taken, t + 10, "scale", {"B", 1, 0.9});
    shop.item(Kind::taken, t + 10.4, "hands", {"", 1, 0.7}, "razors", who);
    if (i % 3 == 0) shop.item(Kind::put_back, t + 15, "scale", {"B", 1, 0.9});
    if (i % 3 == 0) shop.item(Kind::put_back, t + 15.3, "hands", {"", 1, 0.7}, "razors", who);
    shop.says(who, t + 25, "loitering", 2.5, "20 s in razors");
    if (i % 3 != 0) {
      shop.stands(who, "tills", t + 50, t + 58);
      shop.till(t + 57, t + 58, {"B"});
    }
    shop.leaves(who, t + 65);
  }
}

TEST(StoreBasket, NoHonestVisitLooksWorseWhenASourceIsGone) {
  Shop all;
  half_hour(all);
  all.play(1400);
  all.finish();
  EXPECT_THAT(all.accused(), IsEmpty());
  for (const char* gone : {"scale", "hands", "till"}) {
    Shop shop(::shrike::shop(), {gone});
    half_hour(shop);
    shop.play(1400);
    shop.finish();
    EXPECT_THAT(shop.accused(), IsEmpty()) << gone;
    for (const auto& [who, record] : all.newest) {
      // Below the prior there is nothing left to protect from: a posterior of 1e-6 instead of 1e-7 is no accusation.
      EXPECT_LE(shop.risk(who), std::max(record.risk * 1.05, 0.03))
          << who << " without " << gone << " " << shop.told_of(who) << " with " << all.told_of(who);
    }
  }
}

TEST(StoreBasket, TheSameTellingGivesTheSameAnswers) {
  std::vector<std::string> told[2];
  for (auto& lines : told) {
    Shop shop;
    half_hour(shop);
    walks_out(shop, "thief", 1250);
    shop.play(1400);
    for (const auto& change : shop.changes) lines.push_back(change.after.summary);
    EXPECT_THAT(shop.accused(), SizeIs(1));
  }
  EXPECT_EQ(told[0], told[1]);
}

TEST(StoreBasket, WhoCarriesOutWhatAnotherTookWhomTheyMetIsRaisedAndThatIsSaid) {
  Shop shop(placed_shop());
  shop.honest_hour(0, 10);
  shop.stands("took", "razors", 700, 712);
  shop.item(Kind::taken, 707, "scale", {"B", 2, 0.97});
  shop.walks("carries", "fruit", 706, 720, {0.15F, 0.3F}, {0.15F, 0.3F});  // 2 m from there
  shop.leaves("carries", 740);
  shop.item(Kind::carried_out, 741, "gate", {"B", 1, 0.95, "serial 1"}, "exit B");
  shop.stands("took", "tills", 745, 760);
  shop.till(755, 757, {"O"});
  shop.leaves("took", 770);
  shop.play(820);
  ASSERT_THAT(shop.accused(), testing::ElementsAre("carries")) << shop.told_of("carries") << shop.told_of("took");
  EXPECT_THAT(shop.told_of("carries"), HasSubstr("2 taken, 0 paid (seen taken by visit took, whom this one met)"));
  EXPECT_LT(shop.risk("took"), 0.5) << "one piece is not in two baskets" << shop.told_of("took");
}

TEST(StoreBasket, WhoRunsThroughTheDoorBetweenTwoFramesHasLeft) {
  Shop shop(placed_shop());
  shop.honest_hour(0, 10);  // they show where the exit is: 1 m, 3 m
  const auto takes = [&](const std::string& who, double from_s) {
    shop.walks(who, "razors", from_s, from_s + 12, {0.9F, 0.9F}, {0.9F, 0.9F});
    for (int i = 0; i < 3; ++i) shop.item(Kind::taken, from_s + 3 + 3 * i, "scale", {"B", 1, 0.97});
  };
  takes("runs", 700);
  shop.walks("runs", "", 712, 716.5, {0.9F, 0.9F}, {0.16F, 0.38F});  // lost 2 m before, at 4 m a second
  takes("stays", 730);
  shop.walks("stays", "", 742, 755, {0.9F, 0.9F}, {0.1F, 0.35F});
  shop.walks("stays", "fruit", 755, 760, {0.1F, 0.35F}, {0.1F, 0.35F});  // as near to the door, then behind a shelf
  shop.play(790);
  EXPECT_GT(shop.mind.risk_of("runs"), 0.4) << "left with three unpaid";
  EXPECT_LT(shop.mind.risk_of("stays"), 0.01) << "is still in the shop";
}

TEST(StoreBasket, WhoseGoodsWentOutAndWhoIsNotSeenAgainHasLeft) {
  Shop shop;
  shop.honest_hour(0, 10);
  for (const std::string who : {"ran", "stays"}) {
    shop.stands(who, "razors", 700, 712);
    for (double s : {703.0, 706.0, 709.0}) shop.item(Kind::taken, s, "ceiling", {"B", 1, 0.9}, "razors", who);
  }
  shop.stands("stays", "fruit", 712, 730);
  shop.item(Kind::carried_out, 716, "gate", {.product = "B", .probability = 0.97, .serial = "S1"}, "exit B");
  shop.play(740);
  EXPECT_GT(shop.mind.risk_of("ran"), 0.4);
  EXPECT_LT(shop.mind.risk_of("stays"), 0.05);
}

TEST(StoreBasket, WhoComesBackFromTheDoorHasNotLeft) {
  Shop shop;
  shop.honest_hour(0, 10);
  shop.stands("turns", "razors", 700, 712);
  for (int i = 0; i < 3; ++i) shop.item(Kind::taken, 703 + 3 * i, "scale", {"R", 1, 0.97});
  shop.stands("turns", "exit B", 720, 723);
  shop.stands("turns", "fruit", 727, 735);
  shop.play(760);
  EXPECT_LT(shop.mind.risk_of("turns"), 0.01) << "taken back";
}

/// In a shop where people try things on, most leave what is worth stealing without going to a checkout.
TEST(StoreBasket, LeavingByNoCheckoutSaysLessWhereManyDo) {
  SiteConfig site = shop();
  CameraConfig door = site.cameras[0];  // no camera sees both the shelf and the door
  door.name = "door";
  door.zones.erase(door.zones.begin(), door.zones.begin() + 2);
  site.cameras[0].zones.resize(2);
  site.cameras.push_back(door);
  const auto worth_after = [&](int browsers) {
    Shop shop(site);
    for (int i = 0; i <= browsers; ++i) {
      const auto who = fmt::format("v{}", i);
      shop.stands(who, "razors", 40 * i, 40 * i + 8);
      shop.leaves(who, 40 * i + 20);
    }
    shop.play(40 * (browsers + 1));
    shop.finish();
    double worth = 0;
    for (const auto& weighed : shop.newest.at(fmt::format("v{}", browsers)).evidence)
      if (weighed.evidence.kind == "exit_without_checkout") worth += weighed.contribution;
    return worth;
  };
  EXPECT_NEAR(worth_after(0), 3.9, 1e-9);
  EXPECT_NEAR(worth_after(60), 3.9 - std::log((60 + 0.96) / 120 / 0.016), 0.1);
}

}  // namespace
}  // namespace shrike

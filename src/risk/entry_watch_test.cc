#include "risk/entry_watch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// A shop whose razors two cameras see.
class EntryWatchTest : public testing::Test {
 protected:
  EntryWatchTest() {
    for (const char* name : {"left", "right"}) {
      CameraConfig camera{.name = name};
      camera.zones = {{.name = "razors", .kind = ZoneKind::high_risk, .polygon = {}},
                      {.name = "office", .kind = ZoneKind::staff, .polygon = {}}};
      site_.cameras.push_back(camera);
    }
    who_.emplace(site_);
    watch_.emplace(site_, rules_);
  }

  /// The shown ones are seen for `seconds`, one view a second of each camera: (camera, visit, zone or "").
  struct Shown {
    std::string camera, visit, zone;
  };
  void pass(double seconds, const std::vector<Shown>& shown) {
    for (double t = 0; t < seconds; ++t) {
      for (const Shown& one : shown) {
        CameraView view{.camera = one.camera, .time = now_, .people = {{.camera_visit_id = one.visit, .track_id = 1}}};
        if (!one.zone.empty()) view.people[0].zones = {one.zone};
        for (const VisitEvidence& fact : watch_->see(view, *who_)) said_.push_back(fact);
        (void)who_->see(view);
      }
      now_ = now_.plus_s(1);
    }
  }
  /// An officer says that both are one.
  void join(const std::string& from, const std::string& into) { (void)who_->merge(from, into); }
  /// All are gone for long.
  void leave() {
    now_ = now_.plus_s(1000);
    for (const VisitRecord& over : who_->advance(now_).ended) watch_->end(over);
  }
  /// Visits of a minute that go to the razors once, under the eyes of both cameras.
  void usual_day(int visits = 60) {
    for (int i = 0; i < visits; ++i) {
      const std::string a = fmt::format("day{}a", i), b = fmt::format("day{}b", i);
      pass(1, {{"left", a, ""}, {"right", b, ""}});
      join(b, a);
      pass(10, {{"left", a, "razors"}, {"right", b, "razors"}});
      pass(50, {{"left", a, ""}, {"right", b, ""}});
      leave();
    }
  }
  [[nodiscard]] std::string newest() const { return said_.empty() ? "" : said_.back().evidence.detail; }

  SiteConfig site_;
  RuleBook rules_ = make_rule_book({}).value();
  std::optional<WhoIsWho> who_;
  std::optional<EntryWatch> watch_;
  Timestamp now_{1'770'000'000'000'000};
  std::vector<VisitEvidence> said_;
};

TEST_F(EntryWatchTest, AnEntryThatTwoCamerasSeeIsOne) {
  usual_day();
  pass(1, {{"left", "a", ""}, {"right", "b", ""}});
  join("b", "a");
  for (int i = 0; i < 2; ++i) {
    // The one sees it come and go two seconds before the other does.
    pass(2, {{"left", "a", "razors"}, {"right", "b", ""}});
    pass(8, {{"left", "a", "razors"}, {"right", "b", "razors"}});
    pass(2, {{"left", "a", ""}, {"right", "b", "razors"}});
    pass(10, {{"left", "a", ""}, {"right", "b", ""}});
  }
  EXPECT_THAT(said_, IsEmpty()) << "twice is no more than some do; four times would be: " << newest();
}

TEST_F(EntryWatchTest, EntriesBeforeDifferentCamerasAddUp) {
  usual_day();
  pass(1, {{"left", "a", ""}, {"right", "b", ""}});
  join("b", "a");
  for (const char* sees : {"left", "right", "left", "right"}) {
    const bool left = std::string(sees) == "left";
    pass(5, {{"left", "a", left ? "razors" : ""}, {"right", "b", left ? "" : "razors"}});
    pass(10, {{"left", "a", ""}, {"right", "b", ""}});
  }
  ASSERT_THAT(said_, Not(IsEmpty()));
  EXPECT_THAT(newest(), testing::StartsWith("entered razors 4 times, where "));
  EXPECT_GT(said_.back().evidence.llr, 0);
  EXPECT_EQ(said_.back().evidence.kind, "frequent_entry");
  EXPECT_EQ(said_.back().evidence.zone, "razors");
  for (const VisitEvidence& fact : said_) EXPECT_EQ(fact.visit_id, said_[0].visit_id) << "one fact, that grows";
}

TEST_F(EntryWatchTest, AStayInWhichOneCameraLosesThemAndAnotherGoesOnIsOne) {
  usual_day();
  // Four times from one camera to the other, ten seconds out of sight each time, always among the razors.
  pass(5, {{"left", "c0", "razors"}});
  for (int i = 1; i <= 4; ++i) {
    now_ = now_.plus_s(10);
    const std::string next = fmt::format("c{}", i);
    pass(1, {{i % 2 ? "right" : "left", next, "razors"}});
    join(next, "c0");
    pass(5, {{i % 2 ? "right" : "left", next, "razors"}});
  }
  EXPECT_THAT(said_, IsEmpty()) << newest();
}

TEST_F(EntryWatchTest, SaysNothingBeforeItKnowsTheShopNorOfStaffNorWhenSwitchedOff) {
  const auto to_and_fro = [&](const std::string& id) {
    for (int i = 0; i < 6; ++i) {
      pass(5, {{"left", id, "razors"}});
      pass(10, {{"left", id, ""}});
    }
    leave();
  };
  to_and_fro("early");
  EXPECT_THAT(said_, IsEmpty());
  usual_day();
  pass(12, {{"right", "staff", "office"}});
  pass(1, {{"left", "staff2", ""}});
  join("staff2", "staff");
  to_and_fro("staff2");
  EXPECT_THAT(said_, IsEmpty()) << newest();
  to_and_fro("customer");
  EXPECT_THAT(said_, Not(IsEmpty()));
  rules_ = make_rule_book(std::vector<RuleConfig>{{.kind = "frequent_entry", .enabled = false}}).value();
  watch_.emplace(site_, rules_);
  said_.clear();
  usual_day();
  to_and_fro("other");
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(EntryWatchTest, WhatTwoDidTogetherIsTakenBackWhenTheyAreTwo) {
  usual_day();
  pass(1, {{"left", "a", ""}, {"right", "b", ""}});
  join("b", "a");
  for (int i = 0; i < 4; ++i) {
    pass(5, {{"left", "a", i == 0 ? "razors" : ""}, {"right", "b", i == 0 ? "" : "razors"}});
    pass(10, {{"left", "a", ""}, {"right", "b", ""}});
  }
  ASSERT_THAT(said_, Not(IsEmpty()));
  EXPECT_GT(said_.back().evidence.llr, 0);
  (void)who_->split("b");
  said_.clear();
  pass(1, {{"left", "a", "razors"}});
  ASSERT_THAT(said_, SizeIs(1));
  EXPECT_EQ(said_[0].evidence.llr, 0) << said_[0].evidence.detail;
}

}  // namespace
}  // namespace shrike

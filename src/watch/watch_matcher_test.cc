#include "watch/watch_matcher.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/folder_testing.h"
#include "base/ulid.h"
#include "vault/audit_log.h"
#include "vault/incident_store.h"

namespace shrike {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr Timestamp kNow{1'772'357'400'000'000};
constexpr WatchListConfig kOn{.enabled = true};

/// Clothing of `n` differs from that of others; `noise` makes single pictures of it differ.
std::vector<float> clothes(size_t n, size_t picture = 0, float noise = 0) {
  std::vector<float> v(32, 0);
  v[n % 32] = 0.8F;
  v[(n + 7) % 32] += 0.6F;
  v[(n + 3 + picture) % 32] += noise;
  return v;
}

class WatchMatcherTest : public testing::Test {
 protected:
  WatchMatcherTest() : store(std::move(*IncidentStore::open(folder.path()))) {}

  /// `frames` pictures of one person, five a second.
  std::vector<VisitEvidence> show(WatchMatcher& matcher, const std::string& visit, size_t wears, int frames,
                                  float height = 0.3F, bool ends = false) {
    std::vector<VisitEvidence> all;
    for (int i = 0; i < frames; ++i) {
      time_ = time_.plus_s(0.2);
      CameraView view{.camera = "aisle", .time = time_};
      view.people.push_back({.camera_visit_id = visit,
                             .track_id = 3,
                             .box = {0.4F, 0.2F, 0.5F, 0.2F + height},
                             .appearance = clothes(wears, static_cast<size_t>(i), 0.2F)});
      if (ends && i + 1 == frames) view.ended.push_back({.visit_id = visit, .camera = "aisle"});
      for (auto& e : matcher.see(view, kNow)) all.push_back(std::move(e));
    }
    return all;
  }
  /// Someone in these clothes is confirmed, enrolled and approved.
  std::string enrolled(WatchMatcher& matcher, size_t wears) {
    show(matcher, "thief", wears, 20);
    Incident incident{.event_id = new_ulid(kNow), .type = "CHECKOUT_BYPASS", .visit_id = "thief"};
    EXPECT_TRUE(store.save(incident));
    EXPECT_TRUE(store.add_verdict(incident.event_id, {.verdict = "theft", .by = "Ann"}));
    const auto look = matcher.look_of([](const std::string& id) { return id == "thief"; });
    EXPECT_TRUE(look);
    EXPECT_TRUE(keep_look(store.database(), incident.event_id, "thief", *look, kNow));
    const auto entry =
        enrol(store.database(), kOn, {incident.event_id, "left with two coats, unpaid", "Ann", {}}, kNow);
    EXPECT_TRUE(entry) << entry.error().message;
    EXPECT_TRUE(approve(store.database(), entry->entry_id, "Bob", kNow));
    return entry->entry_id;
  }

  TestFolder folder;
  IncidentStore store;
  Timestamp time_ = kNow;
};

TEST_F(WatchMatcherTest, ComingBackInTheSameClothesIsEvidenceOnceAndAudited) {
  std::string entry;
  {
    WatchMatcher first(store.database(), kOn);
    entry = enrolled(first, 4);
  }
  WatchMatcher matcher(store.database(), kOn);
  EXPECT_THAT(show(matcher, "other", 11, 40), IsEmpty());
  const auto found = show(matcher, "again", 4, 40);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].visit_id, "again");
  EXPECT_EQ(found[0].evidence.kind, "watch_match");
  EXPECT_GT(found[0].evidence.llr, 0);
  EXPECT_LT(found[0].evidence.llr, 1.5);
  EXPECT_THAT(found[0].evidence.detail, HasSubstr("clothing, no face"));
  const auto audit = read_audit(store.database(), "watch_entry " + entry, 1).value();
  EXPECT_EQ(audit[0].what, "matched");
  EXPECT_THAT(audit[0].detail, HasSubstr("visit again"));
}

TEST_F(WatchMatcherTest, NothingIsComparedWithWhatHasExpiredOrIsOff) {
  {
    WatchMatcher first(store.database(), kOn);
    enrolled(first, 4);
  }
  WatchMatcher off(store.database(), {.enabled = false});
  EXPECT_THAT(show(off, "again", 4, 40), IsEmpty());
  EXPECT_EQ(off.looks_held(), 0U);
  WatchMatcher late(store.database(), kOn);
  CameraView view{.camera = "aisle", .time = time_};
  view.people.push_back({.camera_visit_id = "again", .box = {0, 0, 0.1F, 0.3F}, .appearance = clothes(4)});
  for (int i = 0; i < 40; ++i) EXPECT_THAT(late.see(view, kNow.plus_s(25 * 3600)), IsEmpty());
  EXPECT_THAT(watch_entries(store.database()).value(), IsEmpty());
}

TEST_F(WatchMatcherTest, APoorPictureHasLittleQualityAndCommonClothesAreKnownAsSuch) {
  WatchMatcher matcher(store.database(), kOn);
  const auto all = [](const std::string&) { return true; };
  show(matcher, "far", 4, 20, 0.03F);
  EXPECT_LT(matcher.look_of(all)->quality, 0.3);
  EXPECT_FALSE(matcher.look_of(all)->common);
  show(matcher, "near", 4, 20, 0.4F);
  EXPECT_GT(matcher.look_of(all)->quality, 0.8);
  for (int i = 0; i < 60; ++i)
    show(matcher, fmt::format("v{}", i), i % 3 == 0 ? 4 : 10 + static_cast<size_t>(i), 9, 0.4F, true);
  const auto look = matcher.look_of([](const std::string& id) { return id == "v0"; });
  ASSERT_TRUE(look && look->common);
  EXPECT_NEAR(*look->common, 1.0 / 3, 0.05);
}

TEST_F(WatchMatcherTest, HoldsNobodyForLong) {
  WatchMatcher matcher(store.database(), kOn);
  show(matcher, "one", 1, 10);
  EXPECT_EQ(matcher.looks_held(), 1U);
  EXPECT_THAT(matcher.see({.camera = "aisle", .time = time_.plus_s(121)}, kNow), IsEmpty());
  EXPECT_EQ(matcher.looks_held(), 0U);
}

}  // namespace
}  // namespace shrike

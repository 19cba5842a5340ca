#include "vault/watch_list.h"

#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

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
const std::string kReason = "left with two coats, unpaid";

class WatchListTest : public testing::Test {
 protected:
  WatchListTest() : store(std::move(*IncidentStore::open(folder.path()))), database(store.database()) {}

  std::string incident(const std::string& verdict, const Look& look = {{0.6F, 0.8F, 0}, 0.9, 0.0}) {
    Incident i{.event_id = new_ulid(kNow), .type = "LOITERING", .visit_id = "v"};
    EXPECT_TRUE(store.save(i));
    EXPECT_TRUE(verdict.empty() || store.add_verdict(i.event_id, {.verdict = verdict}));
    EXPECT_TRUE(keep_look(database, i.event_id, "v", look, kNow));
    return i.event_id;
  }
  std::string refusal(const Enrolment& wish, const WatchListConfig& config = kOn) {
    const auto entry = enrol(database, config, wish, kNow);
    EXPECT_FALSE(entry);
    return entry ? "" : entry.error().message;
  }

  TestFolder folder;
  IncidentStore store;
  Database& database;
};

TEST_F(WatchListTest, IsEnrolledApprovedAndErasedAndAllOfItIsAudited) {
  const auto event = incident("theft");
  const auto entry = enrol(database, kOn, {event, kReason, "Ann Lee", {}}, kNow);
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_TRUE(entry->approved_by.empty());
  EXPECT_EQ(entry->expires, kNow.plus_s(24 * 3600));
  const auto same = approve(database, entry->entry_id, "  ann  LEE ", kNow);
  ASSERT_FALSE(same);
  EXPECT_THAT(same.error().message, HasSubstr("someone else must approve"));
  const auto approved = approve(database, entry->entry_id, "Bob", kNow);
  ASSERT_TRUE(approved);
  EXPECT_EQ(approved->approved_by, "Bob");
  EXPECT_FALSE(approve(database, entry->entry_id, "Cid", kNow));
  const auto all = watch_entries(database).value();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_NEAR(all[0].appearance[1], 0.8, 1e-3);
  ASSERT_TRUE(erase_entry(database, entry->entry_id, "Cid", kNow));
  EXPECT_THAT(watch_entries(database).value(), IsEmpty());
  EXPECT_FALSE(erase_entry(database, entry->entry_id, "Cid", kNow));
  EXPECT_THAT(refusal({event, kReason, "Ann", {}}), HasSubstr("no appearance is kept"));
  std::vector<std::string> done;
  const auto rows = read_audit(database, "watch_entry", 10).value();
  for (const auto& row : rows) done.push_back(fmt::format("{} by {}", row.what, row.by));
  EXPECT_THAT(done, testing::ElementsAre("erased by Cid", "approved by Bob", "enrolled by Ann Lee"));
}

TEST_F(WatchListTest, RefusesWhoMayNotBeEnrolled) {
  EXPECT_THAT(refusal({incident("theft"), kReason, "Ann", {}}, {}), HasSubstr("watch_list.enabled is false"));
  EXPECT_THAT(refusal({new_ulid(kNow), kReason, "Ann", {}}), HasSubstr("no incident"));
  EXPECT_THAT(refusal({incident(""), kReason, "Ann", {}}), HasSubstr("not confirmed (verdict: none)"));
  EXPECT_THAT(refusal({incident("honest"), kReason, "Ann", {}}), HasSubstr("not confirmed (verdict: honest)"));
  EXPECT_THAT(refusal({incident("theft"), "theft", "Ann", {}}), HasSubstr("reason"));
  EXPECT_THAT(refusal({incident("theft"), kReason, "  ", {}}), HasSubstr("say who you are"));
  EXPECT_THAT(refusal({incident("theft"), kReason, "Ann", 73}), HasSubstr("expiry_max_h"));
  EXPECT_THAT(refusal({incident("theft"), kReason, "Ann", NAN}), HasSubstr("hours"));
  EXPECT_THAT(refusal({incident("theft", {{1}, 0.4, 0.0}), kReason, "Ann", {}}), HasSubstr("too poor"));
  EXPECT_THAT(refusal({incident("theft", {{1}, 0.9, 0.1}), kReason, "Ann", {}}),
              HasSubstr("10 % of other visits look as alike"));
  const auto event = incident("attempted", {{1}, 0.9, std::nullopt});
  EXPECT_TRUE(enrol(database, kOn, {event, kReason, "Ann", 1}, kNow));
  EXPECT_THAT(refusal({event, kReason, "Ann", {}}), HasSubstr("enrolled already"));
}

TEST_F(WatchListTest, WhatIsOverIsErased) {
  const auto theft = incident("theft"), honest = incident("honest"), open = incident("");
  ASSERT_TRUE(enrol(database, kOn, {theft, kReason, "Ann", 2}, kNow));
  EXPECT_EQ(expire_watch_list(database, kOn, kNow.plus_s(3600)).value(), 1) << "the look of the honest visit";
  EXPECT_EQ(expire_watch_list(database, kOn, kNow.plus_s(2 * 3600)).value(), 1) << "the entry";
  EXPECT_THAT(watch_entries(database).value(), IsEmpty());
  EXPECT_EQ(read_audit(database, "watch_entry", 1).value()[0].what, "expired");
  EXPECT_EQ(expire_watch_list(database, kOn, kNow.plus_s(25 * 3600)).value(), 2) << "both looks that were left";
}

TEST_F(WatchListTest, AnExpiredEntryCannotBeApproved) {
  const auto entry = enrol(database, kOn, {incident("theft"), kReason, "Ann", 1}, kNow);
  ASSERT_TRUE(entry);
  EXPECT_FALSE(approve(database, entry->entry_id, "Bob", kNow.plus_s(3600)));
}

TEST_F(WatchListTest, AChangedOrMissingAuditRowShows) {
  for (const char* verdict : {"theft", "attempted", "theft"})
    ASSERT_TRUE(enrol(database, kOn, {incident(verdict), kReason, "Ann", {}}, kNow));
  EXPECT_EQ(check_audit(database).value().first_bad, 0);
  EXPECT_EQ(check_audit(database).value().rows, 3);
  const auto spoil = [&](const std::string& sql_text) {
    return database.write([&](soci::session& sql) -> Result<void> {
      sql << sql_text;
      return {};
    });
  };
  ASSERT_TRUE(spoil("UPDATE audit_log SET by_whom = 'Eve' WHERE number = 2"));
  EXPECT_EQ(check_audit(database).value().first_bad, 2);
  ASSERT_TRUE(spoil("UPDATE audit_log SET by_whom = 'Ann' WHERE number = 2"));
  EXPECT_EQ(check_audit(database).value().first_bad, 0);
  ASSERT_TRUE(spoil("DELETE FROM audit_log WHERE number = 2"));
  EXPECT_EQ(check_audit(database).value().first_bad, 3);
}

TEST(AppearanceText, GivesBackTheSameDirection) {
  std::vector<float> look;
  for (int i = 0; i < 384; ++i) look.push_back(std::sin(static_cast<float>(i)) * 0.05F);
  const auto again = parse_appearance(appearance_text(look)).value();
  double dot = 0, length = 0;
  for (size_t i = 0; i < look.size(); ++i) {
    dot += look[i] * again[i];
    length += look[i] * look[i];
  }
  EXPECT_NEAR(dot / std::sqrt(length), 1, 1e-5);
  EXPECT_FALSE(parse_appearance("12345"));
  EXPECT_FALSE(parse_appearance("xyzw"));
  EXPECT_THAT(parse_appearance("").value(), IsEmpty());
}

}  // namespace
}  // namespace shrike

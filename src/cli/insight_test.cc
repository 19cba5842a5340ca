#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/folder_testing.h"
#include "base/ulid.h"
#include "cli/program_testing.h"
#include "vault/traces.h"

namespace shrike {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Timestamp kMonday{1'772'436'600'000'000};  // 2026-03-02T07:30:00Z, half past eight in Paris

/// A store that was watched for `days` days, ten visits each.
class InsightTest : public testing::Test {
 protected:
  void watch(int days) {
    auto database = Database::open(folder.path() / "shrike.db");
    ASSERT_TRUE(database);
    ASSERT_TRUE(save_store_facts(*database, {"corner shop", "Europe/Paris"}));
    const Zone razors{
        .name = "razors", .kind = ZoneKind::high_risk, .polygon = {{0.2F, 0.2F}, {0.8F, 0.2F}, {0.8F, 0.8F}}};
    ASSERT_TRUE(save_outlines(*database, std::vector<CameraConfig>{{.name = "aisle", .zones = {razors}}}));
    for (int d = 0; d < days; ++d) {
      for (int i = 0; i < 10; ++i) {
        const auto t = kMonday.plus_s(d * 86400 + i * 1800);
        VisitTrace trace{
            .camera_visit_id = new_ulid(t), .camera = "aisle", .from = t, .to = t.plus_s(90), .aspect = 1.5};
        trace.visit_id = trace.camera_visit_id;
        trace.stays = {{"razors", ZoneKind::high_risk, t.plus_s(5), t.plus_s(25), 20},
                       {"till", ZoneKind::checkout, t.plus_s(40), t.plus_s(80), 40}};
        trace.path = {{0, 40, 0.4F, 0.5F}, {40, 50, 0.7F, 0.5F}};
        ASSERT_TRUE(save_trace(*database, trace));
      }
    }
  }
  TestFolder folder;
};

TEST_F(InsightTest, PrintsTablesJsonAndAPageThatStandsByItself) {
  watch(6);
  const auto page_file = (folder.path() / "page.html").string();
  const auto table = run_shrike(fmt::format("insight --from {} --html {}", folder.path().string(), page_file));
  EXPECT_EQ(table.code, 0) << table.text;
  EXPECT_THAT(table.text, HasSubstr("60 visits on 6 day(s)"));
  EXPECT_THAT(table.text, HasSubstr("08–09"));
  EXPECT_THAT(table.text, HasSubstr("razors → till"));
  const auto page = read_file(page_file, 1U << 24U);
  ASSERT_TRUE(page);
  EXPECT_THAT(*page, HasSubstr("How corner shop is used"));
  EXPECT_THAT(*page, HasSubstr("<polygon class=\"frame\""));
  EXPECT_THAT(*page, Not(HasSubstr("<script")));
  EXPECT_THAT(*page, Not(HasSubstr("://"))) << "nothing is fetched";
  const auto json = nlohmann::json::parse(
      run_shrike(fmt::format("insight --from {} --json --since 2026-03-03 --until 2026-03-04", folder.path().string()))
          .text);
  EXPECT_EQ(json["visits"], 20);
  EXPECT_EQ(json["time_zone"], "Europe/Paris");
  EXPECT_EQ(json["checkouts"][0]["zone"], "till");
}

TEST_F(InsightTest, ComparesOnlyWhereThereAreDays) {
  watch(6);
  const auto few = run_shrike(fmt::format("insight --from {} --compare 2026-03-05", folder.path().string()));
  EXPECT_EQ(few.code, 0);
  EXPECT_THAT(few.text, HasSubstr("Too few days: 3 before and 3 after"));
  const auto none = run_shrike(fmt::format("insight --from {} --compare 2027-01-01", folder.path().string()));
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.text, HasSubstr("choose a day with visits on both sides"));
}

TEST_F(InsightTest, NamesWhatIsWrongWithWhatItWasGiven) {
  EXPECT_THAT(run_shrike("insight").text, HasSubstr("--from is missing"));
  const auto nothing = run_shrike(fmt::format("insight --from {}", folder.path().string()));
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.text, HasSubstr("there is no shrike.db"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "shrike.db")) << "looking makes nothing";
  watch(1);
  EXPECT_THAT(run_shrike(fmt::format("insight --from {} --since 3/2/2026", folder.path().string())).text,
              HasSubstr("is no date"));
  EXPECT_THAT(run_shrike(fmt::format("insight --from {} --time-zone Mars", folder.path().string())).text,
              HasSubstr("unknown"));
  EXPECT_THAT(run_shrike(fmt::format("insight --from {} --since 2030-01-01", folder.path().string())).text,
              HasSubstr("no visit of a customer"));
  const auto few = run_shrike(fmt::format("insight correlates --from {}", folder.path().string()));
  EXPECT_EQ(few.code, 2);
  EXPECT_THAT(few.text, HasSubstr("too few confirmed incidents"));
}

}  // namespace
}  // namespace shrike

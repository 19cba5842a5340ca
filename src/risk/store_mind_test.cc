#include "risk/store_mind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Timestamp at(double seconds) { return Timestamp{1'770'000'000'000'000}.plus_s(seconds); }

CameraView violation(const std::string& visit, double at_s) {
  const Evidence evidence{.kind = "restricted_entry",
                          .from = at(at_s),
                          .to = at(at_s),
                          .source = "door",
                          .zone = "stock",
                          .llr = 9,
                          .detail = "entered stock"};
  return {.camera = "door", .time = at(at_s), .evidence = {{visit, "door", 1, evidence}}};
}

TEST(StoreMind, WeighsWhatCamerasSayAndEndsVisits) {
  SiteConfig site;
  site.store = "corner";
  StoreMind mind(site, *make_rule_book({}), {}, [](Timestamp) { return "event"; });
  EXPECT_THAT(mind.see({.camera = "door", .time = at(0), .people = {{.camera_visit_id = "v"}}}).incidents, IsEmpty());
  const auto raised = mind.see(violation("v", 1));
  ASSERT_THAT(raised.incidents, SizeIs(1));
  EXPECT_EQ(raised.incidents[0].after.store_id, "corner");
  EXPECT_GT(mind.risk_of("v"), 0.5);
  const auto over = mind.see(
      {.camera = "door", .time = at(2), .ended = {{.visit_id = "v", .camera = "door", .from = at(0), .to = at(2)}}});
  ASSERT_THAT(over.ended, SizeIs(1));
  EXPECT_EQ(over.ended[0].store_id, "corner");
  EXPECT_THAT(over.ended[0].evidence, SizeIs(1));
  EXPECT_DOUBLE_EQ(over.ended[0].risk, raised.incidents[0].after.risk);
  EXPECT_THAT(mind.advance(at(30)).incidents, IsEmpty());
  EXPECT_THAT(mind.advance(at(63)).incidents, SizeIs(1)) << "the incident ends when late evidence cannot come any more";
}

TEST(StoreMind, FinishEndsWhatIsOpen) {
  StoreMind mind({}, *make_rule_book({}), {});
  EXPECT_THAT(mind.see(violation("v", 1)).incidents, SizeIs(1));
  EXPECT_THAT(mind.finish().incidents, SizeIs(1));
}

}  // namespace
}  // namespace shrike

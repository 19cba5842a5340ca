#include "behaviour/rule_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "behaviour/kinds.h"

namespace shrike {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string error_of(const std::vector<RuleConfig>& rules) {
  const auto book = make_rule_book(rules);
  return book ? "" : book.error().message;
}

TEST(RuleBook, WithoutRulesHoldsWhatIsShipped) {
  const auto book = make_rule_book({});
  ASSERT_TRUE(book);
  EXPECT_EQ(book->kinds.size(), shipped_kinds().size());
  ASSERT_NE(book->find("loitering"), nullptr);
  EXPECT_EQ(book->find("loitering")->llr, find_kind("loitering")->llr);
  EXPECT_EQ(book->find("loitering")->weight, 1);
  EXPECT_EQ(book->find("nothing_of_the_kind"), nullptr);
}

TEST(RuleBook, LaysRulesOverTheShippedKinds) {
  const auto book = make_rule_book(std::vector<RuleConfig>{
      {.kind = "loitering", .weight = 2, .llr = 3},
      {.kind = "object_carried_out", .enabled = false},
      {.kind = "till_overtime", .llr = -1, .zone = ZoneKind::checkout, .dwell_s = 60},
      {.kind = "at_the_safe", .llr = 4, .zone = ZoneKind::restricted, .dwell_s = 2},
      {.kind = "planned", .enabled = false, .llr = 1, .zone = ZoneKind::shelf, .dwell_s = 2},
  });
  ASSERT_TRUE(book) << book.error().message;
  EXPECT_EQ(book->find("loitering")->weight, 2);
  EXPECT_EQ(book->find("loitering")->llr, 3);
  EXPECT_EQ(book->find("object_carried_out"), nullptr);
  EXPECT_EQ(book->find("planned"), nullptr);
  EXPECT_EQ(book->find("till_overtime")->alert_type, "") << "evidence against raises nothing";
  EXPECT_EQ(book->find("at_the_safe")->alert_type, "ZONE_VIOLATION");
  EXPECT_EQ(book->find("at_the_safe")->group, "trespass");
}

TEST(RuleBook, NamesEveryFaultWithItsPlace) {
  const auto error = error_of({
      {.kind = "loitring", .weight = 2, .where = "shop.yml:7:3"},
      {.kind = "mine", .llr = 2, .dwell_s = 3, .where = "shop.yml:9:3"},
      {.kind = "loitering", .dwell_s = 30, .where = "shop.yml:11:3"},
      {.kind = "checkout_visited", .llr = 2, .where = "shop.yml:13:3"},
      {.kind = "restricted_entry", .weight = -1, .where = "shop.yml:15:3"},
      {.kind = "staff_zone", .llr = std::numeric_limits<double>::quiet_NaN(), .where = "shop.yml:17:3"},
      {.kind = "repeated_entry", .where = "shop.yml:19:3"},
      {.kind = "repeated_entry", .where = "shop.yml:20:3"},
  });
  EXPECT_THAT(error,
              HasSubstr("shop.yml:7:3: 'loitring' is not among the kinds of evidence that Shrike ships (loitering, "));
  EXPECT_THAT(
      error,
      HasSubstr(
          "; did you mean 'loitering'? a kind of your own needs zone, dwell_s and llr\nshop.yml:9:3: 'mine' is not"));
  EXPECT_THAT(error,
              HasSubstr("\nshop.yml:11:3: 'loitering' is shipped: zone and dwell_s belong to kinds of your own"));
  EXPECT_THAT(error, HasSubstr("\nshop.yml:13:3: 'checkout_visited' is evidence against theft: its llr cannot be 2"));
  EXPECT_THAT(error, HasSubstr("\nshop.yml:15:3: 'restricted_entry': weight -1 cannot be; expected 0 or more"));
  EXPECT_THAT(error, HasSubstr("\nshop.yml:17:3: 'staff_zone': llr nan is no number"));
  EXPECT_THAT(error, HasSubstr("\nshop.yml:20:3: 'repeated_entry' is there twice"));
  EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 6) << error;
}

TEST(RuleBook, KindsOfTheTableFitTogether) {
  for (const Kind& kind : shipped_kinds()) {
    EXPECT_EQ(find_kind(kind.name), &kind) << "the name is there twice";
    EXPECT_NE(kind.llr, 0) << kind.name;
    EXPECT_EQ(kind.alert_type.empty(), kind.llr < 0) << kind.name;
    EXPECT_TRUE(kind.group.empty() || find_group(kind.group) != nullptr) << kind.name;
    EXPECT_FALSE(kind.meaning.empty() || kind.why.empty()) << kind.name;
  }
  for (const Group& group : shipped_groups()) EXPECT_GT(group.cap, 0) << group.name;
}

TEST(BlindSpots, SayWhatACameraCannotSee) {
  const auto zone = [](ZoneKind kind) { return Zone{.name = "z", .kind = kind}; };
  CameraConfig door{.name = "door", .zones = {zone(ZoneKind::exit), zone(ZoneKind::high_risk)}};
  const RuleBook shipped = *make_rule_book({});
  EXPECT_THAT(blind_spots(std::span(&door, 1), shipped), ElementsAre(HasSubstr("camera 'door' has an exit and")));
  door.zones.push_back(zone(ZoneKind::checkout));
  EXPECT_THAT(blind_spots(std::span(&door, 1), shipped), IsEmpty());
  const auto own = *make_rule_book(
      std::vector<RuleConfig>{{.kind = "mine", .llr = 1, .zone = ZoneKind::fitting_room, .dwell_s = 1}});
  EXPECT_THAT(blind_spots(std::span(&door, 1), own),
              ElementsAre("no camera has a fitting_room zone: 'mine' is never raised"));
}

}  // namespace
}  // namespace shrike

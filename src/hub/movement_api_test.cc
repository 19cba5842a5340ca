#include "hub/movement_api.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/folder_testing.h"
#include "base/ulid.h"
#include "vault/traces.h"

namespace shrike {
namespace {

class MovementApiTest : public testing::Test {
 protected:
  MovementApiTest() : store_(IncidentStore::open(folder_.path()).value()) {
    site_.time_zone = "America/Los_Angeles";
    add_movement_routes(router_, site_, store_, board_);
  }
  nlohmann::json ask() {
    const Request request{.method = Method::get, .path = "/api/v1/movement"};
    const auto match = router_.match(request);
    return nlohmann::json::parse(std::get<std::string>(match.route->handler(request, match.parameters).body));
  }
  void leave_trace(const char* time) {
    const Timestamp from = parse_rfc3339(time).value();
    const std::string id = new_ulid(from);
    ASSERT_TRUE(save_trace(store_.database(), {.camera_visit_id = id,
                                               .visit_id = id,
                                               .camera = "door",
                                               .from = from,
                                               .to = from.plus_s(60),
                                               .aspect = 1,
                                               .stays = {},
                                               .path = {}}));
  }

  TestFolder folder_;
  SiteConfig site_;
  IncidentStore store_;
  LiveBoard board_;
  Router router_;
};

TEST_F(MovementApiTest, WithoutAModelItCountsTheDaysOfTheStoresOwnClock) {
  EXPECT_EQ(ask()["days_kept"], 0);
  // One day of a shop in California is two of UTC's.
  for (const char* time : {"2026-03-02T18:00:00Z", "2026-03-03T03:00:00Z", "2026-03-03T18:00:00Z"}) leave_trace(time);
  const auto json = ask();
  EXPECT_EQ(json["days_kept"], 2);
  EXPECT_EQ(json["days_wanted"], 7);
  EXPECT_TRUE(json["model"].is_null());
  EXPECT_TRUE(json["drift"].is_null());
  EXPECT_TRUE(json["last_training"].is_null());
}

TEST_F(MovementApiTest, TellsAgeDriftAndTheLastTraining) {
  const Timestamp then = now_utc().plus_s(-3 * 86400.0);
  MovementStatus status;
  status.model = MovementStatus::Model{.learnt_from = then,
                                       .learnt_to = then,
                                       .known_to = then,
                                       .visits = 9,
                                       .days = 2,
                                       .retrain_days = 7,
                                       .tried = MovementTried{true, "as good", 40, 0.02}};
  status.ranked = 700;
  status.drift = Drift{.visits = 500, .psi = 0.4};
  status.last_training = MovementStatus::Training{then, "refused", "its ranks have shifted"};
  board_.put_movement(status);
  const auto json = ask();
  EXPECT_NEAR(json["model"]["age_days"].get<double>(), 3, 0.01);
  EXPECT_EQ(json["model"]["tried"]["psi"], 0.02);
  EXPECT_EQ(json["drift"]["verdict"], "shifted");
  EXPECT_EQ(json["drift"]["psi"], 0.4);
  EXPECT_EQ(json["visits_ranked"], 700);
  EXPECT_EQ(json["last_training"]["outcome"], "refused");
  EXPECT_TRUE(json["days_kept"].is_null()) << "counted only where somebody waits for a first model";
}

}  // namespace
}  // namespace shrike

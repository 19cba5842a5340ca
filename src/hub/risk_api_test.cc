#include "hub/risk_api.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/folder_testing.h"
#include "base/ulid.h"
#include "hub/metrics.h"

namespace shrike {
namespace {

class RiskApiTest : public testing::Test {
 protected:
  RiskApiTest() : store_(IncidentStore::open(folder_.path()).value()) {
    const Timestamp now = now_utc();
    for (int i = 0; i < 8; ++i) {
      const Timestamp time = now.plus_s(-86400.0 * (8 - i));
      Incident incident{.event_id = new_ulid(time), .type = "LOITERING", .store_id = "s", .time = time, .risk = 0.7};
      EXPECT_TRUE(store_.save(incident));
      if (i >= 6) continue;
      EXPECT_TRUE(store_.add_verdict(incident.event_id, {.verdict = i < 4 ? "theft" : "honest", .time = now}));
    }
    add_risk_routes(router_, site_, store_);
  }
  Response ask(const std::string& days = "") {
    Request request{.method = Method::get, .path = "/api/v1/risk"};
    if (!days.empty()) request.query["days"] = days;
    const auto match = router_.match(request);
    return match.route->handler(request, match.parameters);
  }

  TestFolder folder_;
  SiteConfig site_;
  IncidentStore store_;
  Router router_;
};

TEST_F(RiskApiTest, SaysWhatWasAchieved) {
  const auto json = nlohmann::json::parse(std::get<std::string>(ask().body));
  EXPECT_EQ(json["incidents"], 8);
  EXPECT_EQ(json["not_judged"], 2);
  EXPECT_NEAR(json["precision"]["mean"].get<double>(), 4.0 / 6, 1e-9);
  EXPECT_NEAR(json["false_alerts_per_store_day"]["mean"].get<double>(), 2.0 / 7, 1e-6);
  EXPECT_NEAR(json["reliability"]["ece"].get<double>(), 0.7 - 4.0 / 6, 1e-9);
  EXPECT_TRUE(json["canary"].is_null());
}

TEST_F(RiskApiTest, RefusesDaysThatAreNone) {
  for (const char* days : {"0", "-1", "nan", "inf", "4000", "7d", " 7"}) EXPECT_EQ(ask(days).status, 400) << days;
  EXPECT_EQ(ask("7").status, 200);
}

TEST_F(RiskApiTest, TellsTheSameAsMetrics) {
  prometheus::Registry registry;
  RiskGauges gauges(registry);
  gauges.refresh(site_, store_);
  const std::string text = metrics_text(registry);
  EXPECT_NE(text.find("shrike_alert_precision{bound=\"mean\"} 0.66"), std::string::npos) << text;
  EXPECT_NE(text.find("shrike_alert_threshold 0.5"), std::string::npos) << text;
  EXPECT_NE(text.find("shrike_canary_incidents{only=\"canary\"} 0"), std::string::npos) << text;
}

}  // namespace
}  // namespace shrike

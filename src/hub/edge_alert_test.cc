#include "hub/edge_alert.h"

#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ulid.h"

namespace shrike {
namespace {

using testing::HasSubstr;

constexpr Timestamp kNow{1'772'366'400'000'000};  // 2026-03-01T12:00:00Z

auto parse(const std::string& body, const std::string& key = "") {
  return parse_edge_alert(body, {key, "store 7", "Europe/Paris", kNow});
}

TEST(EdgeAlert, ReadsTheFieldsPayload) {
  const std::string body =
      R"({"type":"concealment","timestamp":"2026-03-01T11:59:00Z","position":[0.42,0.77],)"
      R"("objects":["person",{"label":"handbag","confidence":0.8}],"camera_id":"aisle 3","device":"jetson-1"})";
  const auto alert = parse(body);
  ASSERT_TRUE(alert) << alert.error().message;
  const auto& incident = alert->incident;
  EXPECT_EQ(incident.type, "CONCEALMENT");
  EXPECT_EQ(incident.source, "jetson-1");
  EXPECT_EQ(incident.store_id, "store 7");
  EXPECT_EQ(incident.camera, "aisle 3");
  EXPECT_EQ(incident.time, kNow.plus_s(-60));
  EXPECT_TRUE(is_ulid(incident.event_id));
  EXPECT_EQ(incident.summary, "Possible concealment, reported by jetson-1: person, handbag at (0.42, 0.77)");
  EXPECT_EQ(alert->body, body);
  EXPECT_EQ(alert->received, kNow);
  EXPECT_EQ(alert->idempotency_key, "");
}

TEST(EdgeAlert, TakesTheKeyOfTheHeaderBeforeTheBodys) {
  const auto ulid = new_ulid(kNow);
  const auto body = R"({"type":"x","timestamp":1772366400,"event_id":")" + ulid + "\"}";
  EXPECT_EQ(parse(body)->idempotency_key, ulid);
  EXPECT_EQ(parse(body)->incident.event_id, ulid);
  EXPECT_EQ(parse(body, "k")->idempotency_key, "k");
  const auto own = parse(R"({"type":"x","timestamp":1772366400,"event_id":42})");
  EXPECT_EQ(own->idempotency_key, "42");
  EXPECT_TRUE(is_ulid(own->incident.event_id));
}

TEST(EdgeAlert, ReadsTimesAsDevicesWriteThem) {
  for (const char* time : {"\"2026-03-01T12:00:00Z\"", "\"2026-03-01T13:00:00+01:00\"", "\"2026-03-01T13:00:00\"",
                           "\"2026-03-01 13:00:00.000\"", "1772366400", "1772366400.0", "1772366400000",
                           "1772366400000000", "\"1772366400\"", "\"1772366400000\""}) {
    const auto alert = parse(std::string(R"({"type":"x","timestamp":)") + time + "}");
    ASSERT_TRUE(alert) << time << ": " << alert.error().message;
    EXPECT_EQ(alert->incident.time, kNow) << time;
  }
}

struct BadCase {
  const char* body;
  const char* field;
  const char* message;
};

void PrintTo(const BadCase& bad, std::ostream* out) {
  *out << std::strlen(bad.body) << " bytes, wrong is " << bad.field;
}

class BadEdgeAlertTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadEdgeAlertTest, NamesTheField) {
  const auto alert = parse(GetParam().body);
  ASSERT_FALSE(alert) << GetParam().body;
  EXPECT_EQ(alert.error().field, GetParam().field) << GetParam().body;
  EXPECT_THAT(alert.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    EdgeAlert, BadEdgeAlertTest,
    testing::Values(BadCase{"", "", "not JSON"}, BadCase{"{\"type\":", "", "not JSON"}, BadCase{"[1]", "", "object"},
                    BadCase{R"({"timestamp":1772366400})", "type", "missing"},
                    BadCase{R"({"type":"","timestamp":1772366400})", "type", "1 to 128"},
                    BadCase{R"({"type":{"a":1},"timestamp":1772366400})", "type", "found {\"a\":1}"},
                    BadCase{R"({"type":"a\nb","timestamp":1772366400})", "type", "text"},
                    BadCase{R"({"type":"x"})", "timestamp", "missing"},
                    BadCase{R"({"type":"x","timestamp":"yesterday"})", "timestamp", "yesterday"},
                    BadCase{R"({"type":"x","timestamp":-50})", "timestamp", "RFC 3339"},
                    BadCase{R"({"type":"x","timestamp":1e300})", "timestamp", "between 2000"},
                    BadCase{R"({"type":"x","timestamp":12})", "timestamp", "clock"},
                    BadCase{R"({"type":"x","timestamp":"2027-01-01T00:00:00Z"})", "timestamp", "clock"},
                    BadCase{R"({"type":"x","timestamp":true})", "timestamp", "found true"},
                    BadCase{R"({"type":"x","timestamp":1772366400,"position":[1]})", "position", "found [1]"},
                    BadCase{R"({"type":"x","timestamp":1772366400,"position":{"x":"a","y":2}})", "position", "found"},
                    BadCase{R"({"type":"x","timestamp":1772366400,"objects":"person"})", "objects", "list"},
                    BadCase{R"({"type":"x","timestamp":1772366400,"objects":["a",[]]})", "objects[1]", "text"},
                    BadCase{R"({"type":"x","timestamp":1772366400,"objects":[{"label":7.5}]})", "objects[0].label",
                            "7.5"},
                    BadCase{R"({"type":"x","timestamp":1772366400,"confidence":87})", "confidence", "0 to 1"},
                    BadCase{R"({"type":"x","timestamp":1772366400,"camera":["a"]})", "camera", "text"},
                    BadCase{R"({"type":"x","timestamp":1772366400,"source":"shrike"})", "source", "own"}));

}  // namespace
}  // namespace shrike

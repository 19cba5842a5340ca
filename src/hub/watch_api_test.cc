#include "hub/watch_api.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/folder_testing.h"
#include "base/ulid.h"
#include "vault/watch_list.h"

namespace shrike {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class WatchApiTest : public testing::Test {
 protected:
  WatchApiTest() : store(std::move(*IncidentStore::open(folder.path()))) {
    site.watch_list.enabled = true;
    add_watch_routes(router, site, store);
  }
  json ask(Method method, const std::string& path, const json& body, int status) {
    const Request request{.method = method, .path = path, .body = body.dump()};
    const auto match = router.match(request);
    EXPECT_NE(match.route, nullptr) << path;
    const Response response = match.route->handler(request, match.parameters);
    const auto& text = std::get<std::string>(response.body);
    EXPECT_EQ(response.status, status) << text;
    return json::parse(text);
  }
  json post(const std::string& path, const json& body, int status) { return ask(Method::post, path, body, status); }
  std::string confirmed() {
    const Incident i{.event_id = new_ulid(now_utc()), .type = "LOITERING", .visit_id = "v"};
    EXPECT_TRUE(store.save(i));
    EXPECT_TRUE(store.add_verdict(i.event_id, {.verdict = "theft"}));
    EXPECT_TRUE(keep_look(store.database(), i.event_id, "v", {{0.6F, 0.8F}, 0.9, 0.0}, now_utc()));
    return i.event_id;
  }

  TestFolder folder;
  IncidentStore store;
  SiteConfig site;
  Router router;
};

TEST_F(WatchApiTest, OneAddsAnotherApprovesAndEveryStepIsLogged) {
  const auto entry =
      post("/api/v1/watch-entries",
           {{"event_id", confirmed()}, {"reason", "left with two coats"}, {"by", "Ann"}, {"hours", 2}}, 201);
  EXPECT_EQ(entry["state"], "waiting");
  EXPECT_TRUE(entry["approved_by"].is_null());
  EXPECT_FALSE(entry.contains("appearance"));
  const auto at = fmt::format("/api/v1/watch-entries/{}", entry["entry_id"].get<std::string>());
  EXPECT_EQ(post(at + "/approve", {{"by", "ann"}}, 400)["error"]["field"], "by");
  EXPECT_EQ(post(at + "/approve", {{"by", "Bob"}}, 200)["state"], "approved");
  EXPECT_EQ(ask(Method::get, "/api/v1/watch-entries", nullptr, 200)["entries"].size(), 1U);
  post(at + "/erase", {{"by", "Cid"}}, 200);
  post(at + "/erase", {{"by", "Cid"}}, 404);
  EXPECT_EQ(ask(Method::get, "/api/v1/watch-entries", nullptr, 200)["entries"].size(), 0U);
  const auto audit = ask(Method::get, "/api/v1/watch-audit", nullptr, 200);
  EXPECT_TRUE(audit["intact"]);
  ASSERT_EQ(audit["rows"].size(), 3U);
  EXPECT_EQ(audit["rows"][0]["what"], "erased");
  EXPECT_EQ(audit["rows"][0]["hash"], audit["head"]);
}

TEST_F(WatchApiTest, RefusalsNameTheField) {
  EXPECT_EQ(
      post("/api/v1/watch-entries", {{"event_id", confirmed()}, {"reason", "x"}, {"by", "Ann"}}, 400)["error"]["field"],
      "reason");
  EXPECT_EQ(post("/api/v1/watch-entries", {{"event_id", "none"}, {"reason", "left with two coats"}, {"by", "Ann"}},
                 400)["error"]["field"],
            "event_id");
  EXPECT_EQ(post("/api/v1/watch-entries", {{"event_id", 7}}, 400)["error"]["field"], "event_id");
  EXPECT_EQ(post("/api/v1/watch-entries", {{"face", "…"}}, 400)["error"]["field"], "face");
  post("/api/v1/watch-entries", json::array(), 400);
  site.watch_list.enabled = false;
  EXPECT_THAT(
      post("/api/v1/watch-entries", {{"event_id", confirmed()}, {"reason", "left with two coats"}, {"by", "Ann"}},
           400)["error"]["message"],
      HasSubstr("watch_list.enabled"));
}

}  // namespace
}  // namespace shrike

#include "hub/visits_api.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/ulid.h"
#include "vault/corrections.h"

namespace shrike {
namespace {

class VisitsApiTest : public testing::Test {
 protected:
  VisitsApiTest() {
    std::string name = testing::TempDir() + "shrike_visits_XXXXXX";
    site_.data_dir = mkdtemp(name.data());
    auto opened = IncidentStore::open(site_.data_dir);
    EXPECT_TRUE(opened);
    store_.emplace(std::move(*opened));
    add_visit_routes(router_, site_, *store_);
  }
  ~VisitsApiTest() override { std::filesystem::remove_all(site_.data_dir); }

  Response ask(Method method, const std::string& path, const std::string& body = "") {
    Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    const auto match = router_.match(request);
    EXPECT_NE(match.route, nullptr) << path;
    return match.route->handler(request, match.parameters);
  }
  static nlohmann::json json_of(const Response& response) {
    return nlohmann::json::parse(std::get<std::string>(response.body));
  }

  SiteConfig site_;
  std::optional<IncidentStore> store_;
  Router router_;
};

TEST_F(VisitsApiTest, ShowsAVisitWithItsParts) {
  const Timestamp noon{1'772'366'400'000'000};
  VisitRecord visit{.visit_id = new_ulid(noon),
                    .store_id = "store 7",
                    .camera = "door",
                    .from = noon,
                    .to = noon.plus_s(60),
                    .prior = 0.002,
                    .risk = 0.4};
  visit.parts = {{"aisle", visit.visit_id, noon, noon.plus_s(30), 1},
                 {"door", new_ulid(noon), noon.plus_s(32), visit.to, 0.9}};
  ASSERT_TRUE(store_->save_visit(visit));
  ASSERT_TRUE(save_parts(store_->database(), visit));
  const auto shown = json_of(ask(Method::get, "/api/v1/visits/" + visit.visit_id));
  EXPECT_EQ(shown["parts"].size(), 2U);
  EXPECT_EQ(shown["parts"][1]["camera"], "door");
  EXPECT_DOUBLE_EQ(shown["continuity"].get<double>(), 0.9);
  EXPECT_EQ(ask(Method::get, "/api/v1/visits/" + new_ulid(noon)).status, 404);
}

TEST_F(VisitsApiTest, KeepsCorrectionsForTheDesk) {
  const std::string visit = new_ulid(now_utc()), other = new_ulid(now_utc());
  const auto answer = ask(Method::post, "/api/v1/visits/" + visit + "/merge",
                          R"({"from": ")" + other + R"(", "by": "kim", "note": "same bag"})");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(json_of(answer)["state"], "waiting");
  EXPECT_EQ(ask(Method::post, "/api/v1/visits/" + visit + "/split", R"({"camera_visit": ")" + other + R"("})").status,
            202);
  const auto waiting = waiting_corrections(store_->database(), 10);
  ASSERT_TRUE(waiting);
  ASSERT_EQ(waiting->size(), 2U);
  EXPECT_EQ((*waiting)[0].visit_id, visit);
  EXPECT_EQ((*waiting)[0].other, other);
  EXPECT_EQ((*waiting)[1].action, "split");
}

TEST_F(VisitsApiTest, RefusesWhatIsNoCorrection) {
  const std::string visit = new_ulid(now_utc()), path = "/api/v1/visits/" + visit + "/merge";
  EXPECT_EQ(ask(Method::post, path, "no json").status, 400);
  EXPECT_EQ(ask(Method::post, path, R"({"from": "x"})").status, 400);
  EXPECT_EQ(ask(Method::post, path, R"({"from": ")" + visit + R"("})").status, 400);
  EXPECT_EQ(ask(Method::post, path, R"({"with": ")" + new_ulid(now_utc()) + R"("})").status, 400);
  EXPECT_EQ(ask(Method::post, "/api/v1/visits/x/split", R"({"camera_visit": ")" + visit + R"("})").status, 404);
  EXPECT_TRUE(waiting_corrections(store_->database(), 10)->empty());
}

TEST_F(VisitsApiTest, KeepsAnOfficersWordOfStaff) {
  const std::string path = "/api/v1/visits/" + new_ulid(now_utc()) + "/staff";
  EXPECT_EQ(ask(Method::post, path, R"({"staff": true, "by": "Ann"})").status, 202);
  EXPECT_EQ(ask(Method::post, path, R"({"staff": false})").status, 202);
  const auto waiting = waiting_corrections(store_->database(), 10).value();
  ASSERT_EQ(waiting.size(), 2U);
  EXPECT_EQ(waiting[0].action, "staff");
  EXPECT_EQ(waiting[1].action, "not_staff");
  EXPECT_EQ(ask(Method::post, path, R"({"staff": "yes"})").status, 400);
  EXPECT_EQ(ask(Method::post, path, R"({"by": "Ann"})").status, 400);
}

}  // namespace
}  // namespace shrike

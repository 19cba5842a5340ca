#include "hub/api.h"

#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <yaml-cpp/yaml.h>

#include "base/ulid.h"
#include "hub/test_client.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr Timestamp kNoon{1'772'366'400'000'000};  // 2026-03-01T12:00:00Z
constexpr auto kToken = "0123456789abcdef0123456789abcdef";

Incident example(Timestamp time = kNoon) {
  Incident incident;
  incident.event_id = new_ulid(time);
  incident.type = "LOITERING";
  incident.store_id = "store 7";
  incident.camera = "aisle 3/left";
  incident.time = incident.from = incident.to = time;
  incident.risk = 0.7;
  incident.summary = "34 s in razors";
  incident.evidence = {{{"loitering", time, time, "aisle 3/left", "razors", 2.5, "34 s in razors"}, 1, 2.5}};
  return incident;
}

class HubTest : public testing::Test {
 protected:
  HubTest() {
    std::string name = testing::TempDir() + "shrike_hub_XXXXXX";
    site_.data_dir = mkdtemp(name.data());
    site_.store = "store 7";
    site_.time_zone = "Europe/Paris";
    site_.hub.port = 0;
    site_.cameras = {{.name = "aisle 3/left", .zones = {{"razors", ZoneKind::high_risk, {{0, 0}, {1, 0}, {1, 1}}}}},
                     {.name = "door"}};
    auto opened = IncidentStore::open(site_.data_dir);
    EXPECT_TRUE(opened);
    store_.emplace(std::move(*opened));
  }
  ~HubTest() override {
    hub_.reset();
    fs::remove_all(site_.data_dir);
  }

  void start() {
    auto started = Hub::start({site_, *store_, board_, registry_, inbox_});
    ASSERT_TRUE(started) << started.error().message;
    hub_.emplace(std::move(*started));
  }
  void start_with_token() {
    site_.hub.token_file = site_.data_dir / "token";
    std::ofstream(site_.hub.token_file) << kToken;
    start();
  }
  [[nodiscard]] TestClient client() const { return TestClient(hub_->port()); }
  [[nodiscard]] json get_json(const std::string& target) const { return json::parse(client().get(target).body); }
  Incident save(const Incident& incident) {
    EXPECT_TRUE(store_->save(incident));
    return incident;
  }
  void write_file(const std::string& name, const std::string& content) const {
    fs::create_directories((site_.data_dir / name).parent_path());
    std::ofstream(site_.data_dir / name, std::ios::binary) << content;
  }

  SiteConfig site_;
  LiveBoard board_;
  prometheus::Registry registry_;
  std::shared_ptr<PushInbox> inbox_ = std::make_shared<PushInbox>(kPushInbox_max, WhenFull::wait);
  std::optional<IncidentStore> store_;
  std::optional<Hub> hub_;
};

TEST_F(HubTest, AnswersWhatOpenapiDescribesAndNothingElse) {
  start();
  std::set<std::string> answered, described;
  for (const auto& route : hub_->routes()) {
    answered.insert((route.method == Method::post ? "post " : "get ") + route.pattern);
  }
  for (const auto* asset : {"get /app.js", "get /app.css", "get /icon.svg"})
    answered.erase(asset);  // parts of the page
  const auto openapi = YAML::LoadFile(SHRIKE_SOURCE_DIR "/api/openapi.yaml");
  for (const auto& path : openapi["paths"]) {
    for (const auto& method : path.second) {
      const auto word = method.first.as<std::string>();
      if (word == "get" || word == "post") described.insert(word + " " + path.first.as<std::string>());
    }
  }
  EXPECT_EQ(answered, described);
}

TEST_F(HubTest, ListsIncidentsNewestFirstWithPagesAndFilters) {
  start();
  const auto old = save(example(kNoon)), newer = save(example(kNoon.plus_s(60)));
  auto first = get_json("/api/v1/incidents?limit=1");
  ASSERT_EQ(first["incidents"].size(), 1U);
  EXPECT_EQ(first["incidents"][0]["event_id"], newer.event_id);
  EXPECT_EQ(first["incidents"][0]["time"], "2026-03-01T13:01:00.000+01:00");
  const auto second = get_json("/api/v1/incidents?limit=1&cursor=" + first["next"].get<std::string>());
  EXPECT_EQ(second["incidents"][0]["event_id"], old.event_id);
  EXPECT_TRUE(second["next"].is_null());
  EXPECT_EQ(get_json("/api/v1/incidents?camera=aisle+3%2Fleft")["incidents"].size(), 2U);
  EXPECT_EQ(get_json("/api/v1/incidents?camera=door")["incidents"].size(), 0U);
  EXPECT_EQ(get_json("/api/v1/incidents?verdict=none&type=LOITERING&source=shrike")["incidents"].size(), 2U);
  EXPECT_EQ(get_json("/api/v1/incidents?since=2026-03-01T13:00:30%2B01:00")["incidents"].size(), 1U);
  EXPECT_EQ(get_json("/api/v1/incidents/" + old.event_id)["summary"], "34 s in razors");
}

TEST_F(HubTest, NamesTheQueryFieldThatIsWrong) {
  start();
  for (const auto& [target, field] : std::map<std::string, std::string>{{"limit=0", "limit"},
                                                                        {"limit=ten", "limit"},
                                                                        {"limit=501", "limit"},
                                                                        {"since=yesterday", "since"},
                                                                        {"until=1", "until"},
                                                                        {"verdict=guilty", "verdict"},
                                                                        {"cursor=x", "cursor"}}) {
    auto answer = client().get("/api/v1/incidents?" + target);
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_EQ(json::parse(answer.body)["error"]["field"], field) << target;
  }
}

TEST_F(HubTest, AnswersNothingWhereThereIsNothing) {
  start();
  const auto unknown = new_ulid(kNoon);
  for (const auto& target :
       {"/api/v1/incidents/" + unknown, "/api/v1/incidents/" + unknown + "/clip",
        "/api/v1/incidents/" + unknown + "/picture", std::string("/api/v1/incidents/../x"),
        std::string("/api/v1/incidents/..%2f..%2fetc%2fpasswd/clip"), std::string("/nothing"),
        std::string("/api/v1/cameras/none/frame"), std::string("/api/v1/cameras/door/frame.jpg")}) {
    EXPECT_EQ(client().get(target).status, 404) << target;
  }
  EXPECT_EQ(client().post("/api/v1/incidents/" + unknown + "/verdict", R"({"verdict":"theft"})").status, 404);
  EXPECT_EQ(client().post("/api/v1/incidents", "{}").status, 405);
}

TEST_F(HubTest, KeepsAVerdict) {
  start();
  const auto incident = save(example());
  const auto target = "/api/v1/incidents/" + incident.event_id + "/verdict";
  auto answer = client().post(target, R"({"verdict":"honest","by":"Ana","note":"paid at till 2"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(json::parse(answer.body)["verdict"], "honest");
  const auto kept = get_json("/api/v1/incidents/" + incident.event_id);
  EXPECT_EQ(kept["verdicts"][0]["by"], "Ana");
  EXPECT_EQ(kept["verdicts"][0]["note"], "paid at till 2");
  EXPECT_THAT(client().get("/metrics").body, HasSubstr(R"(shrike_alert_verdict_total{verdict="honest"} 1)"));
}

TEST_F(HubTest, NamesWhatIsWrongWithAVerdict) {
  start();
  const auto target = "/api/v1/incidents/" + save(example()).event_id + "/verdict";
  for (const auto& [body, field] :
       std::map<std::string, std::string>{{R"({"verdict":"guilty"})", "verdict"},
                                          {R"({})", "verdict"},
                                          {R"({"verdict":7})", "verdict"},
                                          {R"({"verdict":"honest","nota":"x"})", "nota"},
                                          {R"({"verdict":"honest","by":")" + std::string(65, 'x') + "\"}", "by"}}) {
    auto answer = client().post(target, body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(json::parse(answer.body)["error"]["field"], field) << body;
  }
  EXPECT_EQ(client().post(target, "[").status, 400);
  EXPECT_EQ(client().post(target, "verdict=honest", "Content-Type: text/plain\r\n").status, 415);
}

TEST_F(HubTest, TakesAnEdgeAlertOnce) {
  start();
  const auto body = fmt::format(R"({{"type":"concealment","timestamp":{},"objects":["person"]}})", now_utc().us / 1000);
  const std::string headers = "Content-Type: application/json; charset=utf-8\r\nIdempotency-Key: a-1\r\n";
  auto first = client().post("/api/alerts", body, headers);
  EXPECT_EQ(first.status, 202);
  const auto said = json::parse(first.body);
  EXPECT_EQ(said["status"], "queued");
  EXPECT_EQ(json::parse(client().post("/api/alerts", body, headers).body)["event_id"], said["event_id"]);
  const auto list = get_json("/api/v1/incidents")["incidents"];
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["event_id"], said["event_id"]);
  EXPECT_EQ(list[0]["type"], "CONCEALMENT");
  EXPECT_EQ(list[0]["source"], "edge");
  auto bad = client().post("/api/alerts", R"({"type":"x","timestamp":"soon"})");
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(json::parse(bad.body)["error"]["field"], "timestamp");
}

TEST_F(HubTest, SendsAClipInPartsAndSaysWhyNot) {
  start();
  auto incident = save(example());
  const auto target = "/api/v1/incidents/" + incident.event_id + "/clip";
  EXPECT_EQ(json::parse(client().get(target).body)["error"]["code"], "clip_pending");
  write_file("clips/a.mp4", "0123456789");
  ASSERT_TRUE(store_->set_clip(incident.event_id, "ready", "clips/a.mp4"));
  auto part = client().get(target, "Range: bytes=2-4\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.header("Content-Type"), "video/mp4");
  EXPECT_EQ(part.body, "234");
  fs::remove(site_.data_dir / "clips/a.mp4");
  EXPECT_EQ(client().get(target).status, 404);
  ASSERT_TRUE(store_->set_clip(incident.event_id, "missing", ""));
  EXPECT_EQ(json::parse(client().get(target).body)["error"]["code"], "clip_missing");
}

TEST_F(HubTest, SendsNoFileFromOutsideTheDataFolder) {
  start();
  const auto secret = site_.data_dir.parent_path() / (site_.data_dir.filename().string() + "_secret");
  std::ofstream(secret) << "secret";
  fs::create_symlink(secret, site_.data_dir / "link.jpg");
  for (const auto& file : {"../" + secret.filename().string(), secret.string(), std::string("link.jpg"),
                           std::string("."), std::string("clips/../../") + secret.filename().string()}) {
    auto incident = example();
    incident.picture = file;
    save(incident);
    EXPECT_EQ(client().get("/api/v1/incidents/" + incident.event_id + "/picture").status, 404) << file;
  }
  fs::remove(secret);
}

LiveFrame frame(int64_t seq, const char* jpeg) {
  return {.seq = seq,
          .time = kNoon,
          .width = 640,
          .height = 480,
          .tracks = {{.id = 7, .box = {0.1F, 0.2F, 0.3F, 0.4F}, .label = "person", .zones = {"razors"}}},
          .jpeg = jpeg == nullptr ? nullptr : std::make_shared<const std::string>(jpeg)};
}

TEST_F(HubTest, ShowsCamerasWithTheirZones) {
  start();
  board_.put_status({.name = "door", .state = "stalled", .last_error = "no frame for 5 s", .since = kNoon, .fps = 9.5});
  board_.put_clocks({{"door", 5.25}});
  const auto list = get_json("/api/v1/cameras");
  EXPECT_EQ(list["time_zone"], "Europe/Paris");
  ASSERT_EQ(list["cameras"].size(), 2U);
  EXPECT_EQ(list["cameras"][0]["state"], "connecting");
  EXPECT_TRUE(list["cameras"][0]["since"].is_null());
  EXPECT_EQ(list["cameras"][0]["zones"][0]["kind"], "high_risk");
  EXPECT_EQ(list["cameras"][0]["zones"][0]["polygon"], json::parse("[[0,0],[1,0],[1,1]]"));
  EXPECT_EQ(list["cameras"][1]["last_error"], "no frame for 5 s");
  EXPECT_EQ(list["cameras"][1]["clock_offset_s"], 5.25);
  EXPECT_EQ(list["cameras"][1]["since"], "2026-03-01T13:00:00.000+01:00");
}

TEST_F(HubTest, TakesTransactionsThatTillsPush) {
  start();
  const auto post = [&](const std::string& body) { return client().post("/api/v1/till-transactions", body); };
  const std::string sale = R"({"store":"9","till":"34","business_day":"2026-03-01","sequence":"1","kind":"sale",)"
                           R"("end":"2026-03-01T09:00:00Z"})";
  const auto accepted = post(sale);
  EXPECT_EQ(accepted.status, 202) << accepted.body;
  EXPECT_EQ(json::parse(accepted.body)["accepted"], 1);
  ASSERT_EQ(inbox_->size(), 1U);
  EXPECT_EQ(std::get<TillTransaction>(*inbox_->pop()).key.sequence, "1");
  const auto mixed = post("[" + sale + R"(,{"store":"9"}])");
  EXPECT_EQ(mixed.status, 202);
  EXPECT_EQ(json::parse(mixed.body)["rejected_count"], 1);
  EXPECT_EQ(post(R"([{"store":"9"}])").status, 400);
  EXPECT_EQ(post("nothing").status, 400);
  EXPECT_EQ(inbox_->size(), 1U);
}

TEST_F(HubTest, TakesPiecesThatWentThroughADoor) {
  start();
  const auto gone = [&](const std::string& point) {
    return json::parse(client()
                           .post("/api/v1/till-transactions",
                                 R"({"type":"ObjectEvent","eventTime":"2026-03-02T05:30:00Z","bizStep":"departing",)"
                                 R"("readPoint":{"id":")" +
                                     point + R"("},"epcList":["urn:epc:id:sgtin:4006381.033393.77"]})")
                           .body);
  };
  const std::string zone = site_.cameras[0].zones[0].name;
  EXPECT_EQ(gone("urn:epc:id:sgln:0614141.00729." + zone)["pieces_at_doors"], 1);
  ASSERT_EQ(inbox_->size(), 1U);
  EXPECT_EQ(std::get<ItemEvent>(*inbox_->pop()).zone, zone);
  EXPECT_EQ(gone("urn:epc:id:sgln:0614141.00729.elsewhere")["pieces_elsewhere"], 1);
  EXPECT_EQ(inbox_->size(), 0U);
}

TEST_F(HubTest, ShowsHowSensorsDo) {
  start();
  EXPECT_TRUE(get_json("/api/v1/sensors")["sensors"].empty());
  board_.put_sensors({{.name = "shelf", .sort = "weight", .state = "failed", .problem = "stuck", .messages = 7}});
  const auto list = get_json("/api/v1/sensors");
  ASSERT_EQ(list["sensors"].size(), 1U);
  EXPECT_EQ(list["sensors"][0]["name"], "shelf");
  EXPECT_EQ(list["sensors"][0]["state"], "failed");
  EXPECT_EQ(list["sensors"][0]["problem"], "stuck");
  EXPECT_EQ(list["sensors"][0]["messages"], 7);
}

TEST_F(HubTest, GivesBoxesAndPictureOfOneFrame) {
  start();
  const std::string camera = "/api/v1/cameras/aisle%203%2Fleft/";
  EXPECT_EQ(client().get(camera + "frame").status, 204) << "nothing was shown yet";
  EXPECT_TRUE(board_.wanted("aisle 3/left"));
  board_.put_frame("aisle 3/left", frame(4, nullptr));
  EXPECT_FALSE(get_json(camera + "frame")["has_picture"]);
  board_.put_frame("aisle 3/left", frame(5, "five"));
  const auto seen = get_json(camera + "frame");
  EXPECT_EQ(seen["seq"], 5);
  EXPECT_TRUE(seen["has_picture"]);
  EXPECT_EQ(seen["tracks"][0]["id"], 7);
  EXPECT_NEAR(seen["tracks"][0]["box"][3].get<double>(), 0.4, 1e-6);
  EXPECT_TRUE(seen["tracks"][0]["pose"].is_null());
  auto posed = frame(6, nullptr);
  posed.tracks[0].pose.emplace();
  (*posed.tracks[0].pose)[kLeftWrist] = {0.25F, 0.5F, 0.9F};
  (*posed.tracks[0].pose)[kNose] = {std::nanf(""), 0, 0};
  board_.put_frame("aisle 3/left", posed);
  const auto pose = get_json(camera + "frame")["tracks"][0]["pose"];
  ASSERT_EQ(pose.size(), 17U);
  EXPECT_EQ(pose[kLeftWrist], json::parse("[0.25, 0.5, 0.9]"));
  EXPECT_EQ(pose[kNose], json::parse("[0.0, 0.0, 0.0]"));
  board_.put_frame("aisle 3/left", frame(6, "six"));
  auto five = client().get(camera + "frame.jpg?seq=5");
  EXPECT_EQ(five.body, "five") << "the camera is a frame further, the picture is not";
  EXPECT_EQ(five.header("X-Frame-Seq"), "5");
  EXPECT_EQ(client().get(camera + "frame.jpg").body, "six");
  EXPECT_EQ(client().get(camera + "frame.jpg?seq=99").status, 404);
  EXPECT_EQ(client().get(camera + "frame.jpg?seq=x").status, 400);
}

/// The next event of that name: its id and data.
std::pair<std::string, json> next_event(TestClient& stream, const std::string& name) {
  while (true) {
    const auto text = stream.read_until("\n\n");
    if (text.empty()) return {"", json()};
    if (!text.starts_with("event: " + name + "\n")) continue;
    const auto id = text.find("\nid: "), data = text.find("\ndata: ");
    return {id == std::string::npos ? "" : text.substr(id + 5, data - id - 5), json::parse(text.substr(data + 7))};
  }
}

TestClient listen(int port, const std::string& headers = "") {
  TestClient stream(port);
  stream.send_bytes("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
  stream.read_until("\r\n\r\n");
  return stream;
}

TEST_F(HubTest, TellsWhatHappensToAnIncident) {
  start();
  auto stream = listen(hub_->port());
  next_event(stream, "hello");
  const auto incident = save(example());
  const auto fresh = next_event(stream, "incident").second;
  EXPECT_EQ(fresh["type"], "new");
  EXPECT_TRUE(fresh["before"].is_null());
  EXPECT_EQ(fresh["after"]["event_id"], incident.event_id);
  EXPECT_EQ(client().post("/api/v1/incidents/" + incident.event_id + "/verdict", R"({"verdict":"theft"})").status, 200);
  const auto judged = next_event(stream, "incident").second;
  EXPECT_EQ(judged["type"], "update");
  EXPECT_EQ(judged["before"]["verdict"], "");
  EXPECT_EQ(judged["after"]["verdict"], "theft");
  ASSERT_TRUE(store_->set_clip(incident.event_id, "ready", "a.mp4"));
  EXPECT_EQ(next_event(stream, "incident").second["type"], "end");
}

TEST_F(HubTest, TellsWhatAnotherProcessKept) {
  start();
  auto stream = listen(hub_->port());
  next_event(stream, "hello");
  auto other = IncidentStore::open(site_.data_dir);
  ASSERT_TRUE(other);
  const auto incident = example();
  ASSERT_TRUE(other->save(incident));
  EXPECT_EQ(next_event(stream, "incident").second["after"]["event_id"], incident.event_id);
}

TEST_F(HubTest, TellsWhatWasMissedInAGap) {
  start();
  std::string last_seen;
  {
    auto stream = listen(hub_->port());
    last_seen = next_event(stream, "hello").first;  // nothing has happened yet: even so there is an id
  }
  const auto a = save(example(kNoon)), b = save(example(kNoon.plus_s(-3600)));
  auto again = listen(hub_->port(), "Last-Event-ID: " + last_seen + "\r\n");
  const auto first = next_event(again, "incident");
  EXPECT_EQ(first.second["after"]["event_id"], a.event_id);
  EXPECT_EQ(first.second["type"], "new");
  EXPECT_EQ(next_event(again, "incident").second["after"]["event_id"], b.event_id);

  ASSERT_TRUE(store_->add_verdict(a.event_id, {"honest", "", "", kNoon}));
  auto third = listen(hub_->port(), "Last-Event-ID: " + first.first + "\r\n");
  EXPECT_EQ(next_event(third, "incident").second["after"]["event_id"], b.event_id);
  const auto update = next_event(third, "incident").second;
  EXPECT_EQ(update["after"]["event_id"], a.event_id);
  EXPECT_EQ(update["type"], "update");
}

TEST_F(HubTest, SendsOneWhoCannotCatchUpBackToTheList) {
  start();
  auto stream = listen(hub_->port(), "Last-Event-ID: 4711\r\n");  // of another database
  EXPECT_THAT(stream.read_until("\n\n"), HasSubstr("retry"));
  EXPECT_THAT(stream.read_until("\n\n"), HasSubstr("event: reset"));
  EXPECT_EQ(client().get("/api/v1/events?last_event_id=x").status, 400);
}

TEST_F(HubTest, TellsACamerasState) {
  start();
  auto stream = listen(hub_->port());
  next_event(stream, "hello");
  board_.put_status({.name = "door", .state = "ended"});
  const auto status = next_event(stream, "camera").second;
  EXPECT_EQ(status["name"], "door");
  EXPECT_EQ(status["state"], "ended");
}

TEST_F(HubTest, AsksForTheTokenEverywhereButWhereItCannot) {
  start_with_token();
  for (const char* target : {"/api/v1/incidents", "/api/v1/cameras", "/api/v1/events", "/metrics", "/app.js",
                             "/nothing", "/api/v1/cameras/door/frame.jpg"}) {
    auto answer = client().get(target);
    EXPECT_EQ(answer.status, 401) << target;
    EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
    EXPECT_NE(client().get(target, std::string("Authorization: Bearer ") + kToken + "\r\nConnection: close\r\n").status,
              401);
  }
  EXPECT_EQ(client().post("/api/alerts", "{}").status, 401);
  EXPECT_EQ(client().get("/healthz").status, 200);
  EXPECT_THAT(client().get("/healthz").body, Not(HasSubstr("door")));
}

TEST_F(HubTest, ABrowserExchangesTheTokenForACookie) {
  start_with_token();
  auto asked = client().get("/");
  EXPECT_EQ(asked.status, 401);
  EXPECT_THAT(asked.body, AllOf(HasSubstr("<form"), Not(HasSubstr("not the token"))));
  EXPECT_THAT(client().get("/?token=wrong").body, HasSubstr("not the token"));
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  EXPECT_EQ(client().post("/sign-in", "token=wrong", form).status, 401);
  for (const auto& answer : {client().post("/sign-in", std::string("token=") + kToken, form),
                             client().get(std::string("/?token=") + kToken)}) {
    EXPECT_EQ(answer.status, 200);
    const auto set_cookie = answer.header("Set-Cookie");
    ASSERT_THAT(set_cookie, AllOf(HasSubstr("HttpOnly"), HasSubstr("SameSite=Strict")));
    const auto cookie = "Cookie: " + set_cookie.substr(0, set_cookie.find(';')) + "\r\n";
    EXPECT_EQ(client().get("/", cookie).status, 200);
    EXPECT_EQ(client().get("/api/v1/incidents", cookie).status, 200);
    EXPECT_EQ(client()
                  .post("/api/v1/incidents/x/verdict", R"({"verdict":"theft"})",
                        cookie + "Content-Type: application/json\r\nOrigin: http://evil.example\r\n")
                  .status,
              403);
  }
}

TEST_F(HubTest, SendsSecurityHeadersWithEverything) {
  start();
  for (const char* target : {"/", "/api/v1/incidents", "/nothing", "/app.js"}) {
    auto answer = client().get(target);
    EXPECT_THAT(answer.header("Content-Security-Policy"), HasSubstr("default-src 'none'")) << target;
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(answer.header("Cross-Origin-Resource-Policy"), "same-origin") << target;
  }
  EXPECT_THAT(client().get("/").header("Content-Type"), HasSubstr("text/html"));
}

TEST_F(HubTest, RefusesANameThatIsNotThisMachines) {
  start();
  TestClient rebound(hub_->port());
  rebound.send_bytes("GET /api/v1/incidents HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(rebound.read_answer().status, 403);
}

TEST_F(HubTest, RefusesToServeOthersWithoutAToken) {
  site_.hub.bind = "0.0.0.0";
  const auto hub = Hub::start({site_, *store_, board_, registry_});
  ASSERT_FALSE(hub);
  EXPECT_THAT(hub.error().message, HasSubstr("token_file"));
}

TEST_F(HubTest, SendsThePageOnceToABrowserThatHasIt) {
  start();
  auto first = client().get("/app.js");
  EXPECT_EQ(first.status, 200);
  EXPECT_FALSE(first.body.empty());
  EXPECT_EQ(client().get("/app.js", "If-None-Match: " + first.header("ETag") + "\r\n").status, 304);
}

TEST_F(HubTest, CountsRequestsByRouteAndNotById) {
  start();
  for (int i = 0; i < 3; ++i) client().get("/api/v1/incidents/" + new_ulid(kNoon));
  const auto metrics = client().get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr(R"(shrike_http_requests_total{route="/api/v1/incidents/{id}",status="404"} 3)"));
  EXPECT_THAT(metrics, HasSubstr("shrike_http_request_seconds_bucket"));
}

}  // namespace
}  // namespace shrike

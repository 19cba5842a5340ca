#include "hub/http.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include "hub/test_client.h"

namespace shrike {
namespace {

using testing::HasSubstr;

Response text(std::string body) { return {.content_type = "text/plain", .body = std::move(body)}; }

HttpServer start(HttpHandler handler, HttpOptions options = {}) {
  options.port = 0;
  auto server = HttpServer::start(options, std::move(handler));
  EXPECT_TRUE(server) << server.error().message;
  return std::move(*server);
}

Response echo(const Request& request) {
  std::string all = request.path;
  for (const auto& [name, value] : request.query) all += " " + name + "=" + value;
  return text(all + " " + request.body);
}

TEST(Http, AnswersManyRequestsOnOneConnection) {
  auto server = start(echo);
  TestClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.get("/a%20b?x=1&y=%32");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "/a%20b x=1 y=2 ");
    EXPECT_THAT(answer.header("Date"), HasSubstr("GMT"));
  }
  EXPECT_EQ(client.post("/p", "body").body, "/p body");
}

TEST(Http, AnswersRequestsThatCameTogether) {
  auto server = start(echo);
  TestClient client(server.port());
  client.send_bytes("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "/1 ");
  EXPECT_EQ(client.read_answer().body, "/2 ");
}

TEST(Http, ReadsAChunkedBodyAndSaysContinue) {
  auto server = start(echo);
  TestClient client(server.port());
  client.send_bytes("POST /c HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send_bytes("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "/c abcde");
}

TEST(Http, HeadGivesTheHeaderOnly) {
  auto server = start(echo);
  TestClient client(server.port());
  client.send_bytes("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_answer(false).header("Content-Length"), "3");
  EXPECT_EQ(client.get("/next").body, "/next ") << "nothing of a body was in between";
}

TEST(Http, ClosesAfterAnHttp10Request) {
  auto server = start(echo);
  TestClient client(server.port());
  client.send_bytes("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_all(), HasSubstr("/old"));
}

TEST(Http, RefusesWhatItWillNotRead) {
  auto server = start(echo, {.header_bytes_max = 1000, .body_bytes_max = 1000});
  const auto answer_to = [&](const std::string& bytes) {
    TestClient client(server.port());
    client.send_bytes(bytes);
    return client.read_answer();
  };
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x') + "\r\n\r\n").status, 431);
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'x')).status,
            413);
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                      std::string(2000, 'x') + "\r\n0\r\n\r\n")
                .status,
            413);
  EXPECT_EQ(answer_to("hello, is this the post office?\r\n\r\n").status, 400);
  EXPECT_EQ(answer_to(std::string("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 11)).status, 400) << "TLS";
  EXPECT_EQ(answer_to("GET http://elsewhere/ HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
  EXPECT_EQ(answer_to("GET /?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").status, 400);
  const auto put = answer_to("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(put.status, 405);
  EXPECT_THAT(put.header("Allow"), HasSubstr("POST"));
}

TEST(Http, CutsOffWhoSendsTooSlowly) {
  auto server = start(echo, {.request_timeout_s = 0.05, .keep_alive_timeout_s = 0.05});
  TestClient silent(server.port()), half(server.port());
  half.send_bytes("GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(silent.read_all(), "");
  EXPECT_EQ(half.read_all(), "");
}

TEST(Http, CutsOffWhoDoesNotRead) {
  std::atomic<int> asked = 0;
  const auto big = std::make_shared<const std::string>(size_t{64} << 20, 'x');
  auto server = start(
      [&](const Request&) {
        ++asked;
        return Response{.body = big};
      },
      {.write_timeout_s = 0.1});
  TestClient client(server.port());
  client.send_bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  client.read_bytes(1);
  server.stop();  // waits for the response, which can only have been given up
  EXPECT_LT(client.read_all().size(), big->size());
  EXPECT_EQ(asked, 1);
}

TEST(Http, AHandlerThatThrowsIsA500) {
  auto server = start([](const Request&) -> Response { throw std::runtime_error("secret detail"); });
  TestClient client(server.port());
  const auto answer = client.get("/");
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, testing::Not(HasSubstr("secret")));
  EXPECT_EQ(client.get("/").status, 500) << "the connection goes on";
}

TEST(Http, OneConnectionTooManyIsTold503) {
  auto server = start(echo, {.connections_max = 2});
  TestClient one(server.port()), two(server.port());
  EXPECT_EQ(one.get("/").status, 200);
  EXPECT_EQ(two.get("/").status, 200);
  TestClient three(server.port());
  EXPECT_EQ(three.read_answer().status, 503);
  EXPECT_EQ(one.get("/").status, 200);
}

TEST(Http, SendsAFileWholeAndInParts) {
  const auto file = std::filesystem::path(testing::TempDir()) / ("shrike_file_" + std::to_string(getpid()));
  std::string content;
  for (int i = 0; i < 300'000; ++i) content += static_cast<char>('a' + i % 23);
  std::ofstream(file, std::ios::binary) << content;
  auto server = start([&](const Request& request) {
    return Response{.content_type = "video/mp4", .body = FileBody{request.path == "/none" ? "/nowhere" : file}};
  });
  TestClient client(server.port());
  const auto whole = client.get("/");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.header("Accept-Ranges"), "bytes");
  EXPECT_EQ(whole.body, content);
  const auto part = client.get("/", "Range: bytes=70000-150000\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.header("Content-Range"), "bytes 70000-150000/300000");
  EXPECT_EQ(part.body, content.substr(70000, 80001));
  const auto beyond = client.get("/", "Range: bytes=300000-\r\n");
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.header("Content-Range"), "bytes */300000");
  client.send_bytes("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_answer(false).header("Content-Length"), "300000");
  EXPECT_EQ(client.get("/none").status, 404);
  std::filesystem::remove(file);
}

TEST(Http, SaysThatAPortIsTaken) {
  auto server = start(echo);
  const auto second = HttpServer::start({.port = server.port()}, echo);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("taken"));
  EXPECT_FALSE(HttpServer::start({.bind = "shop.example"}, echo));
}

/// Hands every request the stream that it holds.
struct Streams {
  Response operator()(const Request&) {
    auto stream = std::make_shared<EventStream>();
    stream->push(std::make_shared<const std::string>("event: hello\ndata: 1\n\n"));
    std::lock_guard lock(*mutex);
    all->push_back(stream);
    return {.content_type = "text/event-stream", .body = stream};
  }
  std::shared_ptr<std::mutex> mutex = std::make_shared<std::mutex>();
  std::shared_ptr<std::vector<std::shared_ptr<EventStream>>> all =
      std::make_shared<std::vector<std::shared_ptr<EventStream>>>();
};

TEST(Http, StreamsEventsToManyAndKnowsWhenTheyLeave) {
  Streams streams;
  auto server = start(streams);
  {
    std::vector<TestClient> clients;
    for (int i = 0; i < 20; ++i) {
      clients.emplace_back(server.port());
      clients.back().send_bytes("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
      EXPECT_THAT(clients.back().read_until("\r\n\r\n"), HasSubstr("text/event-stream"));
      EXPECT_EQ(clients.back().read_until("\n\n"), "event: hello\ndata: 1\n\n");
    }
    const auto news = std::make_shared<const std::string>(format_event("incident", 7, "{}"));
    for (const auto& stream : *streams.all) EXPECT_TRUE(stream->push(news));
    for (auto& client : clients) EXPECT_EQ(client.read_until("\n\n"), "event: incident\nid: 7\ndata: {}\n\n");
  }
  server.stop();
  for (const auto& stream : *streams.all) EXPECT_TRUE(stream->closed());
}

TEST(Http, AStreamWhoseClientLeftIsClosedWithoutAWrite) {
  Streams streams;
  auto server = start(streams);
  {
    TestClient client(server.port());
    client.send_bytes("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    client.read_until("\n\n");
  }
  while (!streams.all->front()->closed()) std::this_thread::yield();
}

TEST(Http, AnIdleStreamBeats) {
  auto server = start(Streams(), {.heartbeat_s = 0.02});
  TestClient client(server.port());
  client.send_bytes("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  client.read_until("data: 1\n\n");
  EXPECT_EQ(client.read_until("\n\n"), ":\n\n");
  EXPECT_EQ(client.read_until("\n\n"), ":\n\n");
}

TEST(Http, AStreamThatIsNotReadIsCutOffAndDoesNotHoldOthers) {
  Streams streams;
  auto server = start(streams, {.write_timeout_s = 30});
  TestClient lazy(server.port());
  lazy.send_bytes("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  lazy.read_until("data: 1\n\n");
  const auto stream = streams.all->front();
  const auto big = std::make_shared<const std::string>(size_t{1} << 20, 'x');
  int pushed = 0;
  while (stream->push(big)) ++pushed;  // the kernel takes some, the stream keeps four, then it is over
  EXPECT_LT(pushed, 100);
  TestClient other(server.port());
  other.send_bytes("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(other.read_until("data: 1\n\n"), HasSubstr("hello"));
}

TEST(Http, StopLetsAResponseEnd) {
  std::latch asked(1), go_on(1);
  auto server = start([&](const Request&) {
    asked.count_down();
    go_on.wait();
    return text("late");
  });
  TestClient client(server.port());
  client.send_bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  asked.wait();
  std::thread stopper([&] { server.stop(); });
  go_on.count_down();
  const auto answer = client.read_answer();
  stopper.join();
  EXPECT_EQ(answer.body, "late");
  EXPECT_FALSE(TestClient(server.port()).connected());
}

TEST(Http, StopClosesThePortWhateverTheThreadsHadComeTo) {
  for (int i = 0; i < 100; ++i) {
    auto server = start(echo);
    const int port = server.port();
    server.stop();
    ASSERT_FALSE(TestClient(port).connected()) << "round " << i;
  }
}

}  // namespace
}  // namespace shrike

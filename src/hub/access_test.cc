#include "hub/access.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace shrike {
namespace {

using testing::HasSubstr;

constexpr Timestamp kNow{1'772'366'400'000'000};
constexpr auto kToken = "0123456789abcdef0123456789abcdef";

class AccessTest : public testing::Test {
 protected:
  AccessTest() : file_(std::filesystem::path(testing::TempDir()) / ("shrike_token_" + std::to_string(getpid()))) {
    write(std::string(kToken) + "\n");
  }
  ~AccessTest() override { std::filesystem::remove(file_); }
  void write(const std::string& text) const { std::ofstream(file_) << text; }
  [[nodiscard]] Access guarded() const { return *Access::from({.bind = "0.0.0.0", .token_file = file_}); }

  std::filesystem::path file_;
};

int status_of(const std::optional<Response>& refusal) { return refusal ? refusal->status : 0; }

Request from_host(const std::string& host) { return {.headers = {{"host", host}}}; }

TEST_F(AccessTest, WithoutATokenOnlyLoopbackWillDo) {
  for (const char* bind : {"127.0.0.1", "127.8.8.8", "::1", "localhost"})
    EXPECT_TRUE(Access::from({.bind = bind})) << bind;
  for (const char* bind : {"0.0.0.0", "::", "192.168.1.4", "shop"}) {
    const auto access = Access::from({.bind = bind});
    ASSERT_FALSE(access) << bind;
    EXPECT_THAT(access.error().message, testing::AllOf(HasSubstr("token_file"), HasSubstr("openssl rand")));
  }
  EXPECT_TRUE(Access::from({.bind = "0.0.0.0", .token_file = file_}));
}

TEST_F(AccessTest, RefusesAPoorToken) {
  for (const char* text : {"", "short", "two words of a token", "\n\n"}) {
    write(text);
    EXPECT_FALSE(Access::from({.token_file = file_})) << text;
  }
  EXPECT_FALSE(Access::from({.token_file = "/nowhere"}));
}

TEST_F(AccessTest, OnLoopbackTheHostMustBeThisMachine) {
  const auto access = *Access::from({});
  for (const char* host : {"localhost:8080", "127.0.0.1", "[::1]:8080", "LOCALHOST"}) {
    EXPECT_EQ(status_of(access.refuse(from_host(host), false, kNow)), 0) << host;
  }
  for (const char* host :
       {"evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", ""}) {
    EXPECT_EQ(status_of(access.refuse(from_host(host), true, kNow)), 403) << host;
  }
}

TEST_F(AccessTest, APageOfAnotherSiteCannotPost) {
  const auto access = *Access::from({});
  Request request{.method = Method::post, .headers = {{"host", "localhost:8080"}}};
  EXPECT_EQ(status_of(access.refuse(request, false, kNow)), 0) << "a device says nothing of an origin";
  request.headers["origin"] = "http://localhost:8080";
  EXPECT_EQ(status_of(access.refuse(request, false, kNow)), 0);
  for (const char* origin : {"http://evil.example", "http://localhost:9090", "null"}) {
    request.headers["origin"] = origin;
    EXPECT_EQ(status_of(access.refuse(request, false, kNow)), 403) << origin;
  }
  request.headers.erase("origin");
  request.headers["sec-fetch-site"] = "cross-site";
  EXPECT_EQ(status_of(access.refuse(request, false, kNow)), 403);
}

TEST_F(AccessTest, AsksForTheToken) {
  const auto access = guarded();
  auto request = from_host("shop.example");
  EXPECT_EQ(status_of(access.refuse(request, false, kNow)), 401);
  EXPECT_EQ(status_of(access.refuse(request, true, kNow)), 0) << "public";
  for (const auto& [header, status] : std::map<std::string, int>{{std::string("Bearer ") + kToken, 0},
                                                                 {std::string("Bearer ") + kToken + "0", 401},
                                                                 {"Bearer ", 401},
                                                                 {std::string("Basic ") + kToken, 401}}) {
    request.headers["authorization"] = header;
    EXPECT_EQ(status_of(access.refuse(request, false, kNow)), status) << header;
  }
}

TEST_F(AccessTest, ASessionLastsTwelveHoursAndCannotBeMadeUp) {
  const auto access = guarded();
  EXPECT_FALSE(access.session_cookie("wrong", kNow));
  const auto set_cookie = access.session_cookie(kToken, kNow);
  ASSERT_TRUE(set_cookie);
  EXPECT_THAT(*set_cookie,
              testing::AllOf(HasSubstr("HttpOnly"), HasSubstr("SameSite=Strict"), testing::Not(HasSubstr(kToken))));
  const auto value = set_cookie->substr(0, set_cookie->find(';'));
  auto request = from_host("shop.example");
  request.headers["cookie"] = value;
  EXPECT_EQ(status_of(access.refuse(request, false, kNow)), 0);
  EXPECT_EQ(status_of(access.refuse(request, false, kNow.plus_s(12 * 3600 - 1))), 0);
  EXPECT_EQ(status_of(access.refuse(request, false, kNow.plus_s(12 * 3600))), 401);
  auto later = value;
  later[later.find('=') + 1] = '9';  // a longer life, the old signature
  request.headers["cookie"] = later;
  EXPECT_EQ(status_of(access.refuse(request, false, kNow)), 401);
  request.headers["cookie"] = "shrike_session=9999999999.";
  EXPECT_EQ(status_of(access.refuse(request, false, kNow)), 401);
}

}  // namespace
}  // namespace shrike

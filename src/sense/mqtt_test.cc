// The MQTT source against real brokers: mosquitto, and the MQTT listener of nats-server.
#include "sense/mqtt.h"

#include <chrono>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/child.h"
#include "sense/broker_testing.h"

namespace shrike {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr double kPatience_s = 20;  // for what comes in milliseconds, on a machine that is busy

MqttOptions quick(int port, std::vector<std::string> topics) {
  MqttOptions options;
  options.broker.name = "test";
  options.broker.host = "127.0.0.1";
  options.broker.port = port;
  options.topics = std::move(topics);
  options.answer_s_max = kPatience_s;
  options.backoff = {.first_s = 0.01, .max_s = 0.02};
  return options;
}

class MqttSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    if (access(kMosquitto, X_OK) != 0) GTEST_SKIP() << kMosquitto << " is not here (apt install mosquitto)";
  }

  std::optional<MqttMessage> next() { return messages_.pop_for(std::chrono::duration<double>(kPatience_s)); }

  /// Waits until `when` holds of what the source says of itself; the queue's waits give the pace.
  template <class When>
  bool wait(const MqttSource& source, When when) {
    const double end_s = monotonic_s() + kPatience_s;
    while (monotonic_s() < end_s) {
      if (when(source.state())) return true;
      (void)nothing_.pop_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  bool wait_connected(const MqttSource& source, uint64_t times = 1) {
    return wait(source, [&](const MqttState& s) { return s.connected && s.connections >= times; });
  }

  BoundedQueue<MqttMessage> messages_{1'000, WhenFull::drop_oldest};
  BoundedQueue<int> nothing_{1, WhenFull::drop_oldest};
};

void publish_and_expect(MqttSourceTest&, TestPublisher& publisher, BoundedQueue<MqttMessage>& messages,
                        const std::string& topic, const std::string& payload) {
  publisher.publish(topic, payload);
  const auto got = messages.pop_for(std::chrono::duration<double>(kPatience_s));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->topic, topic);
  EXPECT_EQ(got->payload, payload);
  EXPECT_FALSE(got->retained);
}

TEST_F(MqttSourceTest, HearsWhatIsPublishedInBothVersions) {
  const auto broker = TestBroker::mosquitto();
  TestPublisher publisher(broker.port());
  for (const bool version_5 : {false, true}) {
    auto options = quick(broker.port(), {"shelves/+", "shelves/+"});
    options.broker.version_5 = version_5;
    const MqttSource source(options, messages_);
    ASSERT_TRUE(wait_connected(source)) << source.state().problem;
    publish_and_expect(*this, publisher, messages_, "shelves/razors", R"({"grams":12})");
    publisher.publish("doors/1", "open");  // nobody asked for it
    publish_and_expect(*this, publisher, messages_, "shelves/gin", std::string("\0\xFF", 2));
    EXPECT_EQ(source.state().messages, 2U);
  }
}

TEST_F(MqttSourceTest, HearsNatsServer) {
  if (access(kNatsServer, X_OK) != 0) GTEST_SKIP() << kNatsServer << " is not here (apt install nats-server)";
  const auto broker = TestBroker::nats();
  const MqttSource source(quick(broker.port(), {"shelves/#"}), messages_);
  ASSERT_TRUE(wait_connected(source)) << source.state().problem;
  TestPublisher publisher(broker.port());
  publish_and_expect(*this, publisher, messages_, "shelves/a/b", "1");
}

TEST_F(MqttSourceTest, ComesBackWhenTheBrokerDoes) {
  auto broker = TestBroker::mosquitto();
  const MqttSource source(quick(broker.port(), {"a"}), messages_);
  ASSERT_TRUE(wait_connected(source)) << source.state().problem;
  broker.stop();
  ASSERT_TRUE(wait(source, [](const MqttState& s) { return !s.connected && !s.problem.empty(); }));
  broker.start();
  ASSERT_TRUE(wait_connected(source, 2)) << source.state().problem;
  EXPECT_EQ(source.state().problem, "");
  TestPublisher publisher(broker.port());
  publish_and_expect(*this, publisher, messages_, "a", "again");
}

TEST_F(MqttSourceTest, SaysWhyThereIsNoConnection) {
  const int port = free_port();
  const MqttSource source(quick(port, {"a"}), messages_);
  ASSERT_TRUE(wait(source, [](const MqttState& s) { return !s.problem.empty(); }));
  EXPECT_THAT(source.state().problem, HasSubstr("127.0.0.1:" + std::to_string(port)));
  EXPECT_FALSE(source.state().connected);
}

TEST_F(MqttSourceTest, AServerThatSaysNothingIsGivenUp) {
  const auto [fd, port] = listen_on_loopback();
  auto options = quick(port, {"a"});
  options.answer_s_max = 0.05;
  const MqttSource source(options, messages_);
  EXPECT_TRUE(wait(source, [](const MqttState& s) { return s.problem.find("no answer") != std::string::npos; }))
      << source.state().problem;
  close(fd);
}

TEST_F(MqttSourceTest, LogsInWithAPasswordFromAFileOrTheEnvironment) {
  const TestFolder folder;
  const auto passwords = folder.path() / "passwords";
  const auto made = start_child({"/usr/bin/mosquitto_passwd", "-b", "-c", passwords.string(), "shrike", "letmein"});
  ASSERT_TRUE(made && wait_for_children({*made}));
  const auto broker = TestBroker::mosquitto("allow_anonymous false\npassword_file " + passwords.string() + "\n");
  auto options = quick(broker.port(), {"a"});
  options.broker.user = "shrike";
  options.broker.password_file = folder.write("secret", "letmein\nanother line\n");
  {
    const MqttSource source(options, messages_);
    EXPECT_TRUE(wait_connected(source)) << source.state().problem;
  }
  options.broker.password_file.clear();
  options.broker.password_variable = "SHRIKE_TEST_MQTT";
  setenv("SHRIKE_TEST_MQTT", "letmein", 1);
  {
    const MqttSource source(options, messages_);
    EXPECT_TRUE(wait_connected(source)) << source.state().problem;
  }
  setenv("SHRIKE_TEST_MQTT", "wrong", 1);
  const MqttSource source(options, messages_);
  ASSERT_TRUE(wait(source, [](const MqttState& s) { return !s.problem.empty(); }));
  EXPECT_THAT(source.state().problem, AllOf(HasSubstr("the broker refuses"), HasSubstr("uthori")));
  options.broker.password_variable = "SHRIKE_TEST_MQTT_ABSENT";
  const MqttSource without(options, messages_);
  ASSERT_TRUE(wait(without, [](const MqttState& s) { return !s.problem.empty(); }));
  EXPECT_THAT(without.state().problem, HasSubstr("the environment has no variable SHRIKE_TEST_MQTT_ABSENT"));
}

TEST_F(MqttSourceTest, EncryptsAndChecksWhoTheBrokerIs) {
  const TestFolder folder;
  const auto certificate = (folder.path() / "broker.pem").string(), key = (folder.path() / "broker.key").string();
  for (const auto& [name, subject] : {std::pair("broker", "IP:127.0.0.1"), std::pair("other", "IP:127.0.0.1")}) {
    const auto made = start_child(
        {"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-batch",
         "-days", "2", "-subj", "/CN=test", "-addext", std::string("subjectAltName=") + subject, "-keyout",
         (folder.path() / name).string() + ".key", "-out", (folder.path() / name).string() + ".pem"});
    ASSERT_TRUE(made && wait_for_children({*made}));
  }
  const auto broker =
      TestBroker::mosquitto("allow_anonymous true\ncertfile " + certificate + "\nkeyfile " + key + "\n");
  auto options = quick(broker.port(), {"a"});
  options.broker.tls = true;
  options.broker.ca = certificate;
  for (const bool version_5 : {false, true}) {
    options.broker.version_5 = version_5;
    const MqttSource source(options, messages_);
    ASSERT_TRUE(wait_connected(source)) << source.state().problem;
    TestPublisher publisher(broker.port(), certificate);
    publish_and_expect(*this, publisher, messages_, "a", "secret");
  }
  options.broker.ca = folder.path() / "other.pem";
  const MqttSource wrong(options, messages_);
  ASSERT_TRUE(wait(wrong, [](const MqttState& s) { return !s.problem.empty(); }));
  EXPECT_THAT(wrong.state().problem, HasSubstr("certificate verify failed"));
  EXPECT_EQ(wrong.state().connections, 0U);
}

TEST_F(MqttSourceTest, MarksRetainedMessagesAndLeavesLargeOnesOut) {
  const auto broker = TestBroker::mosquitto();
  TestPublisher publisher(broker.port());
  publisher.publish("a/old", "from last year", true);
  publisher.publish("a/large", std::string(2'000, 'x'), true);
  auto options = quick(broker.port(), {"a/#"});
  options.payload_bytes_max = 1'000;
  const MqttSource source(options, messages_);
  const auto old = next();
  ASSERT_TRUE(old);
  EXPECT_TRUE(old->retained);
  EXPECT_EQ(old->payload, "from last year");
  EXPECT_TRUE(wait(source, [](const MqttState& s) { return s.too_large == 1; }));
  EXPECT_EQ(messages_.size(), 0U);
}

TEST_F(MqttSourceTest, AWildcardFloodDoesNotPushAQuietTopicOut) {
  const auto broker = TestBroker::mosquitto();
  auto options = quick(broker.port(), {"#"});
  options.flood = {.messages_per_s = 1e-3, .burst = 20};
  BoundedQueue<MqttMessage> small{50, WhenFull::drop_oldest};
  const MqttSource source(options, small);
  ASSERT_TRUE(wait_connected(source)) << source.state().problem;
  TestPublisher publisher(broker.port());
  publisher.publish("quiet", "first");
  for (int i = 0; i < 300; ++i) publisher.publish("mad", "x");
  ASSERT_TRUE(wait(source, [](const MqttState& s) { return s.thinned == 280; })) << source.state().thinned;
  const auto first = small.pop_for(std::chrono::duration<double>(kPatience_s));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->topic, "quiet");
  EXPECT_EQ(small.dropped(), 0U);
}

TEST(MqttTopics, MatchAsTheStandardSays) {
  EXPECT_TRUE(matches_topic("sport/+/player", "sport/tennis/player"));
  EXPECT_TRUE(matches_topic("sport/#", "sport"));
  EXPECT_FALSE(matches_topic("sport/+", "sport"));
  EXPECT_FALSE(matches_topic("#", "$SYS/broker"));
}

}  // namespace
}  // namespace shrike

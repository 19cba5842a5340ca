#include "sense/mqtt_publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sense/broker_testing.h"
#include "sense/mqtt.h"

namespace shrike {
namespace {

using testing::HasSubstr;

TEST(MqttPublisher, WhatIsPublishedArrives) {
  auto broker = TestBroker::mosquitto();
  const BrokerConfig config{.name = "shop", .host = "127.0.0.1", .port = broker.port()};
  BoundedQueue<MqttMessage> messages(100, WhenFull::drop_oldest);
  const MqttSource source({.broker = config, .topics = {"shelf/#"}}, messages);
  auto publisher = MqttPublisher::connect(config);
  ASSERT_TRUE(publisher) << publisher.error().message;
  // The subscription may not stand yet: what is retained comes with it in any case.
  ASSERT_TRUE((*publisher)->publish("shelf/1", "12", true));
  ASSERT_TRUE((*publisher)->flush(10));
  const auto first = messages.pop_for(std::chrono::seconds(30));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->payload, "12");
  for (int i = 0; i < 50; ++i) ASSERT_TRUE((*publisher)->publish("shelf/2", std::to_string(i)));
  ASSERT_TRUE((*publisher)->flush(10));
  for (int i = 0; i < 50; ++i) {
    const auto next = messages.pop_for(std::chrono::seconds(30));
    ASSERT_TRUE(next) << i;
    EXPECT_EQ(next->payload, std::to_string(i));
  }
}

TEST(MqttPublisher, SaysWhoDoesNotAnswer) {
  const int port = free_port();
  const auto nobody = MqttPublisher::connect({.name = "shop", .host = "127.0.0.1", .port = port});
  ASSERT_FALSE(nobody);
  EXPECT_THAT(nobody.error().message, HasSubstr("127.0.0.1:" + std::to_string(port)));
  auto broker = TestBroker::mosquitto("allow_anonymous false\n");
  const auto refused = MqttPublisher::connect({.name = "shop", .host = "127.0.0.1", .port = broker.port()});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("refuse"));
}

TEST(MqttPublisher, ABrokerThatGoesIsAnError) {
  auto broker = TestBroker::mosquitto();
  auto publisher = MqttPublisher::connect({.name = "shop", .host = "127.0.0.1", .port = broker.port()});
  ASSERT_TRUE(publisher) << publisher.error().message;
  broker.stop();
  (void)(*publisher)->publish("shelf/1", "12");
  EXPECT_FALSE((*publisher)->flush(10));
}

}  // namespace
}  // namespace shrike

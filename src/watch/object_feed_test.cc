#include "watch/object_feed.h"

#include <array>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sense/broker_testing.h"
#include "sense/camera_objects.h"
#include "video/wait.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

using testing::HasSubstr;

constexpr std::chrono::seconds kPatience{30};

std::array<float, 4> sides(const Box& b) { return {b.x1, b.y1, b.x2, b.y2}; }

/// A feed of topic cameras/door, and what it delivered.
class ObjectFeedTest : public testing::Test {
 protected:
  void start() {
    feed_ = std::make_unique<ObjectFeed>(
        ObjectFeedOptions{.camera = {.name = "door", .source = "mqtt://shop/cameras/door", .detect_fps = 0},
                          .broker = {.name = "shop", .host = "127.0.0.1", .port = broker_.port()},
                          .topic = "cameras/door",
                          .labels = {"person", "backpack"},
                          .deliver = [this](SeenFrame seen) { seen_.push(std::move(seen)); }});
  }

  /// Publishes `message` until the feed delivers something: its subscription may not stand yet.
  std::optional<SeenFrame> first_of(const std::string& message) {
    for (int i = 0; i < 100; ++i) {
      publisher_.publish("cameras/door", message);
      if (auto seen = seen_.pop_for(std::chrono::milliseconds(300))) return seen;
    }
    return std::nullopt;
  }

  template <class When>
  bool status_becomes(When when) {
    for (int i = 0; i < 300; ++i) {
      if (when(feed_->status())) return true;
      publisher_.publish("cameras/other", "x");  // takes its time, and nobody listens to it
    }
    return false;
  }

  TestBroker broker_ = TestBroker::mosquitto();
  TestPublisher publisher_{broker_.port()};
  BoundedQueue<SeenFrame> seen_{1000, WhenFull::drop_oldest};
  std::unique_ptr<ObjectFeed> feed_;
};

TEST_F(ObjectFeedTest, WhatACameraSaysBecomesDetections) {
  start();
  EXPECT_EQ(feed_->status().state, FeedState::connecting);
  const auto seen = first_of(R"({"width":768,"height":576,"objects":[
    {"label":"person","score":0.75,"box":[0.25,0.5,0.5,1]},{"label":"kangaroo","box":[0,0,1,1]},
    {"label":"backpack","score":0.5,"box":[0.5,0.5,0.75,1]}]})");
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->detected);
  EXPECT_EQ(seen->ticket, 0U);
  ASSERT_EQ(seen->detections.size(), 2U) << "what is no class of ours is left out";
  EXPECT_EQ(sides(seen->detections.boxes[0]), sides(Box{192, 288, 384, 576})) << "pixels";
  EXPECT_EQ(seen->detections.classes, (std::vector<int>{0, 1}));
  EXPECT_TRUE(seen->appearance.empty());
  ASSERT_TRUE(seen->frame);
  EXPECT_EQ(seen->frame->width, 768);
  EXPECT_NE(seen->frame->picture, nullptr);
  EXPECT_LT(std::abs(seconds_between(seen->frame->time, now_utc())), 60);
  EXPECT_TRUE(status_becomes([](const FeedStatus& s) { return s.state == FeedState::live && s.frames >= 1; }));
}

TEST_F(ObjectFeedTest, LooksStandBesideTheirDetections) {
  start();
  CameraObjects given{.stated = {}, .width = 100, .height = 100, .objects = {}};
  given.objects.push_back({"person", 1, {0.1F, 0.1F, 0.2F, 0.9F}, {}});
  given.objects.push_back({"person", 1, {0.5F, 0.1F, 0.6F, 0.9F}, std::vector<float>(kAppearanceSize, 0.05F)});
  const auto seen = first_of(to_camera_message(given));
  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->appearance.size(), 2 * kAppearanceSize);
  EXPECT_FLOAT_EQ(seen->appearance[0], 0);
  EXPECT_FLOAT_EQ(seen->appearance[kAppearanceSize], 0.05F);
}

TEST_F(ObjectFeedTest, ASilentCameraSeesNobodyAndTimeGoesOn) {
  start();
  const auto seen = first_of(R"({"width":768,"height":576,"objects":[{"label":"person","box":[0,0,1,1]}]})");
  ASSERT_TRUE(seen);
  Timestamp last = seen->frame->time;
  for (bool empty = false; !empty;) {
    const auto next = seen_.pop_for(kPatience);
    ASSERT_TRUE(next) << "no empty frame after the camera fell silent";
    EXPECT_GT(next->frame->time, last);
    last = next->frame->time;
    empty = next->detections.size() == 0;
  }
}

TEST_F(ObjectFeedTest, ACameraWhoseClockIsWrongIsTakenAtItsArrival) {
  start();
  CameraObjects given{.stated = now_utc().plus_s(-3600), .width = 100, .height = 100, .objects = {}};
  const auto seen = first_of(to_camera_message(given));
  ASSERT_TRUE(seen);
  EXPECT_LT(std::abs(seconds_between(seen->frame->time, now_utc())), 60);
}

TEST_F(ObjectFeedTest, NonsenseIsCountedAndNamed) {
  start();
  ASSERT_TRUE(first_of(R"({"width":768,"height":576})"));
  publisher_.publish("cameras/door", "hello");
  EXPECT_TRUE(status_becomes([](const FeedStatus& s) { return s.dropped >= 1 && !s.last_error.empty(); }));
  publisher_.publish("cameras/door", R"({"width":16000,"height":16000})");
  EXPECT_TRUE(status_becomes([](const FeedStatus& s) { return s.last_error.find("16000") != std::string::npos; }))
      << feed_->status().last_error;
  EXPECT_EQ(feed_->status().state, FeedState::live);
}

TEST_F(ObjectFeedTest, ABrokerThatGoesIsShown) {
  start();
  ASSERT_TRUE(first_of(R"({"width":768,"height":576})"));
  broker_.stop();
  const double until_s = monotonic_s() + 30;
  while (feed_->status().state != FeedState::stalled && monotonic_s() < until_s) (void)seen_.pop_for(kPatience);
  EXPECT_EQ(feed_->status().state, FeedState::stalled);
  EXPECT_FALSE(feed_->status().last_error.empty());
}

}  // namespace
}  // namespace shrike

#pragma once
// A camera that has its own detector: what it publishes takes the place of pictures and of our detector.

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/queue.h"
#include "sense/mqtt.h"
#include "sense/sensor_clock.h"
#include "site/config.h"
#include "video/feed.h"
#include "video/frame_rate.h"
#include "watch/detect_pool.h"

namespace shrike {

struct ObjectFeedOptions {
  CameraConfig camera;
  BrokerConfig broker;
  std::string topic;
  std::vector<std::string> labels;  ///< the classes that everything downstream counts in; others are left out
  /// Takes each picture's objects, in order, on the feed's thread; may block to slow it down.
  std::function<void(SeenFrame)> deliver;
};

/// Listens to one camera's topic until it is destroyed. While the camera is silent nobody is seen: empty frames then go
/// on, so that visits end. Frames have a grey picture of the camera's size.
class ObjectFeed {
 public:
  explicit ObjectFeed(ObjectFeedOptions options);
  ~ObjectFeed();
  ObjectFeed(const ObjectFeed&) = delete;
  ObjectFeed& operator=(const ObjectFeed&) = delete;

  /// Ends, and waits for the thread.
  void stop();
  [[nodiscard]] FeedStatus status() const;

 private:
  void run(const std::stop_token& stop);
  Result<void> take(const MqttMessage& message);
  Result<void> deliver(SeenFrame seen, Timestamp time);
  void report();

  const ObjectFeedOptions options_;
  // Of the thread alone:
  SensorClock clock_;
  Thinning thinning_;
  Timestamp last_;
  double last_s_ = 0;
  uint64_t next_ticket_ = 0;
  int width_ = 0, height_ = 0;
  std::shared_ptr<const AVFrame> grey_;

  mutable std::mutex mutex_;  ///< guards what follows
  FeedStatus status_;
  uint64_t unread_ = 0;
  std::string problem_;  ///< of the last message that could not be read
  FpsMeter fps_;

  BoundedQueue<MqttMessage> messages_;
  MqttSource source_;
  std::jthread thread_;  ///< last, because it uses all of the above
};

}  // namespace shrike

#include "watch/object_feed.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "sense/camera_objects.h"
#include "video/grey_picture.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

constexpr size_t kMessages_max = 64;  // some seconds: what is older says nothing about now
constexpr std::chrono::milliseconds kLook{100};
constexpr double kSilent_s = 1;  // a camera that sees somebody says so more often

SeenFrame seen_frame(const CameraObjects& given, const std::vector<std::string>& labels) {
  SeenFrame seen;
  const auto width = static_cast<float>(given.width), height = static_cast<float>(given.height);
  const bool looks = std::ranges::any_of(given.objects, [](const CameraObject& o) { return !o.looks.empty(); });
  for (const CameraObject& object : given.objects) {
    const auto label = std::ranges::find(labels, object.label);
    if (label == labels.end()) continue;
    const Box& b = object.box;
    seen.detections.add({b.x1 * width, b.y1 * height, b.x2 * width, b.y2 * height}, object.score,
                        static_cast<int>(label - labels.begin()));
    if (!looks) continue;
    seen.appearance.insert(seen.appearance.end(), object.looks.begin(), object.looks.end());
    seen.appearance.resize(seen.detections.size() * kAppearanceSize);  // zeros: it says nothing of this one
  }
  return seen;
}

MqttOptions mqtt_options(const BrokerConfig& broker, const std::string& topic) {
  MqttOptions options;
  options.broker = broker;
  options.topics = {topic};
  return options;
}

}  // namespace

ObjectFeed::ObjectFeed(ObjectFeedOptions options)
    : options_(std::move(options)),
      thinning_(options_.camera.detect_fps),
      messages_(kMessages_max, WhenFull::drop_oldest),
      source_(mqtt_options(options_.broker, options_.topic), messages_),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ObjectFeed::~ObjectFeed() { stop(); }

void ObjectFeed::stop() {
  messages_.close();
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void ObjectFeed::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto message = messages_.pop_for(kLook);
    Result<void> done;
    if (message && !message->retained) {
      done = take(*message);
    } else if (grey_ && monotonic_s() - last_s_ > kSilent_s) {
      // A second behind, so that what is still on its way is not out of date.
      done = deliver({}, now_utc().plus_s(-kSilent_s));
    }
    if (!done) {
      const std::lock_guard lock(mutex_);
      ++unread_;
      problem_ = done.error().message;
    }
    report();
  }
}

Result<void> ObjectFeed::take(const MqttMessage& message) {
  TRY(const CameraObjects given, read_camera_objects(message.payload));
  if (!grey_ || given.width != width_ || given.height != height_) {
    TRY(grey_, grey_picture(given.width, given.height));
    width_ = given.width;
    height_ = given.height;
  }
  last_s_ = monotonic_s();
  const Timestamp time = given.stated ? clock_.observe(*given.stated, message.received) : message.received;
  if (time <= last_) {
    const std::lock_guard lock(mutex_);
    ++unread_;  // overtaken by a newer one
    return {};
  }
  return deliver(seen_frame(given, options_.labels), time);
}

Result<void> ObjectFeed::deliver(SeenFrame seen, Timestamp time) {
  if (time <= last_ || !thinning_.due(time)) return {};
  last_ = time;
  seen.ticket = next_ticket_++;
  seen.frame = Frame{
      .picture = grey_, .time = time, .seq = static_cast<int64_t>(seen.ticket), .width = width_, .height = height_};
  seen.detected = true;
  options_.deliver(std::move(seen));
  const std::lock_guard lock(mutex_);
  ++status_.frames;
  fps_.count(monotonic_s());
  return {};
}

void ObjectFeed::report() {
  const auto mqtt = source_.state();
  const std::lock_guard lock(mutex_);
  const auto state = status_.frames == 0 ? FeedState::connecting
                     : mqtt.connected    ? FeedState::live
                                         : FeedState::stalled;
  if (state != status_.state || status_.since == Timestamp{}) status_.since = now_utc();
  status_.state = state;
  status_.last_error = mqtt.problem.empty() ? problem_ : mqtt.problem;
  status_.dropped = unread_ + messages_.dropped();
  status_.reconnects = mqtt.connections > 0 ? mqtt.connections - 1 : 0;
}

FeedStatus ObjectFeed::status() const {
  const std::lock_guard lock(mutex_);
  FeedStatus status = status_;
  status.camera = options_.camera.name;
  status.fps = fps_.fps(monotonic_s());
  return status;
}

}  // namespace shrike

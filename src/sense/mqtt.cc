#include "sense/mqtt.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <mosquitto.h>
#include <set>

#include "base/log.h"
#include "sense/mqtt_handle.h"
#include "video/wait.h"

namespace shrike {
namespace {

constexpr int kLoop_ms = 250;  // how long a request to stop may go unseen
constexpr size_t kTopic_bytes_max = 1024;
constexpr int kQos = 1;

}  // namespace

/// One connection, from its making to its end. All of it runs on the source's thread.
class MqttSource::Session {
 public:
  explicit Session(MqttSource& source) : source_(source), options_(source.options_) {}

  Result<void> connect() {
    TRY(handle_, make_mqtt_handle(options_.broker, this));
    auto* h = handle_.get();
    mosquitto_connect_v5_callback_set(h, on_connect);
    mosquitto_subscribe_v5_callback_set(h, on_subscribe);
    mosquitto_message_v5_callback_set(h, on_message);
    mosquitto_disconnect_v5_callback_set(h, on_disconnect);
    mosquitto_log_callback_set(h, on_log);
    const auto& broker = options_.broker;
    const int begun = mosquitto_connect_async(h, broker.host.c_str(), broker.port, options_.keepalive_s);
    if (begun == MOSQ_ERR_SUCCESS) return {};
    return unavailable(with_detail(begun == MOSQ_ERR_EAI ? "its name cannot be found" : mqtt_text(begun)));
  }

  /// Reads and writes for at most a quarter of a second; messages go to the source.
  Result<void> follow() {
    const int code = mosquitto_loop(handle_.get(), kLoop_ms, 1);
    if (!refused_.empty()) return fail(refused_);
    if (code == MOSQ_ERR_SUCCESS) return {};
    return unavailable(with_detail(code == MOSQ_ERR_CONN_LOST ? "the connection is lost" : mqtt_text(code)));
  }

  void say_goodbye() {
    mosquitto_disconnect(handle_.get());
    (void)mosquitto_loop(handle_.get(), 0, 1);
  }

  [[nodiscard]] bool granted() const { return connected_ && asked_.empty(); }

 private:
  /// What the library logged says more than its code, where it said anything.
  [[nodiscard]] std::string with_detail(const std::string& what) const {
    return detail_.empty() ? what : fmt::format("{}: {}", what, detail_);
  }

  static Session& self(void* object) { return *static_cast<Session*>(object); }

  static void on_connect(mosquitto*, void* object, int code, int, const mosquitto_property*) {
    self(object).connected(code);
  }
  static void on_subscribe(mosquitto*, void* object, int id, int count, const int* granted, const mosquitto_property*) {
    self(object).subscribed(id, count, granted);
  }
  static void on_message(mosquitto*, void* object, const mosquitto_message* message, const mosquitto_property*) {
    self(object).received(*message);
  }
  static void on_disconnect(mosquitto*, void* object, int code, const mosquitto_property*) {
    self(object).disconnected(code);
  }
  static void on_log(mosquitto*, void* object, int level, const char* text) {
    if (level == MOSQ_LOG_ERR) self(object).detail_ = std::string(text).substr(0, 200);
  }

  void connected(int code) {
    if (code != 0) {
      refused_ = fmt::format("the broker refuses: {}", options_.broker.version_5 ? mosquitto_reason_string(code)
                                                                                 : mosquitto_connack_string(code));
      return;
    }
    connected_ = true;
    const std::set<std::string> topics(options_.topics.begin(), options_.topics.end());
    for (const auto& topic : topics) {
      int id = 0;
      if (const int sent = mosquitto_subscribe(handle_.get(), &id, topic.c_str(), kQos); sent != MOSQ_ERR_SUCCESS)
        refused_ = fmt::format("topic {}: {}", topic, mqtt_text(sent));
      asked_.emplace_back(id, topic);
    }
  }

  void subscribed(int id, int count, const int* granted) {
    const auto asked = std::find_if(asked_.begin(), asked_.end(), [&](const auto& each) { return each.first == id; });
    if (asked == asked_.end()) return;
    if (count < 1 || granted[0] >= 128) refused_ = fmt::format("the broker refuses the topic {}", asked->second);
    asked_.erase(asked);
  }

  void received(const mosquitto_message& message) {
    const auto bytes = static_cast<size_t>(std::max(0, message.payloadlen));
    MqttMessage own{.topic = message.topic, .payload = {}, .retained = message.retain, .received = now_utc()};
    const bool too_large = bytes > options_.payload_bytes_max || own.topic.size() > kTopic_bytes_max;
    if (!too_large && bytes > 0) own.payload.assign(static_cast<const char*>(message.payload), bytes);
    source_.take(std::move(own), too_large);
  }

  void disconnected(int code) {
    if (code != 0 && options_.broker.version_5 && code >= 128)
      refused_ = fmt::format("the broker hangs up: {}", mosquitto_reason_string(code));
  }

  MqttSource& source_;
  const MqttOptions& options_;
  MqttHandle handle_;
  bool connected_ = false;
  std::vector<std::pair<int, std::string>> asked_;  // subscriptions without an answer yet
  std::string refused_, detail_;
};

MqttSource::MqttSource(MqttOptions options, BoundedQueue<MqttMessage>& messages)
    : options_(std::move(options)),
      messages_(messages),
      gate_(options_.flood),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

MqttSource::~MqttSource() = default;

MqttState MqttSource::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void MqttSource::run(const std::stop_token& stop) {
  Backoff backoff(options_.backoff, static_cast<uint32_t>(std::hash<std::string>()(options_.broker.name)));
  while (!stop.stop_requested()) {
    const auto lost = listen_until_lost(stop, backoff);
    if (stop.stop_requested()) return;
    {
      const std::lock_guard lock(mutex_);
      const bool news = state_.connected || state_.problem.empty();
      state_.connected = false;
      state_.problem =
          fmt::format("{}:{}: {}", options_.broker.host, options_.broker.port, lost ? "ended" : lost.error().message);
      if (news) spdlog::warn("MQTT broker {}: {}; trying again", options_.broker.name, state_.problem);
    }
    if (!wait_for(backoff.next_s(), stop)) return;
  }
}

Result<void> MqttSource::listen_until_lost(const std::stop_token& stop, Backoff& backoff) {
  Session session(*this);
  TRY_VOID(session.connect());
  const double answer_until_s = monotonic_s() + options_.answer_s_max;
  bool told = false;
  while (!stop.stop_requested()) {
    TRY_VOID(session.follow());
    if (!session.granted() && monotonic_s() > answer_until_s)
      return unavailable(fmt::format("no answer in {:.3g} s", options_.answer_s_max));
    if (told || !session.granted()) continue;
    told = true;
    backoff.reset();
    const std::lock_guard lock(mutex_);
    state_.connected = true;
    state_.problem.clear();
    ++state_.connections;
  }
  session.say_goodbye();
  return {};
}

void MqttSource::take(MqttMessage message, bool too_large) {
  const bool passes = !too_large && gate_.admit(message.topic, monotonic_s());
  {
    const std::lock_guard lock(mutex_);
    ++(too_large ? state_.too_large : passes ? state_.messages : state_.thinned);
  }
  if (passes) messages_.push(std::move(message));
}

bool matches_topic(const std::string& filter, const std::string& topic) {
  bool matches = false;
  return mosquitto_topic_matches_sub(filter.c_str(), topic.c_str(), &matches) == MOSQ_ERR_SUCCESS && matches;
}

}  // namespace shrike

#include "sense/mqtt_publisher.h"

#include <algorithm>
#include <fmt/format.h>
#include <mosquitto.h>

#include "base/time.h"

namespace shrike {
namespace {

constexpr int kKeepalive_s = 15, kQos = 1;
constexpr double kTurn_s = 0.1;

}  // namespace

Result<std::unique_ptr<MqttPublisher>> MqttPublisher::connect(const BrokerConfig& broker, double patience_s) {
  auto publisher = std::make_unique<MqttPublisher>(fmt::format("MQTT broker {}:{}", broker.host, broker.port));
  TRY(publisher->handle_, make_mqtt_handle(broker, publisher.get()));
  auto* handle = publisher->handle_.get();
  mosquitto_connect_callback_set(handle, [](mosquitto*, void* object, int code) {
    auto& self = *static_cast<MqttPublisher*>(object);
    self.connected_ = code == 0;
    if (code != 0) self.refused_ = mosquitto_connack_string(code);
  });
  mosquitto_publish_callback_set(handle, [](mosquitto*, void* object, int) {
    auto& self = *static_cast<MqttPublisher*>(object);
    if (self.waiting_ > 0) --self.waiting_;
  });
  if (const int begun = mosquitto_connect(handle, broker.host.c_str(), broker.port, kKeepalive_s);
      begun != MOSQ_ERR_SUCCESS)
    return unavailable(fmt::format("{}: {}", publisher->broker_, mqtt_text(begun)));
  for (const double until_s = monotonic_s() + patience_s; !publisher->connected_;) {
    if (monotonic_s() > until_s)
      return unavailable(fmt::format("{}: no answer in {:.3g} s", publisher->broker_, patience_s));
    TRY_VOID(publisher->turn(kTurn_s));
  }
  return publisher;
}

MqttPublisher::~MqttPublisher() {
  if (handle_ != nullptr) mosquitto_disconnect(handle_.get());
}

Result<void> MqttPublisher::publish(const std::string& topic, const std::string& payload, bool retain) {
  const int code = mosquitto_publish(handle_.get(), nullptr, topic.c_str(), static_cast<int>(payload.size()),
                                     payload.data(), kQos, retain);
  if (code != MOSQ_ERR_SUCCESS) return unavailable(fmt::format("{}: topic {}: {}", broker_, topic, mqtt_text(code)));
  ++waiting_;
  return {};
}

Result<void> MqttPublisher::turn(double seconds) {
  const int code = mosquitto_loop(handle_.get(), static_cast<int>(std::clamp(seconds, 0.0, kTurn_s) * 1000), 1);
  if (!refused_.empty()) return unavailable(fmt::format("{} refuses: {}", broker_, refused_));
  if (code != MOSQ_ERR_SUCCESS) return unavailable(fmt::format("{}: {}", broker_, mqtt_text(code)));
  return {};
}

Result<void> MqttPublisher::follow(double seconds) {
  const double until_s = monotonic_s() + seconds;
  do {
    TRY_VOID(turn(until_s - monotonic_s()));
  } while (waiting_ > 0 && monotonic_s() < until_s);
  return {};
}

Result<void> MqttPublisher::flush(double patience_s) {
  TRY_VOID(follow(patience_s));
  if (waiting_ == 0) return {};
  return unavailable(fmt::format("{}: {} messages not acknowledged in {:.3g} s", broker_, waiting_, patience_s));
}

}  // namespace shrike

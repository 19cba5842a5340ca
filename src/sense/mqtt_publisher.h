#pragma once
#include <memory>
#include <string>

#include "base/result.h"
#include "sense/mqtt_handle.h"

namespace shrike {

/// Publishes to a broker, each message at least once (QoS 1). For one thread, which must come by every few seconds.
class MqttPublisher {
 public:
  /// Connected, or why not after `patience_s`.
  [[nodiscard]] static Result<std::unique_ptr<MqttPublisher>> connect(const BrokerConfig& broker,
                                                                      double patience_s = 10);
  explicit MqttPublisher(std::string broker) : broker_(std::move(broker)) {}
  ~MqttPublisher();
  MqttPublisher(const MqttPublisher&) = delete;
  MqttPublisher& operator=(const MqttPublisher&) = delete;

  /// Hands the message to the client and goes on.
  Result<void> publish(const std::string& topic, const std::string& payload, bool retain = false);
  /// Reads and writes for `seconds`, or until the broker has acknowledged everything.
  Result<void> follow(double seconds);
  /// Waits until the broker has acknowledged everything; an error after `patience_s`.
  Result<void> flush(double patience_s);

 private:
  Result<void> turn(double seconds);

  std::string broker_;  ///< for messages
  MqttHandle handle_;
  bool connected_ = false;
  std::string refused_;
  size_t waiting_ = 0;  ///< messages that the broker has not acknowledged yet
};

}  // namespace shrike

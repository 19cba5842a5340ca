#pragma once
// An MQTT broker as a source of messages: libmosquitto behind a small face. Source: MQTT 3.1.1 and 5.0 (OASIS).

#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/queue.h"
#include "base/result.h"
#include "base/time.h"
#include "sense/flood_gate.h"
#include "site/sensor_config.h"
#include "video/backoff.h"

namespace shrike {

struct MqttMessage {
  std::string topic, payload;
  bool retained = false;  ///< kept by the broker from before we subscribed: nobody knows how old it is
  Timestamp received;
};

struct MqttOptions {
  BrokerConfig broker;
  std::vector<std::string> topics;  ///< filters; each is asked for once
  size_t payload_bytes_max = size_t{4} << 20;
  double answer_s_max = 10;  ///< from the first byte out until every topic is granted
  int keepalive_s = 15;      ///< a silent broker is asked so often for a sign of life; without one it is lost
  FloodGateOptions flood;
  BackoffOptions backoff;  ///< between tries to connect
};

/// How a broker does.
struct MqttState {
  bool connected = false;    ///< and all topics are granted
  std::string problem;       ///< why not; empty before the first try and while connected
  uint64_t connections = 0;  ///< so many times it was connected
  uint64_t messages = 0;     ///< handed on
  uint64_t too_large = 0;    ///< payloads over payload_bytes_max: left out
  uint64_t thinned = 0;      ///< left out by the flood gate
};

/// Connects, subscribes, and puts each message into `messages`. Its own thread, until it is destroyed; that waits a
/// quarter of a second, or for the system to look the broker's name up. A broker that is lost, refuses or is silent is
/// tried again with growing pauses. Sessions are clean: what was published while the broker was away is not asked for,
/// because a step of weight that comes minutes late can be put on nobody. MQTT 3.1.1 cannot ask for small messages:
/// bound them at the broker (mosquitto: message_size_limit).
class MqttSource {
 public:
  MqttSource(MqttOptions options, BoundedQueue<MqttMessage>& messages);
  ~MqttSource();
  MqttSource(const MqttSource&) = delete;
  MqttSource& operator=(const MqttSource&) = delete;

  [[nodiscard]] MqttState state() const;

 private:
  class Session;
  void run(const std::stop_token& stop);
  Result<void> listen_until_lost(const std::stop_token& stop, Backoff& backoff);
  void take(MqttMessage message, bool too_large);

  const MqttOptions options_;
  BoundedQueue<MqttMessage>& messages_;
  FloodGate gate_;            // of the thread alone
  mutable std::mutex mutex_;  // guards state_
  MqttState state_;
  std::jthread thread_;
};

/// Whether messages of `topic` are meant by `filter`.
[[nodiscard]] bool matches_topic(const std::string& filter, const std::string& topic);

}  // namespace shrike

#pragma once
// What everyone who speaks MQTT through libmosquitto needs: a client made for a broker as configured, and its errors in
// words.

#include <memory>
#include <string>

#include "base/result.h"
#include "site/sensor_config.h"

struct mosquitto;

namespace shrike {

struct DestroyMosquitto {
  void operator()(mosquitto* handle) const;
};
using MqttHandle = std::unique_ptr<mosquitto, DestroyMosquitto>;

/// A client with the broker's version, user, password and certificates; not connected. Its callbacks get `object`.
[[nodiscard]] Result<MqttHandle> make_mqtt_handle(const BrokerConfig& broker, void* object);

/// The broker's password, from where its configuration says; empty where it names none.
[[nodiscard]] Result<std::string> password_of(const BrokerConfig& broker);

/// What one of libmosquitto's codes says; of a failed system call, what the system says.
[[nodiscard]] std::string mqtt_text(int code);

}  // namespace shrike

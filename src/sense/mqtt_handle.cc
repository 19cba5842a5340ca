#include "sense/mqtt_handle.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <system_error>

#include "base/file.h"

namespace shrike {
namespace {

constexpr const char* kSystemCertificates = "/etc/ssl/certs";
constexpr size_t kPassword_bytes_max = 4096;

/// libmosquitto wants to be told once a process; its clean-up is that of the process.
void begin_library() {
  static const int once = mosquitto_lib_init();
  (void)once;
}

const char* null_if_empty(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

Result<void> check(int code, const char* what) {
  if (code == MOSQ_ERR_SUCCESS) return {};
  return unavailable(fmt::format("{}: {}", what, mqtt_text(code)));
}

Result<void> log_in(mosquitto* handle, const BrokerConfig& broker) {
  if (broker.user.empty()) return {};
  TRY(const auto password, password_of(broker));
  return check(mosquitto_username_pw_set(handle, broker.user.c_str(), null_if_empty(password)), "user");
}

Result<void> encrypt(mosquitto* handle, const BrokerConfig& broker) {
  if (!broker.tls) return {};
  const auto ca = broker.ca.string(), certificate = broker.certificate.string(), key = broker.key.string();
  const int code = mosquitto_tls_set(handle, null_if_empty(ca), ca.empty() ? kSystemCertificates : nullptr,
                                     null_if_empty(certificate), null_if_empty(key), nullptr);
  if (code == MOSQ_ERR_SUCCESS) return {};
  return fail(fmt::format("TLS: {}: ca '{}', certificate '{}', key '{}' cannot be used", mqtt_text(code), ca,
                          certificate, key));
}

}  // namespace

void DestroyMosquitto::operator()(mosquitto* handle) const { mosquitto_destroy(handle); }

Result<MqttHandle> make_mqtt_handle(const BrokerConfig& broker, void* object) {
  begin_library();
  MqttHandle handle(mosquitto_new(null_if_empty(broker.client_id), true, object));
  if (handle == nullptr) return unavailable(fmt::format("no client could be made: {}", mqtt_text(MOSQ_ERR_ERRNO)));
  const int version = broker.version_5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311;
  TRY_VOID(check(mosquitto_int_option(handle.get(), MOSQ_OPT_PROTOCOL_VERSION, version), "version"));
  TRY_VOID(log_in(handle.get(), broker));
  TRY_VOID(encrypt(handle.get(), broker));
  return handle;
}

Result<std::string> password_of(const BrokerConfig& broker) {
  if (!broker.password_variable.empty()) {
    const char* value = std::getenv(broker.password_variable.c_str());
    if (value != nullptr) return std::string(value);
    return bad_input(fmt::format("the environment has no variable {}", broker.password_variable));
  }
  if (broker.password_file.empty()) return std::string();
  TRY(auto text, read_file(broker.password_file, kPassword_bytes_max));
  text.resize(std::min(text.size(), text.find_first_of("\r\n")));
  return text;
}

std::string mqtt_text(int code) {
  return code == MOSQ_ERR_ERRNO ? std::generic_category().message(errno) : mosquitto_strerror(code);
}

}  // namespace shrike

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/sense.h"
#include "cli/stop_signal.h"
#include "sense/epc.h"
#include "sense/mqtt.h"

namespace shrike {
namespace {

struct SenseMqttArgs {
  MqttOptions mqtt;
  int port = 0;
  double seconds = std::numeric_limits<double>::infinity();
  uint64_t messages_max = std::numeric_limits<uint64_t>::max();
  bool version_5 = false, json = false;
};

constexpr size_t kMessagesHeld_max = 10'000;
constexpr size_t kShown_bytes_max = 400;
constexpr auto kLook = std::chrono::milliseconds(200);  // how often the end is looked for

bool is_text(const std::string& payload) {
  const bool printable = std::none_of(payload.begin(), payload.end(),
                                      [](unsigned char c) { return c < 0x20 && c != '\n' && c != '\r' && c != '\t'; });
  // A dump that is strict says whether it is UTF-8.
  const auto strict = [&] {
    try {
      return !nlohmann::json(payload).dump().empty();
    } catch (const nlohmann::json::type_error&) {
      return false;
    }
  };
  return printable && strict();
}

std::string json_line(const MqttMessage& message) {
  nlohmann::ordered_json line = {{"received", to_rfc3339(message.received)}, {"topic", message.topic}};
  if (message.retained) line["retained"] = true;
  if (is_text(message.payload)) {
    line["payload"] = message.payload;
  } else {
    line["payload_hex"] = hex_of(message.payload);
  }
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string text_line(const MqttMessage& message) {
  std::string shown = is_text(message.payload) ? message.payload : "hex " + hex_of(message.payload);
  if (shown.size() > kShown_bytes_max)
    shown = fmt::format("{} … ({} bytes)", shown.substr(0, kShown_bytes_max), message.payload.size());
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return fmt::format("{}  {}{}  {}", to_rfc3339(message.received), message.topic,
                     message.retained ? "  (retained)" : "", shown);
}

Result<void> sense_mqtt(const SenseMqttArgs& args) {
  for (const auto& topic : args.mqtt.topics) {
    if (!is_topic_filter(topic)) return bad_input(fmt::format("--topic: '{}' is no topic filter of MQTT", topic));
  }
  StopSignal stop;
  BoundedQueue<MqttMessage> messages(kMessagesHeld_max, WhenFull::drop_oldest);
  const MqttSource source(args.mqtt, messages);
  const double begun_s = monotonic_s();
  uint64_t printed = 0;
  while (printed < args.messages_max && monotonic_s() - begun_s < args.seconds && !stop.wait_for(0)) {
    const auto message = messages.pop_for(kLook);
    if (!message) continue;
    std::cout << (args.json ? json_line(*message) : text_line(*message)) << std::endl;
    ++printed;
  }
  const auto state = source.state();
  if (state.thinned + messages.dropped() > 0)
    std::cerr << fmt::format("{} messages came faster than they could be shown\n", state.thinned + messages.dropped());
  if (state.too_large > 0) std::cerr << fmt::format("{} messages were too large\n", state.too_large);
  if (state.connections > 0) return {};
  return unavailable(state.problem.empty() ? fmt::format("{}: no answer yet", args.mqtt.broker.host) : state.problem);
}

}  // namespace

void add_sense_mqtt(CLI::App& sense, int& exit_code) {
  auto args = std::make_shared<SenseMqttArgs>();
  auto& broker = args->mqtt.broker;
  CLI::App* command =
      sense.add_subcommand("mqtt", "Print what sensors publish to an MQTT broker, until Ctrl-C (docs/sense.md).");
  command->add_option("HOST", broker.host, "Address or name of the broker")->required();
  command->add_option("--port", args->port, "TCP port (default: 1883, with --tls 8883)")->check(CLI::Range(1, 65'535));
  command->add_option("--topic", args->mqtt.topics, "Topic filters, e.g. 'shelves/#' (default: all)");
  command->add_flag("--version-5", args->version_5, "Speak MQTT 5 instead of 3.1.1");
  command->add_option("--user", broker.user, "User name");
  command->add_option("--password-file", broker.password_file, "File whose first line is the password");
  command->add_option("--password-variable", broker.password_variable, "Variable of the environment with the password");
  command->add_flag("--tls", broker.tls, "Encrypt, and check who the broker is");
  command->add_option("--ca", broker.ca, "Who has signed the broker's certificate (default: whom the system trusts)");
  command->add_option("--certificate", broker.certificate, "This client's own certificate");
  command->add_option("--key", broker.key, "… and its key");
  command->add_option("--for", args->seconds, "Stop after so many seconds")->check(CLI::PositiveNumber);
  command->add_option("--messages", args->messages_max, "Stop after so many messages")->check(CLI::PositiveNumber);
  command->add_flag("--json", args->json, "Print JSON, one object a line and message; `sense weight` reads it");
  command->footer("Example: shrike sense mqtt 192.168.1.10 --topic 'shelves/#' --for 60 --json > shelves.jsonl");
  command->callback([args, &exit_code] {
    auto& to = args->mqtt.broker;
    to.name = to.host;
    to.version_5 = args->version_5;
    to.port = args->port > 0 ? args->port : to.tls ? 8883 : 1883;
    if (args->mqtt.topics.empty()) args->mqtt.topics = {"#"};
    exit_code = finish_command("sense mqtt", sense_mqtt(*args));
  });
}

}  // namespace shrike

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <mutex>
#include <thread>

#include "sense/depth.h"
#include "sense/foreign_events.h"
#include "sense/mqtt.h"
#include "sense/weight.h"
#include "watch/sensors.h"

namespace shrike {
namespace {

constexpr size_t kMessages_max = 10'000;
constexpr std::chrono::milliseconds kLook{200};
constexpr double kFindSwappedEvery_s = 60;

/// A scale, and what came under its topic.
struct Scale {
  WeightConfig config;
  WeightShelf shelf;
  std::string sensor;  ///< as the first reading calls it
  std::string problem;
  uint64_t unread = 0, others = 0;

  void take(const MqttMessage& message, std::vector<ItemEvent>& events) {
    if (message.retained) return;  // what lay there once
    const auto readings = read_weight(message.payload);
    if (!readings) {
      ++unread;
      problem = fmt::format("{}: {}", message.topic, readings.error().message);
      return;
    }
    for (const auto& reading : *readings) {
      if (sensor.empty()) sensor = reading.sensor;
      if (!reading.sensor.empty() && reading.sensor != sensor) {
        ++others;
        problem = fmt::format("readings of {} and of {} come under one topic; only the first are taken", sensor,
                              reading.sensor.substr(0, 60));
        continue;
      }
      auto more = shelf.observe(reading, message.received);
      std::move(more.begin(), more.end(), std::back_inserter(events));
    }
  }

  [[nodiscard]] SensorStatus status(bool connected) const {
    const auto state = shelf.state();
    SensorStatus status{.name = config.name, .sort = "weight"};
    const bool broken = state.condition == ShelfCondition::stuck || state.condition == ShelfCondition::saturated ||
                        state.condition == ShelfCondition::swapped;
    status.state = broken                                               ? "failed"
                   : state.condition == ShelfCondition::silent          ? "stalled"
                   : state.readings == 0 && (!connected || unread == 0) ? "connecting"
                   : state.readings == 0                                ? "failed"
                                                                        : "live";
    if (status.state == "live" && !connected) status.state = "stalled";
    status.problem = state.problem.empty() ? problem : state.problem;
    status.messages = state.readings;
    status.events = state.events;
    status.left_out = state.left_out + unread + others;
    status.clock_offset_s = state.clock_offset_s;
    return status;
  }
};

/// Another system whose events come under some topics.
struct Foreign {
  EventsConfig config;
  ForeignEvents events;

  [[nodiscard]] bool wants(const MqttMessage& message) const {
    return std::any_of(config.topics.begin(), config.topics.end(),
                       [&](const auto& topic) { return matches_topic(topic, message.topic); });
  }
  [[nodiscard]] SensorStatus status(bool connected) const {
    const auto state = events.state();
    SensorStatus status{.name = config.name, .sort = "events"};
    const bool nothing_read = state.messages > 0 && state.unread == state.messages;
    status.state = !connected ? "connecting" : nothing_read ? "failed" : "live";
    status.problem = state.last_problem;
    status.messages = state.messages;
    status.events = state.findings;
    status.left_out = state.unread;
    status.clock_offset_s = state.clock_offset_s;
    return status;
  }
};

/// A depth camera.
struct Depth {
  DepthConfig config;
  DepthWatch watch;
  std::string problem;
  uint64_t unread = 0;

  void take(const MqttMessage& message, DepthFindings& findings) {
    if (message.retained) return;
    const auto frame = read_depth_frame(message.payload);
    if (!frame) {
      ++unread;
      problem = fmt::format("{}: {}", message.topic, frame.error().message);
      return;
    }
    auto more = watch.observe(*frame, message.received);
    std::move(more.items.begin(), more.items.end(), std::back_inserter(findings.items));
    std::move(more.facts.begin(), more.facts.end(), std::back_inserter(findings.facts));
  }
  [[nodiscard]] SensorStatus status(bool connected) const {
    const auto state = watch.state();
    SensorStatus status{.name = config.name, .sort = "depth"};
    const bool blind = state.frames > 0 && state.measured < 0.2;
    const bool nothing_read = state.frames == 0 && unread > 0;
    status.state = blind || nothing_read ? "failed" : !connected || state.frames == 0 ? "connecting" : "live";
    status.problem = blind ? "hardly any distance is measured: is something before the lens?" : problem;
    if (status.problem.empty() && state.left_out > 0) status.problem = "frames of another size than the first came";
    status.messages = state.frames;
    status.events = state.events;
    status.left_out = state.left_out + unread;
    status.clock_offset_s = state.clock_offset_s;
    return status;
  }
};

class BrokerLine : public SensorLine {
 public:
  BrokerLine(BrokerConfig broker, std::vector<Scale> scales, std::vector<Depth> depth, std::vector<Foreign> foreign,
             SensorEars ears)
      : broker_(std::move(broker)),
        ears_(std::move(ears)),
        scales_(std::move(scales)),
        depth_(std::move(depth)),
        foreign_(std::move(foreign)),
        messages_(kMessages_max, WhenFull::drop_oldest),
        source_(mqtt_options(), messages_),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  [[nodiscard]] std::vector<SensorStatus> statuses() const override {
    const auto mqtt = source_.state();
    SensorStatus status{.name = broker_.name, .sort = "mqtt"};
    status.state = mqtt.connected ? "live" : mqtt.problem.empty() ? "connecting" : "stalled";
    status.problem = mqtt.problem;
    status.messages = mqtt.messages;
    status.left_out = mqtt.too_large + mqtt.thinned + messages_.dropped();
    status.reconnects = mqtt.connections > 0 ? mqtt.connections - 1 : 0;
    std::vector<SensorStatus> all{std::move(status)};
    const std::lock_guard lock(mutex_);
    for (const auto& scale : scales_) all.push_back(scale.status(mqtt.connected));
    for (const auto& each : depth_) all.push_back(each.status(mqtt.connected));
    for (const auto& each : foreign_) all.push_back(each.status(mqtt.connected));
    return all;
  }

 private:
  [[nodiscard]] MqttOptions mqtt_options() const {
    MqttOptions options;
    options.broker = broker_;
    for (const auto& scale : scales_) options.topics.push_back(scale.config.topic);
    for (const auto& each : depth_) options.topics.push_back(each.config.topic);
    for (const auto& each : foreign_)
      options.topics.insert(options.topics.end(), each.config.topics.begin(), each.config.topics.end());
    return options;
  }

  void run(const std::stop_token& stop) {
    double swapped_s = monotonic_s();
    while (!stop.stop_requested()) {
      const auto message = messages_.pop_for(kLook);
      std::vector<ItemEvent> events;
      std::vector<ZoneFact> facts;
      {
        const std::lock_guard lock(mutex_);
        if (message) take(*message, events, facts);
        for (auto& scale : scales_) scale.shelf.advance(now_utc());
        if (monotonic_s() - swapped_s > kFindSwappedEvery_s) {
          swapped_s = monotonic_s();
          std::vector<WeightShelf*> shelves;
          for (auto& scale : scales_) shelves.push_back(&scale.shelf);
          find_swapped(shelves);
        }
      }
      for (auto& event : events) {
        if (!ears_.item(std::move(event))) return;
      }
      for (auto& fact : facts) {
        if (!ears_.fact(std::move(fact))) return;
      }
    }
  }

  void take(const MqttMessage& message, std::vector<ItemEvent>& events, std::vector<ZoneFact>& facts) {
    for (auto& scale : scales_) {
      if (matches_topic(scale.config.topic, message.topic)) scale.take(message, events);
    }
    DepthFindings seen;
    for (auto& each : depth_) {
      if (matches_topic(each.config.topic, message.topic)) each.take(message, seen);
    }
    std::move(seen.items.begin(), seen.items.end(), std::back_inserter(events));
    std::move(seen.facts.begin(), seen.facts.end(), std::back_inserter(facts));
    for (auto& each : foreign_) {
      if (!each.wants(message)) continue;
      auto found = each.events.observe(message);
      std::move(found.items.begin(), found.items.end(), std::back_inserter(events));
      std::move(found.facts.begin(), found.facts.end(), std::back_inserter(facts));
    }
  }

  const BrokerConfig broker_;
  const SensorEars ears_;
  mutable std::mutex mutex_;  // guards scales_, depth_ and foreign_
  std::vector<Scale> scales_;
  std::vector<Depth> depth_;
  std::vector<Foreign> foreign_;
  BoundedQueue<MqttMessage> messages_;
  MqttSource source_;
  std::jthread thread_;
};

/// What the planogram says lies on a scale.
std::vector<ShelfProduct> products_on(const WeightConfig& config, const Planogram& planogram) {
  std::vector<ShelfProduct> products;
  for (const auto& item : planogram.items) {
    if (item.zone != config.zone || (!config.shelf.empty() && item.shelf != config.shelf)) continue;
    if (item.unit_weight_g) products.push_back({.product = item.sku_id, .unit_weight_g = *item.unit_weight_g});
  }
  return products;
}

}  // namespace

Result<std::unique_ptr<SensorLine>> start_broker_line(const BrokerConfig& broker, const SensorsConfig& config,
                                                      const Planogram& planogram, const SensorEars& ears) {
  std::vector<Scale> scales;
  for (const auto& weight : config.weight) {
    if (weight.broker != broker.name) continue;
    WeightShelfOptions options{.name = weight.name,
                               .zone = weight.zone,
                               .noise_g = weight.noise_g,
                               .capacity_g = weight.capacity_g,
                               .products = products_on(weight, planogram)};
    scales.push_back({.config = weight, .shelf = WeightShelf(options), .sensor = {}, .problem = {}});
    if (options.products.empty())
      scales.back().problem = fmt::format("the planogram has no product with a weight in zone {}{}", weight.zone,
                                          weight.shelf.empty() ? "" : fmt::format(", shelf {}", weight.shelf));
  }
  std::vector<Depth> depth;
  for (const auto& each : config.depth) {
    if (each.broker == broker.name) depth.push_back({.config = each, .watch = DepthWatch(each), .problem = {}});
  }
  std::vector<Foreign> foreign;
  for (const auto& events : config.events) {
    if (events.broker != broker.name) continue;
    TRY(auto mapping, load_event_mapping(events.mapping));
    foreign.push_back({.config = events, .events = {std::move(mapping), events.name, events.zone}});
  }
  return std::unique_ptr<SensorLine>(
      std::make_unique<BrokerLine>(broker, std::move(scales), std::move(depth), std::move(foreign), ears));
}

}  // namespace shrike

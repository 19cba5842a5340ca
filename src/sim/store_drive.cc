#include "sim/store_drive.h"

#include <algorithm>
#include <boost/algorithm/hex.hpp>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "sense/camera_objects.h"
#include "sense/mqtt_publisher.h"
#include "sense/simulated_reader.h"
#include "sim/store_write.h"
#include "site/config.h"
#include "site/object_source.h"
#include "video/wait.h"
#include "vision/appearance.h"
#include "vision/labels.h"
#include "watch/recording.h"
#include "watch/replay_signals.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr double kWait_s = 0.02;  // connections are looked after so often
constexpr double kLastWords_s = 10;

using Publishers = std::map<std::string, std::unique_ptr<MqttPublisher>>;

/// One source's messages, in the order of their times.
class Lane {
 public:
  virtual ~Lane() = default;
  /// When its next message is due, on the simulated clock; none where it has said everything.
  [[nodiscard]] virtual std::optional<Timestamp> next() const = 0;
  /// Sends that message, all its times moved by `shift_s`, and goes on to the following.
  virtual Result<void> send(double shift_s) = 0;
  /// Leaves out what is due before `from`.
  virtual Result<void> skip_to(Timestamp from) = 0;
};

class CameraLane : public Lane {
 public:
  static Result<std::unique_ptr<Lane>> open(const fs::path& file, MqttPublisher& publisher, std::string topic,
                                            uint64_t& sent) {
    TRY(Recording recording, Recording::open(file));
    auto lane = std::make_unique<CameraLane>(std::move(recording), publisher, std::move(topic), sent);
    TRY_VOID(lane->read());
    return lane;
  }
  CameraLane(Recording recording, MqttPublisher& publisher, std::string topic, uint64_t& sent)
      : recording_(std::move(recording)), publisher_(publisher), topic_(std::move(topic)), sent_(sent) {}

  [[nodiscard]] std::optional<Timestamp> next() const override {
    return more_ ? std::optional(frame_.time) : std::nullopt;
  }
  Result<void> send(double shift_s) override {
    TRY_VOID(publisher_.publish(topic_, to_camera_message(objects(shift_s))));
    ++sent_;
    return read();
  }
  Result<void> skip_to(Timestamp from) override {
    while (more_ && frame_.time < from) TRY_VOID(read());
    return {};
  }

 private:
  Result<void> read() {
    TRY(more_, recording_.next(frame_));
    return {};
  }

  [[nodiscard]] CameraObjects objects(double shift_s) const {
    CameraObjects out{.stated = frame_.time.plus_s(shift_s),
                      .width = recording_.width(),
                      .height = recording_.height(),
                      .objects = {}};
    const auto width = static_cast<float>(out.width), height = static_cast<float>(out.height);
    for (size_t i = 0; i < frame_.detections.size(); ++i) {
      const Box& b = frame_.detections.boxes[i];
      CameraObject object{.label = coco_labels().at(static_cast<size_t>(frame_.detections.classes[i])),
                          .score = frame_.detections.scores[i],
                          .box = {b.x1 / width, b.y1 / height, b.x2 / width, b.y2 / height},
                          .looks = {}};
      const auto row = frame_.appearance.begin() + static_cast<std::ptrdiff_t>(i * kAppearanceSize);
      if (!frame_.appearance.empty() && std::any_of(row, row + kAppearanceSize, [](float x) { return x != 0; }))
        object.looks.assign(row, row + kAppearanceSize);
      out.objects.push_back(std::move(object));
    }
    return out;
  }

  Recording recording_;
  MqttPublisher& publisher_;
  const std::string topic_;
  uint64_t& sent_;
  RecordedFrame frame_;
  bool more_ = false;
};

/// Messages that are all in memory.
template <class Message>
class ListLane : public Lane {
 public:
  using Send = std::function<Result<void>(const Message&, Timestamp when)>;
  ListLane(std::vector<std::pair<Timestamp, Message>> messages, Send send, uint64_t& sent)
      : messages_(std::move(messages)), send_(std::move(send)), sent_(sent) {
    std::ranges::stable_sort(messages_, {}, [](const auto& m) { return m.first; });
  }

  [[nodiscard]] std::optional<Timestamp> next() const override {
    return at_ < messages_.size() ? std::optional(messages_[at_].first) : std::nullopt;
  }
  Result<void> send(double shift_s) override {
    const auto& [time, message] = messages_[at_++];
    ++sent_;
    return send_(message, time.plus_s(shift_s));
  }
  Result<void> skip_to(Timestamp from) override {
    while (at_ < messages_.size() && messages_[at_].first < from) ++at_;
    return {};
  }

 private:
  std::vector<std::pair<Timestamp, Message>> messages_;
  Send send_;
  uint64_t& sent_;
  size_t at_ = 0;
};

/// A read, as the simulated reader of that portal tells it.
struct PortalTag {
  std::string portal;
  SimulatedTag tag;
};

/// Everything that is open while a day is driven.
class Drive {
 public:
  static Result<std::unique_ptr<Drive>> open(const fs::path& store, const DriveOptions& options) {
    const fs::path day = store / day_folder(options.day - 1);
    if (!fs::is_directory(day)) return bad_input(fmt::format("{}: no such day; see `shrike sim store`", day.string()));
    TRY(SiteConfig site, load_site(store / "shrike.yml"));
    auto drive = std::make_unique<Drive>(std::move(site));
    TRY_VOID(drive->open_publishers());
    TRY_VOID(drive->open_cameras(day));
    TRY_VOID(drive->open_scales(day));
    TRY_VOID(drive->open_readers(day));
    TRY_VOID(drive->open_tills(day));
    return drive;
  }
  explicit Drive(SiteConfig site) : site_(std::move(site)) {}

  Result<Driven> run(const DriveOptions& options) {
    const auto first = next_lane();
    if (first == lanes_.end()) return bad_input("the day is empty");
    Timestamp from = *(*first)->next();
    if (options.from_s) {
      TRY(const std::string local, to_rfc3339(from, site_.time_zone));
      TRY(const Timestamp midnight, parse_local(local.substr(0, 10) + "T00:00:00", site_.time_zone));
      from = midnight.plus_s(*options.from_s);
    }
    for (auto& lane : lanes_) TRY_VOID(lane->skip_to(from));
    const double shift_s = seconds_between(from, now_utc());
    for (auto lane = next_lane(); lane != lanes_.end(); lane = next_lane()) {
      const Timestamp due = *(*lane)->next();
      if (options.for_s > 0 && seconds_between(from, due) > options.for_s) break;
      TRY(const bool go_on, wait_until(due.plus_s(shift_s), options));
      if (!go_on) break;
      driven_.late_s = std::max(driven_.late_s, seconds_between(due.plus_s(shift_s), now_utc()));
      TRY_VOID((*lane)->send(shift_s));
    }
    for (auto& [name, publisher] : publishers_) TRY_VOID(publisher->flush(kLastWords_s));
    return driven_;
  }

 private:
  [[nodiscard]] std::vector<std::unique_ptr<Lane>>::iterator next_lane() {
    auto best = lanes_.end();
    for (auto lane = lanes_.begin(); lane != lanes_.end(); ++lane) {
      const auto next = (*lane)->next();
      if (next && (best == lanes_.end() || *next < *(*best)->next())) best = lane;
    }
    return best;
  }

  /// False: somebody wants it to end.
  Result<bool> wait_until(Timestamp when, const DriveOptions& options) {
    for (;;) {
      if (options.stop && options.stop()) return false;
      const double wait_s = seconds_between(now_utc(), when);
      for (auto& [name, publisher] : publishers_) TRY_VOID(publisher->follow(std::clamp(wait_s, 0.0, kWait_s)));
      if (wait_s <= 0) return true;
      if (publishers_.empty()) (void)wait_for(std::min(wait_s, kWait_s), {});
    }
  }

  Result<void> open_publishers() {
    for (const BrokerConfig& broker : site_.sensors.brokers) {
      auto publisher = MqttPublisher::connect(broker);
      if (!publisher) return fail(publisher.error(), "start one there first, as `mosquitto -p 1883`");
      publishers_[broker.name] = std::move(*publisher);
    }
    return {};
  }

  Result<void> open_cameras(const fs::path& day) {
    for (const CameraConfig& camera : site_.cameras) {
      const auto source = object_source(camera.source);
      if (!source)
        return bad_input(
            fmt::format("camera {}: source {}: expected mqtt://…; make the store anew", camera.name, camera.source));
      TRY(auto lane, CameraLane::open(day / "cameras" / (camera.name + ".det"), *publishers_.at(source->broker),
                                      source->topic, driven_.pictures));
      lanes_.push_back(std::move(lane));
    }
    return {};
  }

  Result<void> open_scales(const fs::path& day) {
    std::vector<std::pair<Timestamp, WeightRow>> rows;
    TRY_VOID(read_weight_rows(day, [&](WeightRow row) -> Result<void> {
      rows.emplace_back(row.time, std::move(row));
      return {};
    }));
    const auto send = [this](const WeightRow& weight, Timestamp when) -> Result<void> {
      const auto config = std::ranges::find(site_.sensors.weight, weight.scale, &WeightConfig::name);
      if (config == site_.sensors.weight.end())
        return bad_input(fmt::format("scales.csv: no scale '{}' in the configuration", weight.scale));
      const nlohmann::ordered_json json{{"sensor", weight.scale}, {"time", to_rfc3339(when)}, {"grams", weight.grams}};
      return publishers_.at(config->broker)->publish(config->topic, json.dump());
    };
    lanes_.push_back(std::make_unique<ListLane<WeightRow>>(std::move(rows), send, driven_.weights));
    return {};
  }

  Result<void> open_readers(const fs::path& day) {
    for (const RfidConfig& gate : site_.sensors.rfid) {
      TRY(readers_[gate.zone], SimulatedReader::open({.port = static_cast<uint16_t>(gate.port)}));
    }
    std::vector<std::pair<Timestamp, PortalTag>> rows;
    TRY_VOID(read_tag_rows(day, [&](TagRow row) -> Result<void> {
      SimulatedTag tag{.epc = {}, .antenna = row.antenna};
      if (!readers_.contains(row.portal) || !from_hex(row.epc, tag.epc))
        return bad_input(
            fmt::format("found '{}' and '{}', expected a portal's zone and an EPC in hex", row.portal, row.epc));
      tag.rssi_dbm = static_cast<int8_t>(std::clamp(std::lround(row.rssi_dbm), -128L, 127L));
      rows.push_back({row.time, {std::move(row.portal), std::move(tag)}});
      return {};
    }));
    const auto send = [this](const PortalTag& read, Timestamp when) -> Result<void> {
      SimulatedTag tag = read.tag;
      tag.first_seen = tag.last_seen = when;
      readers_.at(read.portal)->report({tag});
      return {};
    };
    lanes_.push_back(std::make_unique<ListLane<PortalTag>>(std::move(rows), send, driven_.tag_reads));
    return {};
  }

  static bool from_hex(std::string_view hex, std::string& bytes) {
    try {
      boost::algorithm::unhex(hex.begin(), hex.end(), std::back_inserter(bytes));
      return true;
    } catch (const boost::algorithm::hex_decode_error&) {
      return false;
    }
  }

  Result<void> open_tills(const fs::path& day) {
    if (site_.sensors.tills.empty() || !fs::exists(day / "tills.jsonl")) return {};
    std::vector<std::pair<Timestamp, nlohmann::ordered_json>> rows;
    std::ifstream in(day / "tills.jsonl");
    for (std::string line; std::getline(in, line);) {
      auto json = nlohmann::ordered_json::parse(line, nullptr, false);
      const auto received = parse_rfc3339(json.is_object() ? json.value("received", "") : "");
      if (!received)
        return bad_input(
            fmt::format("{}/tills.jsonl: line {}: no message with `received`", day.string(), rows.size() + 1));
      rows.push_back({*received, std::move(json)});
    }
    const fs::path log = site_.sensors.tills.front().path;
    std::error_code ignored;
    fs::create_directories(log.parent_path(), ignored);
    till_log_.open(log, std::ios::trunc);
    if (!till_log_) return unavailable(fmt::format("{}: cannot be written", log.string()));
    const auto send = [this](const nlohmann::ordered_json& said, Timestamp when) -> Result<void> {
      auto json = said;
      const double shift_s = seconds_between(*parse_rfc3339(json.value("received", "")), when);
      for (const char* field : {"begin", "end", "received"})
        if (const auto time = parse_rfc3339(json.value(field, ""))) json[field] = to_rfc3339(time->plus_s(shift_s));
      json.erase("business_day");  // of the simulated day
      till_log_ << json.dump() << '\n' << std::flush;
      if (!till_log_) return unavailable("the tills' log cannot be written");
      return {};
    };
    lanes_.push_back(std::make_unique<ListLane<nlohmann::ordered_json>>(std::move(rows), send, driven_.receipts));
    return {};
  }

  const SiteConfig site_;
  Driven driven_;
  Publishers publishers_;
  std::map<std::string, std::unique_ptr<SimulatedReader>> readers_;  ///< by zone
  std::ofstream till_log_;
  std::vector<std::unique_ptr<Lane>> lanes_;  ///< last: they use all of the above
};

}  // namespace

Result<Driven> drive_store(const fs::path& store, const DriveOptions& options) {
  TRY(const auto drive, Drive::open(store, options));
  return drive->run(options);
}

}  // namespace shrike

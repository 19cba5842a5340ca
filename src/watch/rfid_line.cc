#include <chrono>
#include <mutex>
#include <thread>

#include "sense/rfid_reader.h"
#include "watch/sensors.h"

namespace shrike {
namespace {

constexpr size_t kReads_max = 20'000;  // what a reader says in 20 s
constexpr std::chrono::milliseconds kLook{200};

class RfidLine : public SensorLine {
 public:
  RfidLine(const RfidConfig& config, ProductOfGtin product_of, SensorEars ears)
      : config_(config),
        ears_(std::move(ears)),
        portal_({.name = config.name,
                 .zone = config.zone,
                 .inside = config.inside,
                 .outside = config.outside,
                 .still_dbm = config.still_dbm},
                std::move(product_of)),
        reads_(kReads_max, WhenFull::drop_oldest),
        reader_(reader_options(config), reads_),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  [[nodiscard]] std::vector<SensorStatus> statuses() const override {
    const auto reader = reader_.state();
    const std::lock_guard lock(mutex_);
    SensorStatus status{.name = config_.name, .sort = "rfid"};
    status.state = reader.reading ? "live" : reader.problem.empty() ? "connecting" : "stalled";
    status.problem = reader.problem;
    if (status.problem.empty() && state_.unknown > 0 && state_.out + state_.in == 0)
      status.problem = "no tag that passed is in the planogram, the last one is " + state_.last_unknown;
    status.messages = reader.reads;
    status.events = state_.out + state_.in;
    status.left_out = state_.left_out + reads_.dropped() + reader.messages_unread;
    status.reconnects = reader.connections > 0 ? reader.connections - 1 : 0;
    status.clock_offset_s = reader.clock_offset_s;
    return {status};
  }

 private:
  static RfidReaderOptions reader_options(const RfidConfig& config) {
    RfidReaderOptions options;
    options.name = config.name;
    options.host = config.host;
    options.port = static_cast<uint16_t>(config.port);
    for (const auto* side : {&config.inside, &config.outside}) {
      for (const int antenna : *side) options.antennas.push_back(static_cast<uint16_t>(antenna));
    }
    return options;
  }

  void run(const std::stop_token& stop) {
    double looked_s = monotonic_s();
    while (!stop.stop_requested()) {
      if (const auto read = reads_.pop_for(kLook)) portal_.observe(*read);
      // A door that reads a thousand tags a second is still asked five times a second only.
      if (monotonic_s() - looked_s < 0.2) continue;
      looked_s = monotonic_s();
      for (auto& event : portal_.advance(now_utc())) {
        if (!ears_.item(std::move(event))) return;
      }
      const std::lock_guard lock(mutex_);
      state_ = portal_.state();
    }
  }

  const RfidConfig config_;
  const SensorEars ears_;
  Portal portal_;  // of the thread alone
  BoundedQueue<TagRead> reads_;
  RfidReader reader_;
  mutable std::mutex mutex_;  // guards state_
  PortalState state_;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<SensorLine> start_rfid_line(const RfidConfig& config, const Planogram& planogram,
                                            const SensorEars& ears) {
  return std::make_unique<RfidLine>(config, product_of_gtin(planogram), ears);
}

}  // namespace shrike

#include <atomic>
#include <chrono>
#include <thread>

#include "watch/sensors.h"

namespace shrike {
namespace {

constexpr std::chrono::milliseconds kLook{200};

class InboxLine : public SensorLine {
 public:
  InboxLine(std::shared_ptr<TillInbox> inbox, SensorEars ears)
      : inbox_(std::move(inbox)), ears_(std::move(ears)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

  [[nodiscard]] std::vector<SensorStatus> statuses() const override {
    // A shop that does not push has no such sensor.
    if (taken_ == 0) return {};
    return {{.name = "till-webhook", .sort = "tills", .state = "live", .messages = taken_, .events = taken_}};
  }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      auto transaction = inbox_->pop_for(kLook);
      if (!transaction) continue;
      ++taken_;
      if (!ears_.till(std::move(*transaction))) return;
    }
  }

  const std::shared_ptr<TillInbox> inbox_;
  const SensorEars ears_;
  std::atomic<uint64_t> taken_ = 0;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<SensorLine> start_inbox_line(std::shared_ptr<TillInbox> inbox, const SensorEars& ears) {
  return std::make_unique<InboxLine>(std::move(inbox), ears);
}

}  // namespace shrike

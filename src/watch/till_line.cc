#include <mutex>
#include <thread>

#include "sense/till_follow.h"
#include "video/wait.h"
#include "watch/sensors.h"

namespace shrike {
namespace {

constexpr double kLookEvery_s = 1;
constexpr double kRestTimes = 10;  // of the time that a look took: a huge log must not keep a core busy

class TillLogLine : public SensorLine {
 public:
  TillLogLine(const TillsConfig& config, TillContext context, SensorEars ears)
      : config_(config),
        ears_(std::move(ears)),
        follower_(config.path, std::move(context)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  [[nodiscard]] std::vector<SensorStatus> statuses() const override {
    const std::lock_guard lock(mutex_);
    SensorStatus status{.name = config_.name, .sort = "tills"};
    status.state = !looked_ ? "connecting" : state_.problem.empty() ? "live" : "stalled";
    status.problem = !state_.problem.empty() ? state_.problem
                     : !state_.clock.empty() ? state_.clock
                                             : state_.last_fault;
    status.messages = state_.transactions;
    status.events = state_.transactions;
    status.left_out = state_.left_out;
    status.clock_offset_s = state_.clock_offset_s;
    return {status};
  }

 private:
  void run(const std::stop_token& stop) {
    double wait_s = 0;
    while (wait_for(wait_s, stop)) {
      const double begun_s = monotonic_s();
      for (auto& transaction : follower_.look(now_utc())) {
        if (!ears_.till(std::move(transaction))) return;
      }
      wait_s = std::max(kLookEvery_s, kRestTimes * (monotonic_s() - begun_s));
      const std::lock_guard lock(mutex_);
      state_ = follower_.state();
      looked_ = true;
    }
  }

  const TillsConfig config_;
  const SensorEars ears_;
  TillFollower follower_;     // of the thread alone
  mutable std::mutex mutex_;  // guards what follows
  TillFollowState state_;
  bool looked_ = false;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<SensorLine> start_till_line(const TillsConfig& config, const std::string& time_zone,
                                            const SensorEars& ears) {
  TillContext context;
  context.zone = time_zone;
  context.self_checkout = {config.self_checkout.begin(), config.self_checkout.end()};
  return std::make_unique<TillLogLine>(config, std::move(context), ears);
}

}  // namespace shrike

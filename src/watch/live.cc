#include "watch/live.h"

namespace shrike {
namespace {
constexpr double kWantedFor_s = 2;
}  // namespace

void LiveBoard::put_frame(const std::string& camera, LiveFrame frame) {
  std::lock_guard lock(mutex_);
  frames_[camera] = std::move(frame);
}

void LiveBoard::put_status(CameraStatus status) {
  std::lock_guard lock(mutex_);
  auto& slot = statuses_[status.name];
  slot = std::move(status);
}

void LiveBoard::put_sensors(std::vector<SensorStatus> sensors) {
  std::lock_guard lock(mutex_);
  sensors_ = std::move(sensors);
}

std::vector<SensorStatus> LiveBoard::sensors() const {
  std::lock_guard lock(mutex_);
  return sensors_;
}

void LiveBoard::put_movement(MovementStatus status) {
  const std::lock_guard lock(mutex_);
  movement_ = std::move(status);
}

MovementStatus LiveBoard::movement() const {
  const std::lock_guard lock(mutex_);
  return movement_;
}

std::optional<LiveFrame> LiveBoard::frame(const std::string& camera) const {
  std::lock_guard lock(mutex_);
  const auto it = frames_.find(camera);
  return it == frames_.end() ? std::nullopt : std::optional(it->second);
}

void LiveBoard::put_risk(const std::string& visit_id, double risk) {
  std::lock_guard lock(mutex_);
  risks_[visit_id] = risk;
}

double LiveBoard::risk(const std::string& visit_id) const {
  std::lock_guard lock(mutex_);
  const auto it = risks_.find(visit_id);
  return it == risks_.end() ? 0 : it->second;
}

void LiveBoard::forget_risk(const std::string& visit_id) {
  std::lock_guard lock(mutex_);
  risks_.erase(visit_id);
}

std::vector<CameraStatus> LiveBoard::statuses() const {
  std::lock_guard lock(mutex_);
  std::vector<CameraStatus> all;
  for (const auto& [name, status] : statuses_) {
    all.push_back(status);
    const auto ahead = clocks_ahead_s_.find(name);
    if (ahead != clocks_ahead_s_.end()) all.back().clock_offset_s = ahead->second;
  }
  return all;
}

void LiveBoard::put_clocks(std::map<std::string, double> ahead_s) {
  const std::lock_guard lock(mutex_);
  clocks_ahead_s_ = std::move(ahead_s);
}

bool LiveBoard::wanted(const std::string& camera) const {
  std::lock_guard lock(mutex_);
  const auto it = wanted_until_s_.find(camera);
  return it != wanted_until_s_.end() && monotonic_s() < it->second;
}

void LiveBoard::want(const std::string& camera) {
  std::lock_guard lock(mutex_);
  wanted_until_s_[camera] = monotonic_s() + kWantedFor_s;
}

}  // namespace shrike

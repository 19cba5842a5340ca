#include "watch/live.h"

namespace shrike {
namespace {
constexpr size_t kEventsKept = 256;
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

void LiveBoard::publish(LiveEvent event) {
  std::lock_guard lock(mutex_);
  std::erase_if(subscribers_, [&](const auto& weak) {
    const auto queue = weak.lock();
    if (queue) queue->push(event);
    return queue == nullptr;
  });
}

std::optional<LiveFrame> LiveBoard::frame(const std::string& camera) const {
  std::lock_guard lock(mutex_);
  const auto it = frames_.find(camera);
  if (it == frames_.end()) return std::nullopt;
  LiveFrame frame = it->second;
  for (auto& track : frame.tracks) {
    const auto risk = risks_.find(track.visit_id);
    if (risk != risks_.end()) track.risk = risk->second;
  }
  return frame;
}

void LiveBoard::put_risk(const std::string& visit_id, double risk) {
  std::lock_guard lock(mutex_);
  risks_[visit_id] = risk;
}

void LiveBoard::forget_risk(const std::string& visit_id) {
  std::lock_guard lock(mutex_);
  risks_.erase(visit_id);
}

std::vector<CameraStatus> LiveBoard::statuses() const {
  std::lock_guard lock(mutex_);
  std::vector<CameraStatus> all;
  for (const auto& [name, status] : statuses_) all.push_back(status);
  return all;
}

LiveBoard::Subscription LiveBoard::subscribe() {
  auto queue = std::make_shared<BoundedQueue<LiveEvent>>(kEventsKept, WhenFull::drop_oldest);
  std::lock_guard lock(mutex_);
  subscribers_.push_back(queue);
  return queue;
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

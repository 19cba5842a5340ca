#include "watch/detect_pool.h"

#include <cassert>
#include <utility>

#include "base/time.h"

namespace shrike {
namespace {
// Two: one is looked at next while the camera delivers another. More would only make what is seen older.
constexpr size_t kWaitingMax = 2;
}  // namespace

DetectPool::DetectPool(const std::vector<Camera>& cameras, size_t workers, Look look, Deliver deliver)
    : look_(std::move(look)), deliver_(std::move(deliver)) {
  assert(workers > 0);
  for (const auto& camera : cameras) lines_.push_back({boost::circular_buffer<Job>(kWaitingMax), camera.when_full});
  for (size_t i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
}

DetectPool::~DetectPool() { stop(); }

bool DetectPool::submit(size_t camera, Frame frame) { return put(camera, {std::move(frame), monotonic_s()}); }

void DetectPool::finish(size_t camera) {
  {
    // The end of a stream may not push out one of its frames: make room for it instead.
    std::lock_guard lock(mutex_);
    if (std::exchange(lines_[camera].finished, true)) return;
    auto& jobs = lines_[camera].jobs;
    if (jobs.full()) jobs.set_capacity(jobs.size() + 1);
  }
  put(camera, {std::nullopt, monotonic_s()});
}

void DetectPool::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  has_job_.notify_all();
  has_room_.notify_all();
  for (auto& worker : workers_) worker.join();
  workers_.clear();
}

uint64_t DetectPool::dropped(size_t camera) const {
  std::lock_guard lock(mutex_);
  return lines_[camera].dropped;
}

size_t DetectPool::waiting(size_t camera) const {
  std::lock_guard lock(mutex_);
  return lines_[camera].jobs.size();
}

bool DetectPool::put(size_t camera, Job job) {
  std::unique_lock lock(mutex_);
  auto& line = lines_[camera];
  if (line.when_full == WhenFull::wait) {
    has_room_.wait(lock, [&] { return stopped_ || !line.jobs.full(); });
  }
  if (stopped_) return false;
  if (line.jobs.full()) ++line.dropped;
  line.jobs.push_back(std::move(job));
  lock.unlock();
  has_job_.notify_one();
  return true;
}

std::optional<std::pair<size_t, SeenFrame>> DetectPool::take() {
  std::unique_lock lock(mutex_);
  const auto any = [&] {
    for (const auto& line : lines_) {
      if (!line.jobs.empty()) return true;
    }
    return false;
  };
  has_job_.wait(lock, [&] { return stopped_ || any(); });
  if (stopped_) return std::nullopt;
  while (lines_[next_line_].jobs.empty()) next_line_ = (next_line_ + 1) % lines_.size();
  const size_t camera = next_line_;
  next_line_ = (next_line_ + 1) % lines_.size();

  auto& line = lines_[camera];
  Job job = std::move(line.jobs.front());
  line.jobs.pop_front();
  SeenFrame seen;
  seen.ticket = line.next_ticket++;
  seen.frame = std::move(job.frame);
  seen.queued_s = monotonic_s() - job.since_s;
  lock.unlock();
  has_room_.notify_all();
  return std::pair{camera, std::move(seen)};
}

void DetectPool::work() {
  while (auto job = take()) {
    auto& [camera, seen] = *job;
    if (seen.frame && seen.frame->motion) {
      const double start_s = monotonic_s();
      look_(seen);
      seen.detected = true;
      seen.inference_s = monotonic_s() - start_s;
    }
    deliver_(camera, std::move(seen));
  }
}

std::optional<SeenFrame> Resequencer::next() {
  const auto it = early_.find(expected_);
  if (it == early_.end()) return std::nullopt;
  SeenFrame seen = std::move(it->second);
  early_.erase(it);
  ++expected_;
  return seen;
}

}  // namespace shrike

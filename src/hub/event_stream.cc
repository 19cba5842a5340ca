#include "hub/event_stream.h"

#include <fmt/format.h>
#include <utility>

namespace shrike {
namespace {
constexpr size_t kQueuedBytesMax = size_t{4} << 20;
}  // namespace

bool EventStream::push(Text text) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  queued_bytes_ += text->size();
  closed_ = queued_bytes_ > kQueuedBytesMax;
  if (!closed_) queued_.push_back(std::move(text));
  if (wake_) wake_();
  return !closed_;
}

void EventStream::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  if (wake_) wake_();
}

bool EventStream::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

std::vector<EventStream::Text> EventStream::take() {
  std::lock_guard lock(mutex_);
  queued_bytes_ = 0;
  return std::exchange(queued_, {});
}

void EventStream::on_change(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

std::string format_event(const std::string& name, int64_t id, const std::string& one_line) {
  return id == 0 ? fmt::format("event: {}\ndata: {}\n\n", name, one_line)
                 : fmt::format("event: {}\nid: {}\ndata: {}\n\n", name, id, one_line);
}

}  // namespace shrike

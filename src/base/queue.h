#pragma once
#include <boost/circular_buffer.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace shrike {

/// What a full queue does with one more.
enum class WhenFull {
  drop_oldest,  ///< a live camera: the newest frame is worth most; what fell out is counted
  wait,         ///< a file: every frame counts and the producer may be slowed
};

/// Where two threads meet: a bounded first-in-first-out queue that can be closed. Safe for any number of producers and
/// consumers.
template <class T>
class BoundedQueue {
 public:
  BoundedQueue(size_t capacity, WhenFull when_full) : items_(capacity), when_full_(when_full) {}

  /// Returns false, and drops `item`, once the queue is closed. With WhenFull::wait blocks until there is room or
  /// close().
  bool push(T item) {
    std::unique_lock lock(mutex_);
    if (when_full_ == WhenFull::wait) has_room_.wait(lock, [&] { return closed_ || !items_.full(); });
    if (closed_) return false;
    if (items_.full()) ++dropped_;
    items_.push_back(std::move(item));
    lock.unlock();
    has_item_.notify_one();
    return true;
  }

  /// The oldest item; waits for one. Empty once the queue is closed and drained.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    has_item_.wait(lock, [&] { return closed_ || !items_.empty(); });
    return take(lock);
  }

  /// As pop(), but gives up after `patience`; empty then too.
  template <class Duration>
  std::optional<T> pop_for(Duration patience) {
    std::unique_lock lock(mutex_);
    has_item_.wait_for(lock, patience, [&] { return closed_ || !items_.empty(); });
    return take(lock);
  }

  /// No more items come in; those inside can still be taken. Wakes everyone who waits.
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    has_item_.notify_all();
    has_room_.notify_all();
  }

  [[nodiscard]] bool closed() const {
    std::lock_guard lock(mutex_);
    return closed_;
  }
  [[nodiscard]] size_t size() const {
    std::lock_guard lock(mutex_);
    return items_.size();
  }
  [[nodiscard]] uint64_t dropped() const {
    std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  std::optional<T> take(std::unique_lock<std::mutex>& lock) {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    has_room_.notify_one();
    return item;
  }

  mutable std::mutex mutex_;
  std::condition_variable has_item_, has_room_;
  boost::circular_buffer<T> items_;
  WhenFull when_full_;
  uint64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace shrike

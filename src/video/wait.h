#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace shrike {

/// Waits until `s` seconds are over or somebody asks to stop; true in the first case. For pauses that are meant (a
/// file's own pace, before the next try), not to synchronise anything.
inline bool wait_for(double s, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, std::chrono::duration<double>(s), [] { return false; });
  return !stop.stop_requested();
}

}  // namespace shrike

#include "cli/stop_signal.h"

#include <cerrno>
#include <cmath>
#include <pthread.h>

namespace shrike {

StopSignal::StopSignal() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

bool StopSignal::wait_for(double seconds) {
  if (came_) return true;
  timespec patience{};
  patience.tv_sec = static_cast<time_t>(seconds);
  patience.tv_nsec = static_cast<long>((seconds - std::floor(seconds)) * 1e9);
  int got = 0;
  do {
    got = sigtimedwait(&signals_, nullptr, &patience);
  } while (got < 0 && errno == EINTR);
  came_ = got > 0;
  return came_;
}

}  // namespace shrike

#pragma once
#include <csignal>

namespace shrike {

/// Ctrl-C and SIGTERM as something to wait for instead of a handler. Make it before any thread starts: the threads
/// inherit that the signals are blocked.
class StopSignal {
 public:
  StopSignal();
  /// True once SIGINT or SIGTERM has come; waits for it at most `seconds`.
  bool wait_for(double seconds);

 private:
  sigset_t signals_;
  bool came_ = false;
};

}  // namespace shrike

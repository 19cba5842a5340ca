#include "cli/progress.h"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "base/time.h"
#include "cli/cli.h"

namespace shrike {

Progress::Progress(std::string what, double total)
    : what_(std::move(what)), total_(total), start_s_(monotonic_s()), terminal_(isatty(STDERR_FILENO) == 1) {}

void Progress::show(double done) {
  const double now = monotonic_s();
  if (!terminal_ || total_ <= 0 || now - start_s_ < 2 || now - shown_s_ < 0.1) return;
  shown_s_ = now;
  shown_ = true;
  const double share = std::clamp(done / total_, 0.0, 1.0);
  const int full = static_cast<int>(share * 40);
  std::cerr << fmt::format("\r{} [{:<40}] {:3.0f} % ", what_, std::string(static_cast<size_t>(full), '#'), share * 100);
}

void Progress::finish() {
  if (shown_) std::cerr << "\r\033[K";
  shown_ = false;
}

int finish_command(const std::string& command, const Result<void>& done) {
  if (done) return kDone;
  std::cerr << "shrike " << command << ": " << done.error().message << '\n';
  return done.error().kind == Error::Kind::bad_input ? kBadInput : kFailed;
}

}  // namespace shrike

#include "base/progress.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "base/time.h"

namespace shrike {
namespace {
constexpr double kQuietFor_s = 2;
constexpr double kDrawEvery_s = 0.1;
constexpr int kBarWidth = 30;
}  // namespace

Progress::Progress(std::string what, int64_t total)
    : what_(std::move(what)), total_(total), terminal_(::isatty(STDERR_FILENO) == 1), begun_s_(monotonic_s()) {}

void Progress::finish() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
  drawn_ = false;
}

void Progress::at(int64_t done) {
  const double now_s = monotonic_s();
  const double took_s = now_s - begun_s_;
  if (!terminal_ || took_s < kQuietFor_s || now_s - drawn_s_ < kDrawEvery_s) return;
  drawn_ = true;
  drawn_s_ = now_s;
  if (total_ <= 0) {
    fmt::print(stderr, "\r\x1b[K{} {} ({:.0f} s)", what_, done, took_s);
  } else {
    const double share = std::clamp(static_cast<double>(done) / static_cast<double>(total_), 0.0, 1.0);
    const auto full = static_cast<int>(share * kBarWidth);
    const double left_s = share > 0 ? took_s / share - took_s : 0;
    fmt::print(stderr, "\r\x1b[K{} [{:=<{}}{: <{}}] {:3.0f} %  {:.0f} s left", what_, "", full, "", kBarWidth - full,
               share * 100, left_s);
  }
  std::fflush(stderr);
}

}  // namespace shrike

#include "base/child.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"

extern char** environ;

namespace shrike {
namespace {

constexpr double kKilled_s = 5;  // within which what is killed is gone

Result<void> ending_of(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return fail(code >= 0 ? fmt::format("ended with exit code {}", code)
                        : fmt::format("was ended by signal {}", WTERMSIG(status)),
              code == 2 ? Error::Kind::bad_input : Error::Kind::failed);
}

/// Reaps it where it ends within `seconds`. `handle`: its pidfd; without one all of them are waited.
bool ends_within(pid_t child, int handle, double seconds) {
  const double until_s = monotonic_s() + seconds;
  for (;;) {
    if (poll_child(child)) return true;
    const double left_s = until_s - monotonic_s();
    if (left_s <= 0) return false;
    pollfd end{.fd = handle, .events = POLLIN, .revents = 0};
    (void)::poll(&end, 1, static_cast<int>(std::ceil(left_s * 1000)));
  }
}

}  // namespace

Result<pid_t> start_child(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  // A program that waits for SIGTERM blocks it: a child that inherited that could not be asked to end.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, arguments[0], nullptr, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return fail(fmt::format("{}: cannot be started: {}", command.front(), std::strerror(error)));
  return child;
}

Result<void> wait_for_children(const std::vector<pid_t>& children) {
  Result<void> all;
  for (auto child = children.begin(); child != children.end(); ++child) {
    int status = 0;
    while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) {
    }
    auto ending = ending_of(status);
    if (ending || !all) continue;
    // One that was waited for already may be another program's process by now.
    std::for_each(child + 1, children.end(), [](pid_t later) { ::kill(later, SIGTERM); });
    all = std::move(ending);
  }
  return all;
}

std::optional<Result<void>> poll_child(pid_t child) {
  int status = 0;
  const pid_t ended = ::waitpid(child, &status, WNOHANG);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return std::nullopt;
  if (ended < 0) return fail("its end was missed");
  return ending_of(status);
}

bool end_child(pid_t child, double patience_s) {
  if (poll_child(child)) return true;  // its number may be another process's by now
  const auto handle = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));  // glibc 2.36 has it for C alone
  ::kill(child, SIGTERM);
  bool ended = ends_within(child, handle, patience_s);
  if (!ended) {
    ::kill(child, SIGKILL);
    ended = ends_within(child, handle, kKilled_s);
  }
  if (handle >= 0) ::close(handle);
  return ended;
}

}  // namespace shrike

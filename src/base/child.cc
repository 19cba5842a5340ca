#include "base/child.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace shrike {
namespace {

Result<void> ending_of(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return fail(code >= 0 ? fmt::format("ended with exit code {}", code)
                        : fmt::format("was ended by signal {}", WTERMSIG(status)),
              code == 2 ? Error::Kind::bad_input : Error::Kind::failed);
}

}  // namespace

Result<pid_t> start_child(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, arguments[0], nullptr, nullptr, arguments.data(), environ);
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

}  // namespace shrike

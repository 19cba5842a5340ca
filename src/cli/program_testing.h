// The program run as a user runs it, for this room's tests.
#pragma once

#include <cstdio>
#include <string>
#include <sys/wait.h>

namespace shrike {

struct Answer {
  int code = -1;
  std::string text;
};

/// Runs `shrike ARGUMENTS` to its end; `text` holds what it printed, errors too where `with_errors`.
inline Answer run_shrike(const std::string& arguments, bool with_errors = true) {
  Answer answer;
  const std::string errors = with_errors ? " 2>&1" : " 2>/dev/null";
  FILE* pipe = ::popen((std::string(SHRIKE_BINARY) + " " + arguments + " </dev/null" + errors).c_str(), "r");
  if (pipe == nullptr) return answer;
  char piece[4096];
  for (size_t n = 0; (n = std::fread(piece, 1, sizeof piece, pipe)) > 0;) answer.text.append(piece, n);
  answer.code = WEXITSTATUS(::pclose(pipe));
  return answer;
}

}  // namespace shrike

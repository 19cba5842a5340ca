#pragma once
// What every subcommand shares: a progress bar on standard error, and the end of a command.

#include <string>

#include "base/result.h"

namespace shrike {

/// A bar on standard error, when that is a terminal and the work has run for two seconds.
class Progress {
 public:
  Progress(std::string what, double total);
  void show(double done);
  /// Wipes the bar.
  void finish();

 private:
  std::string what_;
  double total_, start_s_, shown_s_ = 0;
  bool terminal_, shown_ = false;
};

/// Prints the error of `done`, if any, as "shrike <command>: …" and returns the exit code.
[[nodiscard]] int finish_command(const std::string& command, const Result<void>& done);

}  // namespace shrike

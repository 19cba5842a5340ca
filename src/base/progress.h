#pragma once
#include <cstdint>
#include <string>

namespace shrike {

/// A progress bar on standard error, for work that takes more than two seconds; silent where standard error is no
/// terminal.
class Progress {
 public:
  /// `total` in whatever is counted (rows, frames); 0 where it is not known, then only the count is shown.
  Progress(std::string what, int64_t total);
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// So many are done. Cheap: draws at most ten times a second.
  void at(int64_t done);
  /// Clears the line before other output comes.
  void finish();

 private:
  std::string what_;
  int64_t total_;
  bool terminal_;
  bool drawn_ = false;
  double begun_s_, drawn_s_ = 0;
};

}  // namespace shrike

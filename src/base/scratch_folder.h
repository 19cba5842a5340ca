#pragma once
#include <filesystem>
#include <utility>

#include "base/result.h"

namespace shrike {

/// A new empty folder below the system's temporary one, open to this user alone; gone with all in it when this goes.
class ScratchFolder {
 public:
  [[nodiscard]] static Result<ScratchFolder> make();
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;  ///< empty once moved from
};

}  // namespace shrike

#include "base/scratch_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <string>

namespace shrike {

Result<ScratchFolder> ScratchFolder::make() {
  std::error_code error;
  const auto below = std::filesystem::temp_directory_path(error);
  if (error) return fail(fmt::format("no temporary folder: {}", error.message()));
  std::string name = (below / "shrike-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return fail(fmt::format("cannot make {}: {}", name, std::strerror(errno)));
  return ScratchFolder(name);
}

ScratchFolder::~ScratchFolder() {
  if (path_.empty()) return;
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

}  // namespace shrike

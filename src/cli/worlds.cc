#include "cli/worlds.h"

namespace shrike {

std::filesystem::path worlds_folder() {
  namespace fs = std::filesystem;
  fs::path here = "config/worlds";
  if (fs::is_directory(here)) return here;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (fs::path folder = program.parent_path(); !folder.empty() && folder != folder.root_path();
       folder = folder.parent_path()) {
    if (fs::is_directory(folder / here)) return folder / here;
  }
  return here;
}

}  // namespace shrike

#include "cli/worlds.h"

namespace shrike {

namespace {

std::filesystem::path shipped(const std::filesystem::path& here) {
  namespace fs = std::filesystem;
  if (fs::is_directory(here)) return here;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (fs::path folder = program.parent_path(); !folder.empty() && folder != folder.root_path();
       folder = folder.parent_path()) {
    if (fs::is_directory(folder / here)) return folder / here;
  }
  return here;
}

}  // namespace

std::filesystem::path worlds_folder() { return shipped("config/worlds"); }

std::filesystem::path stores_folder() { return shipped("config/stores"); }

}  // namespace shrike

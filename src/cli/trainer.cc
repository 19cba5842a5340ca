#include "cli/trainer.h"

namespace shrike {

std::filesystem::path trainer() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "shrike-train";
}

}  // namespace shrike

#include "vision/default_model.h"

namespace shrike {

std::filesystem::path default_model() {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto beside = fs::read_symlink("/proc/self/exe", error).parent_path() / "models/nanodet.json";
  return !error && fs::exists(beside, error) ? beside : fs::path(SHRIKE_DEFAULT_MODEL);
}

}  // namespace shrike

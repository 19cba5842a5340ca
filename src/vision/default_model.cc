#include "vision/default_model.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

fs::path model(const char* name, const fs::path& folder = SHRIKE_NPM_MODELS) {
  std::error_code error;
  const auto beside = fs::read_symlink("/proc/self/exe", error).parent_path() / "models" / name;
  return !error && fs::exists(beside, error) ? beside : folder / name;
}

}  // namespace

fs::path default_model() { return model("nanodet.json"); }
fs::path default_pose_model() { return model("movenet-lightning.json"); }
fs::path default_concealment_model() { return model("concealment-poselift.onnx", SHRIKE_OWN_MODELS); }

}  // namespace shrike

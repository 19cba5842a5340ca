#include "vision/model_file.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <string>

#include "vision/tfjs_to_onnx.h"

namespace shrike {

namespace {

constexpr uintmax_t kOnnxBytesMax = 2'000'000'000;  // what protobuf can hold

/// What is plainly no ONNX model, said better than a parser can.
Result<void> sniff_onnx(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    return bad_input(fmt::format("{}: there is no such file", file.string()));
  const uintmax_t size = std::filesystem::file_size(file, error);
  if (error) return bad_input(fmt::format("{}: cannot be read: {}", file.string(), error.message()));
  if (size == 0) return bad_input(fmt::format("{}: is empty (0 bytes); expected an ONNX model", file.string()));
  if (size > kOnnxBytesMax)
    return bad_input(fmt::format("{}: is {} bytes; an ONNX model has less than 2 GB", file.string(), size));
  std::ifstream in(file, std::ios::binary);
  std::string head(std::min<uintmax_t>(size, 512), '\0');
  if (!in.read(head.data(), static_cast<std::streamsize>(head.size())))
    return bad_input(fmt::format("{}: cannot be read", file.string()));
  if (head.starts_with("version https://git-lfs")) {
    return bad_input(
        fmt::format("{}: is a Git LFS pointer, not the model itself; fetch it with `git lfs pull`", file.string()));
  }
  const auto is_text = [](unsigned char c) { return c >= 32 || c == '\n' || c == '\r' || c == '\t'; };
  if (std::ranges::all_of(head, is_text)) {
    return bad_input(fmt::format("{}: is a text file; expected an ONNX model", file.string()));
  }
  return {};
}

Result<Session> open_tfjs(const Runtime& runtime, const std::filesystem::path& file, const ModelFileOptions& options) {
  TRY(const TfjsModel model, load_tfjs(file));
  auto graph = to_onnx(model, {.outputs = options.outputs, .width = options.width, .height = options.height});
  if (!graph) return fail(std::move(graph.error()), file.string());
  auto session = runtime.build(*graph, options.session);
  if (!session) return fail(std::move(session.error()), file.string());
  return session;
}

}  // namespace

Result<Session> open_model(const Runtime& runtime, const std::filesystem::path& file, const ModelFileOptions& options) {
  const std::string kind = file.extension().string();
  if (kind == ".json") return open_tfjs(runtime, file, options);
  if (kind != ".onnx") {
    return bad_input(fmt::format("{}: expected a model ending in .onnx, or the .json of a TensorFlow.js graph model",
                                 file.string()));
  }
  TRY_VOID(sniff_onnx(file));
  return runtime.load(file, options.session);
}

}  // namespace shrike

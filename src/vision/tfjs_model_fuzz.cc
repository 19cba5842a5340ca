// A TensorFlow.js model from anywhere: its .json, a zero byte, its weights.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "vision/tfjs_to_onnx.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  const auto* end = size > 0 ? static_cast<const uint8_t*>(std::memchr(data, 0, size)) : nullptr;
  const size_t json_bytes = end ? static_cast<size_t>(end - data) : size;
  const std::string_view json(reinterpret_cast<const char*>(data), json_bytes);
  const size_t skipped = end ? json_bytes + 1 : size;
  (void)tfjs_weight_files(json);
  if (const auto model = parse_tfjs(json, {data + skipped, size - skipped})) {
    (void)to_onnx(*model);
    (void)to_onnx(*model, {.outputs = {}, .width = 64, .height = 32});
  }
  return 0;
}

#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "vision/runtime.h"

namespace shrike {

/// How to read a model's file.
struct ModelFileOptions {
  SessionOptions session;
  int width = 0, height = 0;         ///< input size to build a TensorFlow.js model for; 0 = its own
  std::vector<std::string> outputs;  ///< nodes to end a TensorFlow.js model at; empty: its own outputs
};

/// A session on a model file: .onnx, or the .json of a TensorFlow.js graph model. What is not a model (empty, a text,
/// cut off, of another kind) is an error that names the file, what was found and what was expected.
[[nodiscard]] Result<Session> open_model(const Runtime& runtime, const std::filesystem::path& file,
                                         const ModelFileOptions& options = {});

}  // namespace shrike

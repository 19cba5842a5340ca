#pragma once
// TensorFlow.js graph models turned into ONNX networks.

#include "vision/onnx_graph.h"
#include "vision/tfjs_model.h"

namespace shrike {

struct TfjsOptions {
  std::vector<std::string> outputs;  ///< nodes to end the network at; empty: the outputs of the model's signature
  int64_t width = 0,
          height = 0;  ///< another input size than the model's, for fully convolutional ones; 0 = the model's
};

/// The part of `model` that its outputs need, as an ONNX network with one picture as input: 1 x C x H x W float,
/// whatever order and type the model had. Outputs keep the model's own order of axes and carry the nodes' names.
/// TensorFlow's transposes are followed instead of copied, paddings, biases and constants are folded.
/// Errors name the node: an op that is not known, a shape that does not fit, a cycle, an input that is not there.
[[nodiscard]] Result<OnnxGraph> to_onnx(const TfjsModel& model, const TfjsOptions& options = {});

}  // namespace shrike

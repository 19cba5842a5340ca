#pragma once
#include "train/concealment_training.h"
#include "vision/onnx_graph.h"

namespace shrike {

/// What was trained, as ConcealmentModel::load reads it. Input: 1 × feature × (steps + 2 reach). Outputs: score 1 × 1 ×
/// step, operating_points n × 3, parts 1 × part × step (scaled), members 1 × member × step (log-odds).
[[nodiscard]] OnnxGraph concealment_graph(const TrainedConcealment& trained);

}  // namespace shrike

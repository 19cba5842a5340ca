#pragma once
// A network in ONNX's terms, before any engine has seen it: plain data that a model format is turned into, that can be
// looked at in a test, and that Runtime::build makes a session of.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace shrike {

using Shape = std::vector<int64_t>;

/// Number of elements of `shape`; 1 for a scalar. Dimensions must be known (>= 0).
[[nodiscard]] inline int64_t elements(const Shape& shape) {
  int64_t n = 1;
  for (const int64_t d : shape) n *= d;
  return n;
}

/// Constant values, row-major.
struct OnnxTensor {
  Shape shape;
  std::variant<std::vector<float>, std::vector<int64_t>> values;
};

struct OnnxAttribute {
  std::string name;
  std::variant<int64_t, float, std::string, std::vector<int64_t>> value;
};

struct OnnxNode {
  std::string op;    ///< in the default ONNX domain
  std::string name;  ///< unique in the graph; the name of the node it was made from
  std::vector<std::string> inputs, outputs;
  std::vector<OnnxAttribute> attributes;
};

/// A float input or output of the whole graph.
struct OnnxValue {
  std::string name;
  Shape shape;
};

struct OnnxGraph {
  static constexpr int kOpset = 11;  ///< what the nodes are written against; OpenCV 4.6 reads no newer Split

  std::vector<OnnxValue> inputs, outputs;
  std::vector<OnnxNode> nodes;  ///< every node after those whose outputs it takes
  std::vector<std::pair<std::string, OnnxTensor>> constants;
};

}  // namespace shrike

#pragma once
// A TensorFlow.js graph model as it lies on disk: a .json (topology and weight manifest) and its .bin weight files.
// Format: github.com/tensorflow/tfjs, tfjs-core/src/io/types.ts and tfjs-converter/src/data/compiled_api.ts.

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vision/onnx_graph.h"

namespace shrike {

/// One node of the TensorFlow graph. Control inputs (^name) are left out; attributes hold what the kinds of Shrike's
/// models use, decoded.
struct TfjsNode {
  struct Attribute {
    std::string text;                ///< a string, already out of base64, or the name of a type (DT_FLOAT)
    std::vector<std::string> texts;  ///< a list of strings
    std::vector<int64_t> ints;       ///< an integer (one element) or a list of them
    double number = 0;
    bool flag = false;
    Shape shape;  ///< -1 where a dimension is open
  };
  std::string name, op;
  std::vector<std::string> inputs;  ///< "node" or "node:output"
  std::map<std::string, Attribute> attributes;
};

struct TfjsModel {
  std::vector<TfjsNode> nodes;                ///< in the file's order; names are unique
  std::vector<std::string> outputs;           ///< names of the nodes that the signature gives as outputs, sorted
  std::map<std::string, OnnxTensor> weights;  ///< by the name of their Const node; float16 is widened, integers int64
  std::string generated_by;
};

/// Names of the weight files that a model's .json asks for, in order: plain file names, beside the .json.
[[nodiscard]] Result<std::vector<std::string>> tfjs_weight_files(std::string_view json);

/// Reads a model from the text of its .json and its weight files, laid end to end. Errors name what was found and
/// expected: not JSON, not a graph model, a weight of unknown type, too few or too many bytes, a node named twice.
[[nodiscard]] Result<TfjsModel> parse_tfjs(std::string_view json, std::span<const uint8_t> weights);

/// Reads `json` and the weight files beside it. At most 10 MB of .json and 512 MB of weights.
[[nodiscard]] Result<TfjsModel> load_tfjs(const std::filesystem::path& json);

}  // namespace shrike

#include "vision/tfjs_model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/file.h"

namespace shrike {

namespace {

using Json = nlohmann::json;

constexpr size_t kJsonBytesMax = 10'000'000;
constexpr size_t kWeightBytesMax = 512'000'000;
constexpr size_t kNodesMax = 20'000;
constexpr size_t kRankMax = 8;

// Sizes in the files are written as numbers or as decimal strings (protobuf's JSON does that to 64-bit integers).
std::optional<int64_t> integer(const Json& j) {
  if (j.is_number_integer()) return j.get<int64_t>();
  if (!j.is_string()) return std::nullopt;
  const auto& text = j.get_ref<const std::string&>();
  if (text.empty() || text.size() > 19) return std::nullopt;
  size_t used = 0;
  int64_t value = 0;
  const bool negative = text[0] == '-';
  for (used = negative ? 1 : 0; used < text.size() && text[used] >= '0' && text[used] <= '9'; ++used) {
    if (value > (std::numeric_limits<int64_t>::max() - 9) / 10) return std::nullopt;
    value = value * 10 + (text[used] - '0');
  }
  if (used != text.size() || used == (negative ? 1U : 0U)) return std::nullopt;
  return negative ? -value : value;
}

const Json* member(const Json& j, const char* key) {
  if (!j.is_object()) return nullptr;
  const auto it = j.find(key);
  return it == j.end() ? nullptr : &*it;
}

/// A value for an error message; never more than a word of something nested.
std::string shown(const Json& j) { return j.is_structured() ? std::string(j.type_name()) : j.dump(); }

std::string text_of(const Json* j) { return j && j->is_string() ? j->get<std::string>() : std::string(); }

std::string from_base64(std::string_view coded) {
  std::string plain;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : coded) {
    int v = -1;
    if (c >= 'A' && c <= 'Z') v = c - 'A';
    if (c >= 'a' && c <= 'z') v = c - 'a' + 26;
    if (c >= '0' && c <= '9') v = c - '0' + 52;
    if (c == '+' || c == '-') v = 62;
    if (c == '/' || c == '_') v = 63;
    if (v < 0) break;  // padding
    bits = bits << 6U | static_cast<uint32_t>(v);
    count += 6;
    if (count >= 8) plain += static_cast<char>(bits >> (count -= 8) & 0xFFU);
  }
  return plain;
}

Shape shape_of(const Json* j) {
  Shape shape;
  const Json* dims = j ? member(*j, "dim") : nullptr;
  if (!dims || !dims->is_array()) return shape;
  for (const Json& d : *dims) {
    const Json* size = member(d, "size");
    const auto n = size ? integer(*size) : 0;  // protobuf leaves a zero out
    shape.push_back(n ? *n : -1);
  }
  return shape;
}

TfjsNode::Attribute attribute_of(const Json& j) {
  TfjsNode::Attribute a;
  if (const Json* s = member(j, "s")) a.text = from_base64(text_of(s));
  if (const Json* type = member(j, "type")) a.text = text_of(type);
  if (const Json* i = member(j, "i")) a.ints = {integer(*i).value_or(0)};
  if (const Json* f = member(j, "f")) a.number = f->is_number() ? f->get<double>() : 0;
  if (const Json* b = member(j, "b")) a.flag = b->is_boolean() && b->get<bool>();
  a.shape = shape_of(member(j, "shape"));
  const Json* list = member(j, "list");
  if (!list) return a;
  if (const Json* ints = member(*list, "i"); ints && ints->is_array()) {
    for (const Json& i : *ints) a.ints.push_back(integer(i).value_or(0));
  }
  if (const Json* texts = member(*list, "s"); texts && texts->is_array()) {
    for (const Json& s : *texts) a.texts.push_back(from_base64(text_of(&s)));
  }
  return a;
}

Result<TfjsNode> node_of(const Json& j) {
  TfjsNode node{text_of(member(j, "name")), text_of(member(j, "op")), {}, {}};
  if (node.name.empty() || node.op.empty()) return bad_input("modelTopology.node: an entry has no name or no op");
  if (const Json* inputs = member(j, "input"); inputs && inputs->is_array()) {
    for (const Json& input : *inputs) {
      std::string name = text_of(&input);
      if (name.empty()) return bad_input(fmt::format("node '{}': an input is not a name", node.name));
      if (name[0] != '^') node.inputs.push_back(std::move(name));
    }
  }
  if (const Json* attributes = member(j, "attr"); attributes && attributes->is_object()) {
    for (const auto& [key, value] : attributes->items()) node.attributes[key] = attribute_of(value);
  }
  return node;
}

Result<Json> parse_json(std::string_view text) {
  if (text.size() > kJsonBytesMax) {
    return bad_input(fmt::format("is {} bytes; a model's .json may have up to {}", text.size(), kJsonBytesMax));
  }
  Json j = Json::parse(text, nullptr, false);
  if (j.is_discarded()) return bad_input("is not JSON");
  const std::string format = text_of(member(j, "format"));
  const Json* topology = member(j, "modelTopology");
  if (format == "layers-model" || (topology && member(*topology, "model_config"))) {
    return bad_input(
        "is a TensorFlow.js layers model; expected a graph model (convert it with --output_format=tfjs_graph_model)");
  }
  const Json* nodes = topology ? member(*topology, "node") : nullptr;
  if (!nodes || !nodes->is_array()) {
    return bad_input("is JSON but no TensorFlow.js graph model: it has no modelTopology.node");
  }
  if (nodes->size() > kNodesMax)
    return bad_input(fmt::format("has {} nodes; at most {} are read", nodes->size(), kNodesMax));
  const Json* manifest = member(j, "weightsManifest");
  if (!manifest || !manifest->is_array()) return bad_input("has no weightsManifest");
  return j;
}

// --- weights ---------------------------------------------------------------------------------------------------

float half_to_float(uint16_t h) {
  const uint32_t sign = static_cast<uint32_t>(h & 0x8000U) << 16U;
  const uint32_t exponent = h >> 10U & 0x1FU;
  const uint32_t mantissa = h & 0x3FFU;
  if (exponent == 0) {  // zero and subnormal
    const float magnitude = std::ldexp(static_cast<float>(mantissa), -24);
    return sign ? -magnitude : magnitude;
  }
  const uint32_t wide = exponent == 31 ? 0xFFU : exponent + 112;
  return std::bit_cast<float>(sign | wide << 23U | mantissa << 13U);
}

template <class T>
T read_as(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// How one weight lies in the file.
struct Stored {
  enum Kind { float32, float16, int32, boolean, uint8_scaled, uint16_scaled } kind = float32;
  bool whole = false;  ///< becomes int64
  double scale = 1, least = 0;

  [[nodiscard]] size_t bytes() const {
    if (kind == boolean || kind == uint8_scaled) return 1;
    return kind == float16 || kind == uint16_scaled ? 2 : 4;
  }
  [[nodiscard]] double at(const uint8_t* p) const {
    switch (kind) {
      case float32:
        return read_as<float>(p);
      case float16:
        return half_to_float(read_as<uint16_t>(p));
      case int32:
        return read_as<int32_t>(p);
      case boolean:
        return *p;
      case uint8_scaled:
        return *p * scale + least;
      case uint16_scaled:
        return read_as<uint16_t>(p) * scale + least;
    }
    return 0;
  }
};

Result<Stored> stored_as(const Json& weight, const std::string& name) {
  const std::string type = text_of(member(weight, "dtype"));
  Stored stored{.whole = type == "int32" || type == "bool"};
  if (type == "float32")
    stored.kind = Stored::float32;
  else if (type == "int32")
    stored.kind = Stored::int32;
  else if (type == "bool")
    stored.kind = Stored::boolean;
  else
    return bad_input(fmt::format("weight '{}' is of type '{}'; expected float32, int32 or bool", name, type));
  const Json* quantized = member(weight, "quantization");
  if (!quantized) return stored;
  const std::string as = text_of(member(*quantized, "dtype"));
  if (as == "float16")
    stored.kind = Stored::float16;
  else if (as == "uint8")
    stored.kind = Stored::uint8_scaled;
  else if (as == "uint16")
    stored.kind = Stored::uint16_scaled;
  else
    return bad_input(fmt::format("weight '{}' is quantised as '{}'; expected float16, uint8 or uint16", name, as));
  if (const Json* s = member(*quantized, "scale"); s && s->is_number()) stored.scale = s->get<double>();
  if (const Json* m = member(*quantized, "min"); m && m->is_number()) stored.least = m->get<double>();
  return stored;
}

Result<Shape> weight_shape(const Json& weight, const std::string& name) {
  const Json* dims = member(weight, "shape");
  if (!dims || !dims->is_array() || dims->size() > kRankMax) {
    return bad_input(fmt::format("weight '{}' has no shape, or one of more than {} dimensions", name, kRankMax));
  }
  Shape shape;
  int64_t n = 1;
  for (const Json& d : *dims) {
    const auto size = integer(d);
    if (!size || *size < 0 || *size > static_cast<int64_t>(kWeightBytesMax)) {
      return bad_input(fmt::format("weight '{}' has a dimension that is not a size: {}", name, shown(d)));
    }
    n *= std::max<int64_t>(*size, 1);
    if (n > static_cast<int64_t>(kWeightBytesMax)) return bad_input(fmt::format("weight '{}' is too large", name));
    shape.push_back(*size);
  }
  return shape;
}

OnnxTensor read_weight(const Shape& shape, const Stored& stored, const uint8_t* bytes) {
  OnnxTensor tensor{shape, {}};
  const auto n = static_cast<size_t>(elements(shape));
  if (stored.whole) {
    std::vector<int64_t> values(n);
    const auto whole = [](double v) { return v > -1e15 && v < 1e15 ? static_cast<int64_t>(std::llround(v)) : 0; };
    for (size_t i = 0; i < n; ++i) values[i] = whole(stored.at(bytes + i * stored.bytes()));
    tensor.values = std::move(values);
  } else {
    std::vector<float> values(n);
    for (size_t i = 0; i < n; ++i) values[i] = static_cast<float>(stored.at(bytes + i * stored.bytes()));
    tensor.values = std::move(values);
  }
  return tensor;
}

Result<void> read_weights(const Json& manifest, std::span<const uint8_t> bytes, TfjsModel& model) {
  size_t at = 0;
  for (const Json& group : manifest) {
    const Json* weights = member(group, "weights");
    if (!weights || !weights->is_array()) return bad_input("weightsManifest: a group has no weights");
    for (const Json& weight : *weights) {
      const std::string name = text_of(member(weight, "name"));
      TRY(const Shape shape, weight_shape(weight, name));
      TRY(const Stored stored, stored_as(weight, name));
      const size_t size = static_cast<size_t>(elements(shape)) * stored.bytes();
      if (size > bytes.size() - at) {
        return bad_input(fmt::format("the weights end in '{}': {} bytes are there, at least {} expected", name,
                                     bytes.size(), at + size));
      }
      if (!model.weights.emplace(name, read_weight(shape, stored, bytes.data() + at)).second) {
        return bad_input(fmt::format("weight '{}' is there twice", name));
      }
      at += size;
    }
  }
  if (at == bytes.size()) return {};
  return bad_input(fmt::format("the weight files hold {} bytes; the manifest describes {}", bytes.size(), at));
}

std::vector<std::string> signature_outputs(const Json& j) {
  const Json* signature = member(j, "signature");
  if (!signature)
    signature = member(j, "userDefinedMetadata") ? member(*member(j, "userDefinedMetadata"), "signature") : nullptr;
  const Json* outputs = signature ? member(*signature, "outputs") : nullptr;
  std::set<std::string> names;  // the file's order is arbitrary
  if (outputs && outputs->is_object()) {
    for (const auto& [key, value] : outputs->items()) {
      std::string name = text_of(member(value, "name"));
      if (name.empty()) name = key;
      names.insert(name.substr(0, name.find(':')));
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace

Result<std::vector<std::string>> tfjs_weight_files(std::string_view json) {
  TRY(const Json j, parse_json(json));
  std::vector<std::string> files;
  for (const Json& group : j["weightsManifest"]) {
    const Json* paths = member(group, "paths");
    if (!paths || !paths->is_array()) return bad_input("weightsManifest: a group has no paths");
    for (const Json& path : *paths) {
      std::string name = text_of(&path);
      // A model from somewhere must not make us read files from elsewhere.
      if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
          name.find('\0') != std::string::npos) {
        return bad_input(
            fmt::format("weightsManifest: {} is not the plain name of a file beside the .json", shown(path)));
      }
      files.push_back(std::move(name));
    }
  }
  return files;
}

Result<TfjsModel> parse_tfjs(std::string_view json, std::span<const uint8_t> weights) {
  TRY(const Json j, parse_json(json));
  TfjsModel model;
  model.generated_by = text_of(member(j, "generatedBy"));
  std::set<std::string> names;
  for (const Json& entry : j["modelTopology"]["node"]) {
    TRY(TfjsNode node, node_of(entry));
    if (!names.insert(node.name).second) return bad_input(fmt::format("node '{}' is there twice", node.name));
    model.nodes.push_back(std::move(node));
  }
  model.outputs = signature_outputs(j);
  TRY_VOID(read_weights(j["weightsManifest"], weights, model));
  return model;
}

Result<TfjsModel> load_tfjs(const std::filesystem::path& json) {
  TRY(const std::string text, read_file(json, kJsonBytesMax));
  auto files = tfjs_weight_files(text);
  if (!files) return fail(std::move(files.error()), json.string());
  std::string weights;
  for (const std::string& name : *files) {
    TRY(const std::string part, read_file(json.parent_path() / name, kWeightBytesMax - weights.size()));
    weights += part;
  }
  auto model = parse_tfjs(text, {reinterpret_cast<const uint8_t*>(weights.data()), weights.size()});
  if (!model) return fail(std::move(model.error()), json.string());
  return model;
}

}  // namespace shrike

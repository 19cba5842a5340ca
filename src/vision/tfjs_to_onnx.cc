#include "vision/tfjs_to_onnx.h"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <numeric>
#include <set>
#include <unordered_map>

namespace shrike {

namespace {

constexpr int64_t kElementsMax = int64_t{1} << 28U;  // of one tensor: 1 GiB of floats
constexpr int kNhwcInNchw[] = {0, 2, 3, 1};

using Axes = std::vector<int>;

struct Padding {
  int64_t before = 0, after = 0;
};

/// A TensorFlow tensor and where it is to be found in the ONNX network. TensorFlow computes pictures as NHWC, ONNX as
/// NCHW, and converted models transpose to and fro before every convolution. So a Transpose only changes `axes`, a
/// Pad is kept until its consumer can take it in, and nodes are written where nothing else will do.
struct Tensor {
  const OnnxTensor* constant = nullptr;  ///< set: known now, not computed by the network
  std::string name;                      ///< ONNX value
  Shape shape;                           ///< in TensorFlow's order of axes, pads included
  Axes axes;                             ///< TensorFlow's axis i is ONNX's axis axes[i]
  int onnx_rank = 0;                     ///< more than axes.size() after a Squeeze: ONNX keeps the dimension of 1
  std::vector<Padding> pads;             ///< by TensorFlow's axis; empty: none waits
  float pad_value = 0;
};

struct Reference {
  std::string node;
  size_t output = 0;
};

Reference parse_reference(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon + 1 == text.size() || text.size() - colon > 4) return {text, 0};
  size_t output = 0;
  for (size_t i = colon + 1; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return {text, 0};
    output = output * 10 + static_cast<size_t>(text[i] - '0');
  }
  return {text.substr(0, colon), output};
}

/// Axes reordered: result axis j is axis order[j] of `tensor`.
OnnxTensor transposed(const OnnxTensor& tensor, const Axes& order) {
  const auto& from = std::get<std::vector<float>>(tensor.values);
  const size_t rank = order.size();
  std::vector<size_t> stride(rank, 1);
  for (size_t i = rank; i-- > 1;) stride[i - 1] = stride[i] * static_cast<size_t>(tensor.shape[i]);
  OnnxTensor result;
  std::vector<float> to(from.size());
  for (const int axis : order) result.shape.push_back(tensor.shape[static_cast<size_t>(axis)]);
  std::vector<int64_t> at(rank, 0);
  for (float& value : to) {
    size_t source = 0;
    for (size_t j = 0; j < rank; ++j) source += static_cast<size_t>(at[j]) * stride[static_cast<size_t>(order[j])];
    value = from[source];
    for (size_t j = rank; j-- > 0 && ++at[j] == result.shape[j];) at[j] = 0;
  }
  result.values = std::move(to);
  return result;
}

class Builder {
 public:
  Builder(const TfjsModel& model, const TfjsOptions& options) : model_(model), options_(options) {}

  Result<OnnxGraph> build();

 private:
  using Handler = Result<void> (Builder::*)(const TfjsNode&);
  static const std::unordered_map<std::string_view, Handler>& handlers();

  // The order to build in.
  Result<std::vector<const TfjsNode*>> needed(const std::vector<std::string>& outputs);
  Result<void> finish_output(const std::string& name);

  // Reading a node.
  Result<Tensor> input(const TfjsNode& node, size_t i) const;
  Result<std::vector<int64_t>> whole_numbers(const TfjsNode& node, size_t i) const;
  Result<std::vector<float>> floats(const TfjsNode& node, size_t i) const;
  Result<int> axis(const TfjsNode& node, size_t i, size_t rank) const;
  static const TfjsNode::Attribute& attribute(const TfjsNode& node, const char* name);
  static Result<void> check_shape(const TfjsNode& node, const Shape& shape);

  // Writing the network.
  std::string fresh(const TfjsNode& node) { return fmt::format("{}#{}", node.name, ++fresh_); }
  /// What a node's result is called: its own name, unless the network's output, in TensorFlow's order, will need that.
  std::string own(const TfjsNode& node) { return outputs_.contains(node.name) ? fresh(node) : node.name; }
  std::string emit(std::string op, std::string name, std::vector<std::string> inputs,
                   std::vector<OnnxAttribute> attributes = {});
  std::string add_constant(const TfjsNode& node, OnnxTensor tensor);
  Result<void> define(const TfjsNode& node, Tensor tensor, size_t output = 0);
  Result<Tensor> padded(const TfjsNode& node, Tensor tensor);
  Result<Tensor> settled(const TfjsNode& node, Tensor tensor);
  Result<Tensor> arranged(const TfjsNode& node, Tensor tensor, const Axes& axes);
  Result<Tensor> picture(const TfjsNode& node, size_t i, float foldable_pad);

  // One a kind of node.
  Result<void> constant(const TfjsNode& node);
  Result<void> placeholder(const TfjsNode& node);
  Result<void> alias(const TfjsNode& node);
  Result<void> cast(const TfjsNode& node);
  Result<void> squeeze(const TfjsNode& node);
  Result<void> expand_dims(const TfjsNode& node);
  Result<void> transpose(const TfjsNode& node);
  Result<void> pad(const TfjsNode& node);
  Result<void> convolution(const TfjsNode& node);
  Result<void> max_pool(const TfjsNode& node);
  Result<void> resize(const TfjsNode& node);
  Result<void> concat(const TfjsNode& node);
  Result<void> split(const TfjsNode& node);
  Result<void> reshape(const TfjsNode& node);
  Result<void> activation(const TfjsNode& node);
  Result<void> arithmetic(const TfjsNode& node);
  Result<void> sparse_to_dense(const TfjsNode& node);

  // Their parts.
  struct Window {
    int64_t kernel[2], stride[2], dilation[2];
    Padding pads[2];
    int64_t out[2];
  };
  Result<Window> window(const TfjsNode& node, const Tensor& x, int64_t kernel_h, int64_t kernel_w);
  static std::vector<OnnxAttribute> window_attributes(const Window& w, bool with_dilations);
  Result<Tensor> fused(const TfjsNode& node, Tensor y);
  Result<void> fold_constants(const TfjsNode& node, const OnnxTensor& a, const OnnxTensor& b);
  Result<bool> fold_bias(const TfjsNode& node, const Tensor& x, const OnnxTensor& bias);
  Result<std::string> broadcast_constant(const TfjsNode& node, const Tensor& like, const OnnxTensor& constant);

  const TfjsModel& model_;
  const TfjsOptions& options_;
  OnnxGraph graph_;
  std::set<std::string> outputs_;
  std::unordered_map<std::string, std::vector<Tensor>> tensors_;  // by node; one an output
  std::unordered_map<std::string, int> uses_;                     // of a node's output by others
  std::unordered_map<std::string, size_t> producer_;              // ONNX value -> index of its node
  std::unordered_map<std::string, OnnxTensor> folded_;            // constants computed here
  int64_t base_height_ = 0, base_width_ = 0;                      // input size that the model was made for
  int fresh_ = 0;
};

// --- reading ---------------------------------------------------------------------------------------------------

Result<Tensor> Builder::input(const TfjsNode& node, size_t i) const {
  if (i >= node.inputs.size()) {
    return bad_input(
        fmt::format("node '{}' ({}): has {} inputs; input {} is needed", node.name, node.op, node.inputs.size(), i));
  }
  const Reference r = parse_reference(node.inputs[i]);
  const auto it = tensors_.find(r.node);
  if (it == tensors_.end() || r.output >= it->second.size()) {
    return bad_input(fmt::format("node '{}' ({}): its input '{}' does not exist", node.name, node.op, node.inputs[i]));
  }
  return it->second[r.output];
}

Result<std::vector<int64_t>> Builder::whole_numbers(const TfjsNode& node, size_t i) const {
  TRY(const Tensor t, input(node, i));
  if (t.constant) {
    if (const auto* values = std::get_if<std::vector<int64_t>>(&t.constant->values)) return *values;
  }
  return bad_input(fmt::format("node '{}' ({}): input {} must be constant whole numbers", node.name, node.op, i));
}

Result<std::vector<float>> Builder::floats(const TfjsNode& node, size_t i) const {
  TRY(const Tensor t, input(node, i));
  if (t.constant) {
    if (const auto* values = std::get_if<std::vector<float>>(&t.constant->values)) return *values;
  }
  return bad_input(fmt::format("node '{}' ({}): input {} must be constant floats", node.name, node.op, i));
}

Result<int> Builder::axis(const TfjsNode& node, size_t i, size_t rank) const {
  TRY(const auto values, whole_numbers(node, i));
  const auto r = static_cast<int64_t>(rank);
  if (values.size() != 1 || values[0] < -r || values[0] >= r) {
    return bad_input(fmt::format("node '{}' ({}): found axis {}, expected one of {} axes", node.name, node.op,
                                 fmt::join(values, ","), rank));
  }
  return static_cast<int>(values[0] < 0 ? values[0] + r : values[0]);
}

const TfjsNode::Attribute& Builder::attribute(const TfjsNode& node, const char* name) {
  static const TfjsNode::Attribute none;
  const auto it = node.attributes.find(name);
  return it == node.attributes.end() ? none : it->second;
}

Result<void> Builder::check_shape(const TfjsNode& node, const Shape& shape) {
  int64_t n = 1;
  for (const int64_t d : shape) {
    if (d < 1 || d > kElementsMax || (n *= d) > kElementsMax) {
      return bad_input(
          fmt::format("node '{}' ({}): would make a tensor of {}", node.name, node.op, fmt::join(shape, "x")));
    }
  }
  return {};
}

// --- writing ---------------------------------------------------------------------------------------------------

/// Adds a node with one output, and returns the output's name.
std::string Builder::emit(std::string op, std::string name, std::vector<std::string> inputs,
                          std::vector<OnnxAttribute> attributes) {
  producer_[name] = graph_.nodes.size();
  graph_.nodes.push_back({std::move(op), name, std::move(inputs), {name}, std::move(attributes)});
  return name;
}

std::string Builder::add_constant(const TfjsNode& node, OnnxTensor tensor) {
  std::string name = fresh(node);
  graph_.constants.emplace_back(name, std::move(tensor));
  return name;
}

Result<void> Builder::define(const TfjsNode& node, Tensor tensor, size_t output) {
  if (!tensor.constant) TRY_VOID(check_shape(node, tensor.shape));
  auto& outputs = tensors_[node.name];
  assert(outputs.size() == output);
  (void)output;
  outputs.push_back(std::move(tensor));
  return {};
}

/// Applies a padding that no consumer could take in.
Result<Tensor> Builder::padded(const TfjsNode& node, Tensor t) {
  if (t.pads.empty()) return t;
  const auto rank = static_cast<size_t>(t.onnx_rank);
  std::vector<int64_t> pads(rank * 2, 0);
  for (size_t i = 0; i < t.axes.size(); ++i) {
    pads[static_cast<size_t>(t.axes[i])] = t.pads[i].before;
    pads[rank + static_cast<size_t>(t.axes[i])] = t.pads[i].after;
  }
  const std::string sizes = add_constant(node, {{static_cast<int64_t>(pads.size())}, pads});
  const std::string value = add_constant(node, {{}, std::vector<float>{t.pad_value}});
  t.name = emit("Pad", fresh(node), {t.name, sizes, value}, {{"mode", std::string("constant")}});
  t.pads.clear();
  return t;
}

/// A tensor that a node can take as it is: computed, no padding waiting, every ONNX axis named.
Result<Tensor> Builder::settled(const TfjsNode& node, Tensor t) {
  if (t.constant)
    return bad_input(fmt::format("node '{}' ({}): a constant where a computed tensor is expected", node.name, node.op));
  if (static_cast<size_t>(t.onnx_rank) != t.axes.size()) {
    return bad_input(fmt::format("node '{}' ({}): Squeeze and Unpack are read only where ExpandDims undoes them",
                                 node.name, node.op));
  }
  return padded(node, std::move(t));
}

/// `t` with TensorFlow's axis i at ONNX's axis axes[i]; writes a Transpose where it is not so already.
Result<Tensor> Builder::arranged(const TfjsNode& node, Tensor t, const Axes& axes) {
  TRY(t, settled(node, std::move(t)));
  if (t.axes == axes) return t;
  std::vector<int64_t> order(axes.size());
  for (size_t i = 0; i < axes.size(); ++i) order[static_cast<size_t>(axes[i])] = t.axes[i];
  t.name = emit("Transpose", fresh(node), {t.name}, {{"perm", order}});
  t.axes = axes;
  return t;
}

Axes in_order(size_t rank) {
  Axes axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

/// Input i as a picture: NHWC to TensorFlow, NCHW to ONNX. A padding of height and width by `foldable_pad` is left
/// waiting for the caller to take in.
Result<Tensor> Builder::picture(const TfjsNode& node, size_t i, float foldable_pad) {
  TRY(Tensor t, input(node, i));
  const std::string& format = attribute(node, "data_format").text;
  if (t.shape.size() != 4 || (!format.empty() && format != "NHWC")) {
    return bad_input(fmt::format("node '{}' ({}): expected a 4-D tensor in NHWC, found {}-D in {}", node.name, node.op,
                                 t.shape.size(), format.empty() ? "NHWC" : format));
  }
  const auto none = [](const Padding& p) { return p.before == 0 && p.after == 0; };
  std::vector<Padding> pads;
  if (!t.pads.empty() && t.pad_value == foldable_pad && none(t.pads[0]) && none(t.pads[3])) pads.swap(t.pads);
  TRY(t, arranged(node, std::move(t), Axes(std::begin(kNhwcInNchw), std::end(kNhwcInNchw))));
  t.pads = std::move(pads);
  t.pad_value = foldable_pad;
  return t;
}

// --- inputs and constants --------------------------------------------------------------------------------------

Result<void> Builder::constant(const TfjsNode& node) {
  const auto it = model_.weights.find(node.name);
  if (it == model_.weights.end())
    return bad_input(fmt::format("node '{}' (Const): the manifest has no weight of that name", node.name));
  return define(node, Tensor{.constant = &it->second, .name = {}, .shape = it->second.shape});
}

Result<void> Builder::placeholder(const TfjsNode& node) {
  Shape shape = attribute(node, "shape").shape;
  const bool nhwc = shape.size() == 4 && shape[3] == 3;
  if (!graph_.inputs.empty() || shape.size() != 4 || (!nhwc && shape[1] != 3)) {
    return bad_input(
        fmt::format("node '{}' (Placeholder): found an input of {}; expected one picture, 1xHxWx3 or 1x3xHxW",
                    node.name, fmt::join(shape, "x")));
  }
  if (shape[0] == -1) shape[0] = 1;
  int64_t& height = shape[nhwc ? 1 : 2];
  int64_t& width = shape[nhwc ? 2 : 3];
  base_height_ = height;
  base_width_ = width;
  if (options_.height > 0) height = options_.height;
  if (options_.width > 0) width = options_.width;
  TRY_VOID(check_shape(node, shape));
  const Axes axes = nhwc ? Axes(std::begin(kNhwcInNchw), std::end(kNhwcInNchw)) : in_order(4);
  Shape onnx(4);
  for (size_t i = 0; i < 4; ++i) onnx[static_cast<size_t>(axes[i])] = shape[i];
  graph_.inputs.push_back({node.name, onnx});
  return define(node, Tensor{.name = node.name, .shape = shape, .axes = axes, .onnx_rank = 4});
}

Result<void> Builder::alias(const TfjsNode& node) {
  TRY(Tensor t, input(node, 0));
  return define(node, std::move(t));
}

// Pictures come in as whole numbers; the network takes floats, so a cast to float has nothing to do.
Result<void> Builder::cast(const TfjsNode& node) {
  const std::string& to = attribute(node, "DstT").text;
  if (to != "DT_FLOAT")
    return bad_input(fmt::format("node '{}' (Cast): a cast to {} is not read; only to DT_FLOAT", node.name, to));
  return alias(node);
}

/// Squeeze, and Unpack of a dimension of 1.
Result<void> Builder::squeeze(const TfjsNode& node) {
  TRY(Tensor t, input(node, 0));
  const auto rank = static_cast<int64_t>(t.axes.size());
  std::vector<int64_t> gone = attribute(node, node.op == "Unpack" ? "axis" : "squeeze_dims").ints;
  if (node.op == "Unpack" && gone.empty()) gone = {0};
  if (gone.size() != 1 || !t.pads.empty() || gone[0] < -rank || gone[0] >= rank) {
    return bad_input(fmt::format("node '{}' ({}): expected one axis of {} to leave out, found {}", node.name, node.op,
                                 rank, fmt::join(gone, ",")));
  }
  const auto axis = static_cast<std::ptrdiff_t>(gone[0] < 0 ? gone[0] + rank : gone[0]);
  if (t.shape[static_cast<size_t>(axis)] != 1) {
    return bad_input(fmt::format("node '{}' ({}): axis {} is {} long; only 1 is read", node.name, node.op, axis,
                                 t.shape[static_cast<size_t>(axis)]));
  }
  t.shape.erase(t.shape.begin() + axis);
  t.axes.erase(t.axes.begin() + axis);
  return define(node, std::move(t));
}

Result<void> Builder::expand_dims(const TfjsNode& node) {
  TRY(Tensor t, input(node, 0));
  TRY(const int axis, this->axis(node, 1, t.axes.size() + 1));
  for (int free = 0; free < t.onnx_rank && t.pads.empty(); ++free) {
    if (std::ranges::find(t.axes, free) != t.axes.end()) continue;
    t.shape.insert(t.shape.begin() + axis, 1);
    t.axes.insert(t.axes.begin() + axis, free);
    return define(node, std::move(t));
  }
  return bad_input(fmt::format("node '{}' (ExpandDims): is read only after a Squeeze or Unpack", node.name));
}

Result<void> Builder::sparse_to_dense(const TfjsNode& node) {
  TRY(const Tensor indices, input(node, 0));
  TRY(const auto at, whole_numbers(node, 0));
  TRY(const auto shape, whole_numbers(node, 1));
  TRY(const auto values, whole_numbers(node, 2));
  TRY(const auto rest, whole_numbers(node, 3));
  const auto bad = [&](const char* what) {
    return bad_input(fmt::format("node '{}' (SparseToDense): {}", node.name, what));
  };
  if (shape.size() != 1 || shape[0] < 0 || shape[0] > 4096) return bad("only lists of up to 4096 are read");
  if (rest.size() != 1 || (values.size() != at.size() && values.size() != 1))
    return bad("values and indices do not match");
  std::vector<int64_t> dense(static_cast<size_t>(shape[0]), rest[0]);
  for (size_t i = 0; i < at.size(); ++i) {
    if (at[i] < 0 || at[i] >= shape[0]) return bad("an index lies outside of the shape");
    dense[static_cast<size_t>(at[i])] = values[values.size() == 1 ? 0 : i];
  }
  OnnxTensor& made = folded_[node.name] = {shape, std::move(dense)};
  return define(node, Tensor{.constant = &made, .name = {}, .shape = made.shape});
}

Result<void> Builder::fold_constants(const TfjsNode& node, const OnnxTensor& a, const OnnxTensor& b) {
  const auto fold = [&](const auto& x, const auto& y) -> Result<OnnxTensor> {
    if (x.size() != y.size() && x.size() != 1 && y.size() != 1) {
      return bad_input(fmt::format("node '{}' ({}): constants of {} and {} values do not go together", node.name,
                                   node.op, x.size(), y.size()));
    }
    auto z = x.size() >= y.size() ? x : y;
    for (size_t i = 0; i < z.size(); ++i) {
      const auto p = x[x.size() == 1 ? 0 : i];
      const auto q = y[y.size() == 1 ? 0 : i];
      // Unsigned, because whole numbers from a file may overflow.
      using T = std::decay_t<decltype(p)>;
      using U = std::conditional_t<std::is_same_v<T, int64_t>, uint64_t, T>;
      const U u = static_cast<U>(p), v = static_cast<U>(q);
      z[i] = static_cast<T>(node.op == "Mul" ? u * v : node.op == "Sub" ? u - v : u + v);
    }
    return OnnxTensor{x.size() >= y.size() ? a.shape : b.shape, std::move(z)};
  };
  if (a.values.index() != b.values.index())
    return bad_input(fmt::format("node '{}' ({}): constants of two types", node.name, node.op));
  auto made = a.values.index() == 0 ? fold(std::get<0>(a.values), std::get<0>(b.values))
                                    : fold(std::get<1>(a.values), std::get<1>(b.values));
  if (!made) return tl::unexpected<Error>(std::move(made.error()));
  OnnxTensor& kept = folded_[node.name] = std::move(*made);
  return define(node, Tensor{.constant = &kept, .name = {}, .shape = kept.shape});
}

// --- order of axes ---------------------------------------------------------------------------------------------

Result<void> Builder::transpose(const TfjsNode& node) {
  TRY(const Tensor t, input(node, 0));
  TRY(const auto order, whole_numbers(node, 1));
  const size_t rank = t.axes.size();
  std::vector<bool> seen(rank, false);
  bool valid = !t.constant && order.size() == rank;
  for (size_t i = 0; valid && i < rank; ++i) {
    valid = order[i] >= 0 && order[i] < static_cast<int64_t>(rank) && !seen[static_cast<size_t>(order[i])];
    if (valid) seen[static_cast<size_t>(order[i])] = true;
  }
  if (!valid) {
    return bad_input(
        fmt::format("node '{}' (Transpose): {} is no order of {} axes", node.name, fmt::join(order, ","), rank));
  }
  Tensor result = t;
  for (size_t i = 0; i < rank; ++i) {
    const auto from = static_cast<size_t>(order[i]);
    result.shape[i] = t.shape[from];
    result.axes[i] = t.axes[from];
    if (!t.pads.empty()) result.pads[i] = t.pads[from];
  }
  return define(node, std::move(result));
}

Result<void> Builder::pad(const TfjsNode& node) {
  TRY(Tensor t, input(node, 0));
  TRY(t, settled(node, std::move(t)));
  TRY(const auto sizes, whole_numbers(node, 1));
  if (sizes.size() != t.shape.size() * 2) {
    return bad_input(
        fmt::format("node '{}' ({}): {} paddings for {} axes", node.name, node.op, sizes.size(), t.shape.size()));
  }
  if (node.op == "PadV2") {
    TRY(const auto value, floats(node, 2));
    if (value.size() != 1)
      return bad_input(fmt::format("node '{}' (PadV2): expected one value to pad with", node.name));
    t.pad_value = value[0];
  } else {
    t.pad_value = 0;
  }
  for (size_t i = 0; i < t.shape.size(); ++i) {
    const Padding p{sizes[2 * i], sizes[2 * i + 1]};
    if (p.before < 0 || p.after < 0 || p.before > kElementsMax || p.after > kElementsMax) {
      return bad_input(fmt::format("node '{}' ({}): found a padding of {},{}", node.name, node.op, p.before, p.after));
    }
    t.pads.push_back(p);
    t.shape[i] += p.before + p.after;
  }
  return define(node, std::move(t));
}

Result<void> Builder::reshape(const TfjsNode& node) {
  TRY(Tensor t, input(node, 0));
  TRY(t, arranged(node, t, in_order(t.axes.size())));
  TRY(auto shape, whole_numbers(node, 1));
  const int64_t all = elements(t.shape);
  int64_t known = 1;
  size_t open = shape.size();
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == -1 && open == shape.size())
      open = i;
    else if (shape[i] < 1 || shape[i] > all)
      known = 0;
    else if (known > 0 && known <= all)
      known *= shape[i];
  }
  if (open < shape.size() && known > 0) shape[open] = all / known;
  const bool fits = known > 0 && shape.size() <= 8 && (open < shape.size() ? all % known == 0 : known == all);
  if (!fits) {
    return bad_input(fmt::format("node '{}' (Reshape): {} does not become {}", node.name, fmt::join(t.shape, "x"),
                                 fmt::join(shape, "x")));
  }
  const std::string sizes = add_constant(node, {{static_cast<int64_t>(shape.size())}, shape});
  t.name = emit("Reshape", own(node), {t.name, sizes});
  return define(
      node,
      Tensor{
          .name = t.name, .shape = shape, .axes = in_order(shape.size()), .onnx_rank = static_cast<int>(shape.size())});
}

Result<void> Builder::concat(const TfjsNode& node) {
  if (node.inputs.size() < 2) return bad_input(fmt::format("node '{}' (ConcatV2): nothing to join", node.name));
  TRY(Tensor first, input(node, 0));
  TRY(first, settled(node, std::move(first)));
  TRY(const int at, axis(node, node.inputs.size() - 1, first.shape.size()));
  std::vector<std::string> names{first.name};
  const Shape shape = first.shape;
  for (size_t i = 1; i + 1 < node.inputs.size(); ++i) {
    TRY(Tensor next, input(node, i));
    bool fits = next.shape.size() == shape.size();
    for (size_t d = 0; fits && d < shape.size(); ++d) fits = d == static_cast<size_t>(at) || next.shape[d] == shape[d];
    if (!fits) {
      return bad_input(fmt::format("node '{}' (ConcatV2): {} and {} do not join on axis {}", node.name,
                                   fmt::join(shape, "x"), fmt::join(next.shape, "x"), at));
    }
    TRY(next, arranged(node, std::move(next), first.axes));
    names.push_back(next.name);
    first.shape[static_cast<size_t>(at)] += next.shape[static_cast<size_t>(at)];
  }
  const int64_t onnx_axis = first.axes[static_cast<size_t>(at)];
  first.name = emit("Concat", own(node), std::move(names), {{"axis", onnx_axis}});
  return define(node, std::move(first));
}

Result<void> Builder::split(const TfjsNode& node) {
  TRY(Tensor t, input(node, 0));
  TRY(t, settled(node, std::move(t)));
  TRY(const auto sizes, whole_numbers(node, 1));
  TRY(const int at, axis(node, 2, t.shape.size()));
  const int64_t length = t.shape[static_cast<size_t>(at)];
  int64_t sum = 0;
  for (const int64_t s : sizes) sum = s < 1 || s > length ? length + 1 : std::min(sum + s, length + 1);
  if (sum != length || sizes.size() > 64) {
    return bad_input(fmt::format("node '{}' (SplitV): an axis of {} does not split into {}", node.name, length,
                                 fmt::join(sizes, ",")));
  }
  const int64_t onnx_axis = t.axes[static_cast<size_t>(at)];
  std::vector<std::string> names{emit("Split", own(node), {t.name}, {{"axis", onnx_axis}, {"split", sizes}})};
  for (size_t i = 1; i < sizes.size(); ++i) names.push_back(fmt::format("{}:{}", node.name, i));
  graph_.nodes.back().outputs = names;
  for (size_t i = 0; i < sizes.size(); ++i) {
    t.name = names[i];
    t.shape[static_cast<size_t>(at)] = sizes[i];
    TRY_VOID(define(node, t, i));
  }
  return {};
}

// --- arithmetic ------------------------------------------------------------------------------------------------

Result<void> Builder::activation(const TfjsNode& node) {
  TRY(Tensor t, input(node, 0));
  TRY(t, settled(node, std::move(t)));
  if (node.op == "LeakyRelu") {
    const auto given = node.attributes.find("alpha");
    const double alpha = given == node.attributes.end() ? 0.2 : given->second.number;  // TensorFlow's default
    t.name = emit("LeakyRelu", own(node), {t.name}, {{"alpha", static_cast<float>(alpha)}});
  } else if (node.op == "Relu6") {
    const std::string least = add_constant(node, {{}, std::vector<float>{0}});
    const std::string most = add_constant(node, {{}, std::vector<float>{6}});
    t.name = emit("Clip", own(node), {t.name, least, most});
  } else {
    t.name = emit(node.op, own(node), {t.name});  // Relu, Sigmoid: the same name and meaning
  }
  return define(node, std::move(t));
}

/// A 1-D constant that is added right behind a convolution, and nothing else reads, becomes its bias.
Result<bool> Builder::fold_bias(const TfjsNode& node, const Tensor& x, const OnnxTensor& bias) {
  const auto* values = std::get_if<std::vector<float>>(&bias.values);
  const auto made = producer_.find(x.name);
  if (!values || bias.shape.size() != 1 || made == producer_.end() || bias.shape[0] != x.shape.back()) return false;
  OnnxNode& convolution = graph_.nodes[made->second];
  const bool direct = std::ranges::any_of(
      node.inputs, [&](const std::string& input) { return parse_reference(input).node == convolution.name; });
  if (convolution.op != "Conv" || convolution.inputs.size() != 2 || !direct || uses_[convolution.name] != 1)
    return false;
  convolution.inputs.push_back(add_constant(node, {bias.shape, *values}));
  return true;
}

/// `constant`, which TensorFlow broadcasts against `like`, written in ONNX's order of axes.
Result<std::string> Builder::broadcast_constant(const TfjsNode& node, const Tensor& like, const OnnxTensor& constant) {
  const size_t rank = like.shape.size();
  OnnxTensor full = constant;
  bool fits = std::holds_alternative<std::vector<float>>(full.values) && full.shape.size() <= rank;
  if (fits) full.shape.insert(full.shape.begin(), rank - full.shape.size(), 1);
  for (size_t i = 0; fits && i < rank; ++i) fits = full.shape[i] == 1 || full.shape[i] == like.shape[i];
  if (!fits) {
    return bad_input(fmt::format("node '{}' ({}): a constant of {} does not go with {}", node.name, node.op,
                                 fmt::join(constant.shape, "x"), fmt::join(like.shape, "x")));
  }
  Axes order(rank);
  for (size_t i = 0; i < rank; ++i) order[static_cast<size_t>(like.axes[i])] = static_cast<int>(i);
  return add_constant(node, transposed(full, order));
}

/// Add, Sub, Mul.
Result<void> Builder::arithmetic(const TfjsNode& node) {
  TRY(Tensor a, input(node, 0));
  TRY(Tensor b, input(node, 1));
  if (a.constant && b.constant) return fold_constants(node, *a.constant, *b.constant);
  const bool add = node.op == "Add" || node.op == "AddV2";
  const std::string op = add ? "Add" : node.op;
  if (a.constant || b.constant) {
    Tensor& x = a.constant ? b : a;
    const OnnxTensor& constant = a.constant ? *a.constant : *b.constant;
    TRY(x, settled(node, std::move(x)));
    if (add) {
      TRY(const bool done, fold_bias(node, x, constant));
      if (done) return define(node, std::move(x));
    }
    TRY(const std::string name, broadcast_constant(node, x, constant));
    x.name = emit(op, own(node), a.constant ? std::vector{name, x.name} : std::vector{x.name, name});
    return define(node, std::move(x));
  }
  TRY(a, settled(node, std::move(a)));
  bool fits = a.shape.size() == b.shape.size();
  for (size_t i = 0; fits && i < a.shape.size(); ++i) {
    fits = a.shape[i] == b.shape[i] || a.shape[i] == 1 || b.shape[i] == 1;
  }
  if (!fits) {
    return bad_input(fmt::format("node '{}' ({}): {} and {} do not go together", node.name, node.op,
                                 fmt::join(a.shape, "x"), fmt::join(b.shape, "x")));
  }
  TRY(b, arranged(node, std::move(b), a.axes));
  a.name = emit(op, own(node), {a.name, b.name});
  for (size_t i = 0; i < a.shape.size(); ++i) a.shape[i] = std::max(a.shape[i], b.shape[i]);
  return define(node, std::move(a));
}

// --- convolution, pooling, scaling -----------------------------------------------------------------------------

/// Size and paddings of a sliding window over x (NHWC), a waiting padding taken in.
Result<Builder::Window> Builder::window(const TfjsNode& node, const Tensor& x, int64_t kernel_h, int64_t kernel_w) {
  Window w{{kernel_h, kernel_w}, {1, 1}, {1, 1}, {}, {}};
  const auto& strides = attribute(node, "strides").ints;
  const auto& dilations = attribute(node, "dilations").ints;
  const std::string& padding = attribute(node, "padding").text;
  const auto& given = attribute(node, "explicit_paddings").ints;
  for (size_t i = 0; i < 2; ++i) {
    if (strides.size() == 4) w.stride[i] = strides[i + 1];
    if (dilations.size() == 4) w.dilation[i] = dilations[i + 1];
    const int64_t size = x.shape[i + 1];
    const bool sane = w.kernel[i] >= 1 && w.kernel[i] <= 4096 && w.stride[i] >= 1 && w.stride[i] <= 4096 &&
                      w.dilation[i] >= 1 && w.dilation[i] <= 4096;
    const int64_t reach = sane ? (w.kernel[i] - 1) * w.dilation[i] + 1 : 1;
    Padding p;
    if (padding == "SAME") {  // TensorFlow puts the odd one at the end
      const int64_t total = sane ? std::max<int64_t>(0, ((size - 1) / w.stride[i]) * w.stride[i] + reach - size) : 0;
      p = {total / 2, total - total / 2};
    } else if (padding == "EXPLICIT" && given.size() == 8) {
      p = {given[2 * i + 2], given[2 * i + 3]};
    }
    const int64_t whole = size + p.before + p.after;
    if (!sane || p.before < 0 || p.after < 0 || p.before > 4096 || p.after > 4096 || whole < reach) {
      return bad_input(fmt::format("node '{}' ({}): a window of {}x{} does not fit {}", node.name, node.op, kernel_h,
                                   kernel_w, fmt::join(x.shape, "x")));
    }
    w.out[i] = (whole - reach) / w.stride[i] + 1;
    if (!x.pads.empty()) {
      p.before += x.pads[i + 1].before;
      p.after += x.pads[i + 1].after;
    }
    w.pads[i] = p;
  }
  return w;
}

std::vector<OnnxAttribute> Builder::window_attributes(const Window& w, bool with_dilations) {
  std::vector<OnnxAttribute> attributes = {
      {"kernel_shape", std::vector{w.kernel[0], w.kernel[1]}},
      {"strides", std::vector{w.stride[0], w.stride[1]}},
      {"pads", std::vector{w.pads[0].before, w.pads[1].before, w.pads[0].after, w.pads[1].after}}};
  if (with_dilations) attributes.push_back({"dilations", std::vector{w.dilation[0], w.dilation[1]}});
  return attributes;
}

/// What a fused convolution does after it: a bias, then an activation.
Result<Tensor> Builder::fused(const TfjsNode& node, Tensor y) {
  const size_t convolution = graph_.nodes.size() - 1;
  std::string value = y.name;
  for (const std::string& op : attribute(node, "fused_ops").texts) {
    if (op == "BiasAdd") {
      TRY(const auto bias, floats(node, 2));
      if (static_cast<int64_t>(bias.size()) != y.shape[3] || graph_.nodes[convolution].inputs.size() != 2) {
        return bad_input(
            fmt::format("node '{}' ({}): {} biases for {} channels", node.name, node.op, bias.size(), y.shape[3]));
      }
      graph_.nodes[convolution].inputs.push_back(add_constant(node, {{y.shape[3]}, bias}));
    } else if (op == "Relu") {
      value = emit("Relu", fresh(node), {value});
    } else if (op == "Relu6") {
      const std::string least = add_constant(node, {{}, std::vector<float>{0}});
      const std::string most = add_constant(node, {{}, std::vector<float>{6}});
      value = emit("Clip", fresh(node), {value, least, most});
    } else if (op == "LeakyRelu") {
      const auto alpha = static_cast<float>(attribute(node, "leakyrelu_alpha").number);
      value = emit("LeakyRelu", fresh(node), {value}, {{"alpha", alpha}});
    } else {
      return bad_input(
          fmt::format("node '{}' ({}): the fused op '{}' is not known (BiasAdd, Relu, Relu6, LeakyRelu are)", node.name,
                      node.op, op));
    }
  }
  y.name = value;
  return y;
}

Result<void> Builder::convolution(const TfjsNode& node) {
  TRY(const Tensor x, picture(node, 0, 0.F));
  TRY(const Tensor filter, input(node, 1));
  const bool depthwise = node.op == "DepthwiseConv2dNative" || node.op == "FusedDepthwiseConv2dNative";
  const bool floats = filter.constant && std::holds_alternative<std::vector<float>>(filter.constant->values);
  const Shape& f = filter.shape;
  if (!floats || f.size() != 4 || elements(f) < 1 || f[2] != x.shape[3]) {
    return bad_input(fmt::format("node '{}' ({}): a filter of {} does not go with a picture of {}", node.name, node.op,
                                 fmt::join(f, "x"), fmt::join(x.shape, "x")));
  }
  TRY(const Window w, window(node, x, f[0], f[1]));
  const int64_t channels = depthwise ? f[2] * f[3] : f[3];
  OnnxTensor weights = transposed(*filter.constant, depthwise ? Axes{2, 3, 0, 1} : Axes{3, 2, 0, 1});
  if (depthwise) weights.shape = {channels, 1, f[0], f[1]};
  auto attributes = window_attributes(w, true);
  attributes.push_back({"group", depthwise ? f[2] : int64_t{1}});
  const std::string filter_name = add_constant(node, std::move(weights));
  const std::string name = emit("Conv", own(node), {x.name, filter_name}, std::move(attributes));
  Tensor y{.name = name, .shape = {x.shape[0], w.out[0], w.out[1], channels}, .axes = x.axes, .onnx_rank = 4};
  TRY_VOID(check_shape(node, y.shape));
  TRY(y, fused(node, std::move(y)));
  return define(node, std::move(y));
}

Result<void> Builder::max_pool(const TfjsNode& node) {
  // ONNX pads a MaxPool with minus infinity, which is what converters write as a PadV2 before it.
  TRY(const Tensor x, picture(node, 0, -std::numeric_limits<float>::infinity()));
  const auto& ksize = attribute(node, "ksize").ints;
  if (ksize.size() != 4) return bad_input(fmt::format("node '{}' (MaxPool): expected a ksize of four", node.name));
  TRY(const Window w, window(node, x, ksize[1], ksize[2]));
  const std::string name = emit("MaxPool", own(node), {x.name}, window_attributes(w, false));
  return define(
      node,
      Tensor{.name = name, .shape = {x.shape[0], w.out[0], w.out[1], x.shape[3]}, .axes = x.axes, .onnx_rank = 4});
}

Result<void> Builder::resize(const TfjsNode& node) {
  TRY(Tensor x, picture(node, 0, std::numeric_limits<float>::quiet_NaN()));  // no padding can be taken in
  TRY(auto size, whole_numbers(node, 1));
  if (size.size() != 2)
    return bad_input(fmt::format("node '{}' (ResizeBilinear): expected a height and a width", node.name));
  // The sizes were written for the model's own input; another input scales them.
  const int64_t asked[] = {graph_.inputs[0].shape[2], graph_.inputs[0].shape[3]};
  const int64_t base[] = {base_height_, base_width_};
  for (size_t i = 0; i < 2; ++i) {
    const bool sane = size[i] >= 1 && size[i] <= 65536;
    if (sane && base[i] > 0 && (size[i] * asked[i]) % base[i] == 0)
      size[i] = size[i] * asked[i] / base[i];
    else
      return bad_input(fmt::format(
          "node '{}' (ResizeBilinear): cannot scale to {} with an input of {}x{} (the model is made for {}x{})",
          node.name, fmt::join(size, "x"), asked[1], asked[0], base_width_, base_height_));
  }
  const Shape target = {x.shape[0], x.shape[3], size[0], size[1]};
  const std::string sizes = add_constant(node, {{4}, target});
  const std::string mode = attribute(node, "align_corners").flag        ? "align_corners"
                           : attribute(node, "half_pixel_centers").flag ? "half_pixel"
                                                                        : "asymmetric";
  const std::string none = add_constant(node, {{0}, std::vector<float>{}});  // region and scales: the sizes say it all
  x.name = emit("Resize", own(node), {x.name, none, none, sizes},
                {{"mode", std::string("linear")}, {"coordinate_transformation_mode", mode}});
  x.shape = {x.shape[0], size[0], size[1], x.shape[3]};
  x.pads.clear();
  return define(node, std::move(x));
}

// --- the whole -------------------------------------------------------------------------------------------------

const std::unordered_map<std::string_view, Builder::Handler>& Builder::handlers() {
  static const std::unordered_map<std::string_view, Handler> table = {
      {"Const", &Builder::constant},
      {"Placeholder", &Builder::placeholder},
      {"Identity", &Builder::alias},
      {"Cast", &Builder::cast},
      {"Squeeze", &Builder::squeeze},
      {"Unpack", &Builder::squeeze},
      {"ExpandDims", &Builder::expand_dims},
      {"SparseToDense", &Builder::sparse_to_dense},
      {"Transpose", &Builder::transpose},
      {"Pad", &Builder::pad},
      {"PadV2", &Builder::pad},
      {"Reshape", &Builder::reshape},
      {"ConcatV2", &Builder::concat},
      {"SplitV", &Builder::split},
      {"Relu", &Builder::activation},
      {"Relu6", &Builder::activation},
      {"LeakyRelu", &Builder::activation},
      {"Sigmoid", &Builder::activation},
      {"Add", &Builder::arithmetic},
      {"AddV2", &Builder::arithmetic},
      {"Sub", &Builder::arithmetic},
      {"Mul", &Builder::arithmetic},
      {"Conv2D", &Builder::convolution},
      {"_FusedConv2D", &Builder::convolution},
      {"DepthwiseConv2dNative", &Builder::convolution},
      {"FusedDepthwiseConv2dNative", &Builder::convolution},
      {"MaxPool", &Builder::max_pool},
      {"ResizeBilinear", &Builder::resize},
  };
  return table;
}

/// The nodes that `outputs` rest on, each after its inputs.
Result<std::vector<const TfjsNode*>> Builder::needed(const std::vector<std::string>& outputs) {
  std::unordered_map<std::string_view, const TfjsNode*> by_name;
  for (const TfjsNode& node : model_.nodes) by_name[node.name] = &node;
  enum State { untouched, open, done };
  std::unordered_map<const TfjsNode*, State> state;
  std::vector<const TfjsNode*> order;
  struct Step {
    const TfjsNode* node;
    size_t next_input = 0;
  };
  std::vector<Step> path;  // our own stack: a file must not decide how deep we recurse
  for (const std::string& output : outputs) {
    const auto found = by_name.find(output);
    if (found == by_name.end()) return bad_input(fmt::format("it has no node '{}', which should be an output", output));
    ++uses_[output];
    if (state[found->second] == untouched) path.push_back({found->second});
    while (!path.empty()) {
      Step& step = path.back();
      const TfjsNode& node = *step.node;
      state[&node] = open;
      if (step.next_input == node.inputs.size()) {
        state[&node] = done;
        order.push_back(&node);
        path.pop_back();
        continue;
      }
      const std::string name = parse_reference(node.inputs[step.next_input++]).node;
      ++uses_[name];
      const auto input = by_name.find(name);
      if (input == by_name.end()) {
        return bad_input(fmt::format("node '{}' ({}): its input '{}' does not exist", node.name, node.op, name));
      }
      if (state[input->second] == open) {
        return bad_input(fmt::format("node '{}' ({}): its input '{}' depends on it: the graph has a cycle", node.name,
                                     node.op, name));
      }
      if (state[input->second] == untouched) path.push_back({input->second});
    }
  }
  return order;
}

Result<void> Builder::finish_output(const std::string& name) {
  const TfjsNode node{name, "output", {name}, {}};
  TRY(const Tensor as_is, input(node, 0));
  TRY(const Tensor t, arranged(node, as_is, in_order(as_is.axes.size())));
  if (t.name == as_is.name) {
    emit("Identity", name, {t.name});
  } else {
    graph_.nodes.back().outputs[0] = name;  // the Transpose just written
  }
  graph_.outputs.push_back({name, t.shape});
  return {};
}

Result<OnnxGraph> Builder::build() {
  const auto& outputs = options_.outputs.empty() ? model_.outputs : options_.outputs;
  if (outputs.empty()) return bad_input("its signature names no outputs");
  outputs_.insert(outputs.begin(), outputs.end());
  TRY(const auto order, needed(outputs));
  for (const TfjsNode* node : order) {
    const auto handler = handlers().find(node->op);
    if (handler == handlers().end()) {
      std::vector<std::string_view> known;
      for (const auto& [op, unused] : handlers()) known.push_back(op);
      std::ranges::sort(known);
      return bad_input(fmt::format("node '{}': the op '{}' is not known; known are {}", node->name, node->op,
                                   fmt::join(known, ", ")));
    }
    TRY_VOID((this->*handler->second)(*node));
  }
  if (graph_.inputs.empty()) return bad_input("its outputs do not depend on any input");
  for (const std::string& name : outputs) TRY_VOID(finish_output(name));
  return std::move(graph_);
}

}  // namespace

Result<OnnxGraph> to_onnx(const TfjsModel& model, const TfjsOptions& options) {
  return Builder(model, options).build();
}

}  // namespace shrike

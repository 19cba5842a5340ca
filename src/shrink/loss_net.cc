#include "shrink/loss_net.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace shrike {
namespace {

using nlohmann::json;

constexpr size_t kLayersMost = 8, kWidthMost = 4096;
constexpr float kFeatureMost = 5;

const std::array<const char*, 3> kEmbeddingNames{"store", "category", "product"};

bool finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

Result<std::vector<float>> floats(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end() || !found->is_array()) return bad_input(fmt::format("no list '{}'", key));
  std::vector<float> out;
  out.reserve(found->size());
  for (const json& value : *found) {
    if (!value.is_number()) return bad_input(fmt::format("'{}' holds something that is no number", key));
    out.push_back(value.get<float>());
  }
  if (!finite(out)) return bad_input(fmt::format("'{}' holds a number that is not finite", key));
  return out;
}

size_t size_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_number_unsigned() ? found->get<size_t>() : 0;
}

Result<DenseLayer> layer_from(const json& object) {
  DenseLayer layer{
      .inputs = size_at(object, "inputs"), .outputs = size_at(object, "outputs"), .weight = {}, .bias = {}};
  TRY(layer.weight, floats(object, "weight"));
  TRY(layer.bias, floats(object, "bias"));
  if (layer.inputs == 0 || layer.outputs == 0 || layer.inputs > kWidthMost || layer.outputs > kWidthMost ||
      layer.weight.size() != layer.inputs * layer.outputs || layer.bias.size() != layer.outputs)
    return bad_input(fmt::format("a layer of {} × {} with {} weights and {} biases", layer.inputs, layer.outputs,
                                 layer.weight.size(), layer.bias.size()));
  return layer;
}

/// Every part has the size that its neighbours expect.
Result<void> check(const LossNet& net) {
  if (net.shift.empty() || net.shift.size() != net.scale.size())
    return bad_input(fmt::format("{} shifts for {} scales", net.shift.size(), net.scale.size()));
  if (net.layers.empty() || net.layers.size() > kLayersMost)
    return bad_input(fmt::format("{} layers, expected 1 to {}", net.layers.size(), kLayersMost));
  size_t width = net.shift.size();
  for (const Embedding& e : net.embeddings) width += e.size;
  for (const DenseLayer& layer : net.layers) {
    if (layer.inputs != width)
      return bad_input(fmt::format("a layer of {} inputs after {} values", layer.inputs, width));
    width = layer.outputs;
  }
  if (width != 1) return bad_input(fmt::format("its last layer gives {} values, expected 1", width));
  return {};
}

Result<LossNet> net_from(const json& all) {
  LossNet net;
  TRY(net.shift, floats(all, "shift"));
  TRY(net.scale, floats(all, "scale"));
  for (size_t k = 0; k < net.embeddings.size(); ++k) {
    const auto found = all.find(kEmbeddingNames[k]);
    if (found == all.end()) return bad_input(fmt::format("no embedding '{}'", kEmbeddingNames[k]));
    Embedding& e = net.embeddings[k];
    e.size = size_at(*found, "size");
    TRY(e.rows, floats(*found, "rows"));
    if (e.size == 0 || e.size > kWidthMost || e.rows.empty() || e.rows.size() % e.size != 0)
      return bad_input(
          fmt::format("embedding '{}': {} figures in rows of {}", kEmbeddingNames[k], e.rows.size(), e.size));
  }
  const auto layers = all.find("layers");
  if (layers == all.end() || !layers->is_array()) return bad_input("no list 'layers'");
  for (const json& one : *layers) {
    TRY(DenseLayer layer, layer_from(one));
    net.layers.push_back(std::move(layer));
  }
  TRY_VOID(check(net));
  return net;
}

void apply(const DenseLayer& layer, const std::vector<float>& in, std::vector<float>& out) {
  out = layer.bias;
  for (size_t i = 0; i < layer.inputs; ++i) {
    const float* row = layer.weight.data() + i * layer.outputs;
    for (size_t o = 0; o < layer.outputs; ++o) out[o] += in[i] * row[o];
  }
}

template <class T>
json::binary_t bytes_of(const std::vector<T>& values) {
  const auto* from = reinterpret_cast<const uint8_t*>(values.data());
  return {std::vector<uint8_t>(from, from + values.size() * sizeof(T))};
}

template <class T>
bool read_bytes(const json& all, const char* key, std::vector<T>& values) {
  const auto found = all.find(key);
  if (found == all.end() || !found->is_binary()) return false;
  const auto& bytes = found->get_binary();
  if (bytes.size() % sizeof(T) != 0) return false;
  values.resize(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return true;
}

}  // namespace

Result<std::vector<double>> predict(const LossNet& net, const ChallengeRows& rows) {
  if (rows.columns() != net.shift.size())
    return bad_input(fmt::format("the net was trained on {} features, not {}", net.shift.size(), rows.columns()));
  std::vector<double> means(rows.rows());
  std::vector<float> in, out;
  for (size_t r = 0; r < rows.rows(); ++r) {
    in.clear();
    for (size_t c = 0; c < rows.columns(); ++c)
      in.push_back(
          std::clamp((rows.x[r * rows.columns() + c] - net.shift[c]) * net.scale[c], -kFeatureMost, kFeatureMost));
    const std::array<int32_t, 3> who{rows.store[r], rows.category[r], rows.product[r]};
    for (size_t k = 0; k < who.size(); ++k) {
      const Embedding& e = net.embeddings[k];
      const auto known = e.rows.size() / e.size - 1;
      const size_t row = who[k] >= 0 && static_cast<size_t>(who[k]) < known ? static_cast<size_t>(who[k]) + 1 : 0;
      in.insert(in.end(), e.rows.begin() + static_cast<std::ptrdiff_t>(row * e.size),
                e.rows.begin() + static_cast<std::ptrdiff_t>((row + 1) * e.size));
    }
    for (size_t l = 0; l < net.layers.size(); ++l) {
      apply(net.layers[l], in, out);
      if (l + 1 < net.layers.size())
        for (float& v : out) v = std::max(0.F, v);
      std::swap(in, out);
    }
    means[r] = std::exp(static_cast<double>(rows.log_offset[r] + LossNet::kReach * std::tanh(in[0] / LossNet::kReach)));
  }
  return means;
}

std::string to_text(const LossNet& net) {
  nlohmann::ordered_json all{{"shift", net.shift}, {"scale", net.scale}};
  for (size_t k = 0; k < net.embeddings.size(); ++k)
    all[kEmbeddingNames[k]] = {{"size", net.embeddings[k].size}, {"rows", net.embeddings[k].rows}};
  all["layers"] = nlohmann::ordered_json::array();
  for (const DenseLayer& layer : net.layers)
    all["layers"].push_back(
        {{"inputs", layer.inputs}, {"outputs", layer.outputs}, {"weight", layer.weight}, {"bias", layer.bias}});
  return all.dump() + "\n";
}

Result<LossNet> loss_net_from(std::string_view text, const std::string& file) {
  const json all = json::parse(text, nullptr, false);
  if (!all.is_object()) return bad_input(file + ": no JSON object");
  auto net = net_from(all);
  if (!net) return bad_input(file + ": " + net.error().message);
  return net;
}

std::string to_cbor(const ChallengeRows& rows) {
  const json all{{"names", rows.names},
                 {"x", bytes_of(rows.x)},
                 {"store", bytes_of(rows.store)},
                 {"category", bytes_of(rows.category)},
                 {"product", bytes_of(rows.product)},
                 {"log_offset", bytes_of(rows.log_offset)},
                 {"y", bytes_of(rows.y)}};
  std::string bytes;
  json::to_cbor(all, bytes);
  return bytes;
}

Result<ChallengeRows> rows_from_cbor(std::string_view bytes) try {
  const json all = json::from_cbor(bytes.begin(), bytes.end(), true, false);
  ChallengeRows rows;
  const auto names = all.is_object() ? all.find("names") : all.end();
  if (!all.is_object() || names == all.end() || !names->is_array()) return bad_input("no table of counts");
  for (const json& name : *names) rows.names.push_back(name.is_string() ? name.get<std::string>() : "");
  if (!read_bytes(all, "x", rows.x) || !read_bytes(all, "store", rows.store) ||
      !read_bytes(all, "category", rows.category) || !read_bytes(all, "product", rows.product) ||
      !read_bytes(all, "log_offset", rows.log_offset) || !read_bytes(all, "y", rows.y))
    return bad_input("a column of the table of counts is missing");
  const size_t n = rows.rows();
  if (rows.x.size() != n * rows.columns() || rows.store.size() != n || rows.category.size() != n ||
      rows.product.size() != n || (rows.y.size() != n && !rows.y.empty()))
    return bad_input("the columns of the table of counts are not of one length");
  if (!finite(rows.x) || !finite(rows.log_offset) || !finite(rows.y))
    return bad_input("the table of counts holds a number that is not finite");
  return rows;
} catch (const json::exception& error) {
  // Of an array that claims to be larger than memory, even where it is told not to throw.
  return bad_input(fmt::format("no table of counts: {}", error.what()));
}

}  // namespace shrike

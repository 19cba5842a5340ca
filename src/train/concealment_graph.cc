#include "train/concealment_graph.h"

namespace shrike {
namespace {

/// A graph that grows node by node; each returns the name of what it gives.
class Builder {
 public:
  OnnxGraph graph;

  std::string conv(const std::string& in, const std::string& out, Shape shape, const std::vector<float>& weights,
                   const std::vector<float>& biases, int64_t groups = 1) {
    const int64_t kernel = shape[2], outputs = shape[0];
    graph.constants.push_back({out + "_weights", {std::move(shape), weights}});
    graph.constants.push_back({out + "_biases", {{outputs}, biases}});
    return node("Conv", out, {in, out + "_weights", out + "_biases"},
                {{"group", groups}, {"kernel_shape", std::vector<int64_t>{kernel}}});
  }
  std::string slice(const std::string& in, const std::string& out, int64_t axis, int64_t from, int64_t to) {
    const auto ints = [&](const char* what, int64_t value) {
      graph.constants.push_back({out + what, {{1}, std::vector<int64_t>{value}}});
      return out + what;
    };
    return node("Slice", out, {in, ints("_from", from), ints("_to", to), ints("_axis", axis)});
  }
  std::string node(const std::string& op, const std::string& out, std::vector<std::string> in,
                   std::vector<OnnxAttribute> attributes = {}) {
    graph.nodes.push_back({op, out, std::move(in), {out}, std::move(attributes)});
    return out;
  }
};

}  // namespace

OnnxGraph concealment_graph(const TrainedConcealment& trained) {
  Builder b;
  const auto features = static_cast<int64_t>(kConcealmentFeatures), body_rows = static_cast<int64_t>(kBodyFeatures);
  const auto reach = static_cast<int64_t>(kConcealmentReach);
  b.graph.inputs = {{"steps", {1, features, -1}}};
  b.graph.outputs = {{"score", {1, 1, -1}},
                     {"operating_points", {static_cast<int64_t>(trained.points.size()), 3}},
                     {"parts", {1, kConcealmentParts, -1}}};
  const std::string body = b.slice("steps", "body", 1, 0, body_rows);
  const std::string cue = b.slice(b.slice("steps", "cues", 1, body_rows, features), "cue", 2, reach, -reach);
  const std::string far =
      b.conv(body, "far", {Rarity::kOutputs, body_rows, Rarity::kSteps}, trained.rarity.weights, trained.rarity.biases);
  const std::string rarity = b.node("Sqrt", "rarity",
                                    {b.node("ReduceMean", "far_mean", {b.node("Mul", "far_squared", {far, far})},
                                            {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{1}}})});
  b.node("Concat", "unscaled", {cue, rarity}, {{"axis", int64_t{1}}});
  std::vector<float> scale, shift, share;
  for (const PartScale& part : trained.scales) {
    scale.push_back(1 / part.deviation);
    shift.push_back(-part.mean / part.deviation);
    share.push_back(part.share);
  }
  b.conv("unscaled", "parts", {kConcealmentParts, 1, 1}, scale, shift, kConcealmentParts);
  b.conv("parts", "score", {1, kConcealmentParts, 1}, share, {0});
  std::vector<float> values;
  for (const OperatingPoint& p : trained.points)
    values.insert(values.end(), {p.threshold, p.per_hour_other_clips, p.per_hour_other_cameras});
  b.graph.constants.push_back({"points", {{static_cast<int64_t>(trained.points.size()), 3}, values}});
  b.node("Identity", "operating_points", {"points"});
  return b.graph;
}

}  // namespace shrike

#include "vision/model_facts.h"

#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <yaml-cpp/yaml.h>

namespace shrike {

namespace {

// Thrown and caught in this file only: yaml-cpp throws anyway, and so both leave by one door.
struct Fault {
  YAML::Mark mark;
  std::string message;
};

template <class T>
T scalar(const YAML::Node& node, const char* expected) {
  T value{};
  if (!node.IsScalar() || !YAML::convert<T>::decode(node, value)) {
    throw Fault{node.Mark(),
                fmt::format("found '{}', expected {}", node.IsScalar() ? node.Scalar() : "a list or map", expected)};
  }
  return value;
}

template <class T>
T word(const YAML::Node& node, const std::map<std::string, T>& words) {
  std::string known;
  for (const auto& [name, unused] : words) known += (known.empty() ? "" : ", ") + name;
  const auto it = words.find(scalar<std::string>(node, known.c_str()));
  if (it == words.end()) throw Fault{node.Mark(), fmt::format("found '{}', expected one of {}", node.Scalar(), known)};
  return it->second;
}

std::array<float, 3> triple(const YAML::Node& node, float least) {
  const char* expected = "three numbers, one a channel";
  if (!node.IsSequence() || node.size() != 3) throw Fault{node.Mark(), fmt::format("expected {}", expected)};
  std::array<float, 3> values{};
  for (size_t i = 0; i < 3; ++i) {
    values[i] = scalar<float>(node[i], expected);
    if (!(values[i] >= least && values[i] < 1e6F))
      throw Fault{node[i].Mark(), fmt::format("{} is out of range", values[i])};
  }
  return values;
}

void read_size(const YAML::Node& node, Sidecar& sidecar) {
  const char* expected = "[width, height], each a multiple of 32 up to 4096";
  if (!node.IsSequence() || node.size() != 2) throw Fault{node.Mark(), fmt::format("expected {}", expected)};
  for (size_t i = 0; i < 2; ++i) {
    const int side = scalar<int>(node[i], expected);
    if (side < 32 || side > 4096 || side % 32 != 0)
      throw Fault{node[i].Mark(), fmt::format("found {}, expected {}", side, expected)};
    (i == 0 ? sidecar.width : sidecar.height) = side;
  }
}

float fraction(const YAML::Node& node) {
  const float value = scalar<float>(node, "a number from 0 to 1");
  if (!(value > 0 && value <= 1))
    throw Fault{node.Mark(), fmt::format("found {}, expected a number from 0 to 1", value)};
  return value;
}

uint8_t grey(const YAML::Node& node) {
  const int value = scalar<int>(node, "a whole number 0..255");
  if (value < 0 || value > 255)
    throw Fault{node.Mark(), fmt::format("found {}, expected a whole number 0..255", value)};
  return static_cast<uint8_t>(value);
}

const std::map<std::string, DetectorFormat> kFormats = {
    {"nanodet", DetectorFormat::nanodet}, {"yolox", DetectorFormat::yolox}, {"yolov8", DetectorFormat::yolov8}};

void read_key(const std::string& key, const YAML::Node& key_node, const YAML::Node& value, Sidecar& s) {
  static const std::map<std::string, std::function<void(const YAML::Node&, Sidecar&)>> readers = {
      {"format", [](const auto& n, Sidecar& to) { to.format = word(n, kFormats); }},
      {"colour",
       [](const auto& n, Sidecar& to) {
         to.order = word<ChannelOrder>(n, {{"rgb", ChannelOrder::rgb}, {"bgr", ChannelOrder::bgr}});
       }},
      {"letterbox",
       [](const auto& n, Sidecar& to) {
         to.align = word<Align>(n, {{"centre", Align::centre}, {"top_left", Align::top_left}});
       }},
      {"fill", [](const auto& n, Sidecar& to) { to.fill = grey(n); }},
      {"mean", [](const auto& n, Sidecar& to) { to.mean = triple(n, 0); }},
      {"std", [](const auto& n, Sidecar& to) { to.std = triple(n, 1e-6F); }},
      {"nms_iou", [](const auto& n, Sidecar& to) { to.nms_iou = fraction(n); }},
      {"labels",
       [](const auto& n, Sidecar& to) { to.labels = to.file.parent_path() / scalar<std::string>(n, "a file name"); }},
      {"size", [](const auto& n, Sidecar& to) { read_size(n, to); }},
  };
  const auto reader = readers.find(key);
  if (reader != readers.end()) return reader->second(value, s);
  std::string known;
  for (const auto& [name, unused] : readers) known += (known.empty() ? "" : ", ") + name;
  throw Fault{key_node.Mark(), fmt::format("unknown key '{}'; known are {}", key, known)};
}

}  // namespace

const char* to_string(DetectorFormat format) {
  switch (format) {
    case DetectorFormat::nanodet:
      return "nanodet";
    case DetectorFormat::yolox:
      return "yolox";
    case DetectorFormat::yolov8:
      return "yolov8";
  }
  return "?";
}

ModelFacts default_facts(DetectorFormat format) {
  switch (format) {
    case DetectorFormat::nanodet:
      return {ChannelOrder::bgr, Align::centre, 0, {103.53F, 116.28F, 123.675F}, {57.375F, 57.12F, 58.395F}, 0.6F};
    case DetectorFormat::yolox:
      return {ChannelOrder::bgr, Align::top_left, 114, {0, 0, 0}, {1, 1, 1}, 0.65F};
    case DetectorFormat::yolov8:
      return {ChannelOrder::rgb, Align::centre, 114, {0, 0, 0}, {255, 255, 255}, 0.7F};
  }
  return {};
}

ModelFacts Sidecar::facts(DetectorFormat found) const {
  ModelFacts f = default_facts(found);
  f.order = order.value_or(f.order);
  f.align = align.value_or(f.align);
  f.fill = fill.value_or(f.fill);
  f.mean = mean.value_or(f.mean);
  f.std = std.value_or(f.std);
  f.nms_iou = nms_iou.value_or(f.nms_iou);
  return f;
}

std::filesystem::path sidecar_path(const std::filesystem::path& model) {
  return model.parent_path() / (model.stem().string() + ".shrike.yml");
}

Result<Sidecar> load_sidecar(const std::filesystem::path& model) {
  Sidecar sidecar;
  const auto file = sidecar_path(model);
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return sidecar;
  const auto size = std::filesystem::file_size(file, error);
  if (error || size > 100'000)
    return bad_input(fmt::format("{}: cannot be read, or is larger than 100 kB", file.string()));
  sidecar.file = file;
  const auto at = [&](const YAML::Mark& mark, const std::string& message) {
    return bad_input(fmt::format("{}:{}:{}: {}", file.string(), mark.line + 1, mark.column + 1, message));
  };
  try {
    const YAML::Node root = YAML::LoadFile(file.string());
    if (root.IsNull()) return sidecar;
    if (!root.IsMap()) return at(root.Mark(), "expected `key: value` lines");
    for (const auto& entry : root)
      read_key(scalar<std::string>(entry.first, "a key"), entry.first, entry.second, sidecar);
    return sidecar;
  } catch (const Fault& fault) {
    return at(fault.mark, fault.message);
  } catch (const YAML::Exception& e) {
    return at(e.mark, e.msg);
  }
}

}  // namespace shrike

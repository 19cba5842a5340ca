#include "vision/model_facts.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/file.h"
#include "base/yaml.h"

namespace shrike {

namespace {

constexpr size_t kBytesMax = 100'000;

template <class T>
void read_word(YamlMap& map, const char* key, std::optional<T>& value,
               const std::vector<std::pair<std::string, T>>& words) {
  std::vector<std::string> known;
  known.reserve(words.size());
  for (const auto& [word, unused] : words) known.push_back(word);
  const auto from = [&](const std::string& word) {
    const auto it = std::ranges::find(words, word, &std::pair<std::string, T>::first);
    return it == words.end() ? std::nullopt : std::optional<T>(it->second);
  };
  T found{};
  map.read_word(key, found, from, known);
  if (map.has(key)) value = found;
}

void read_channels(YamlMap& map, const char* key, std::optional<std::array<float, 3>>& value, double least) {
  std::optional<std::vector<double>> read;
  map.read(key, read, 3, {least, 1e6});
  if (!read) return;
  value.emplace();
  std::ranges::transform(*read, value->begin(), [](double v) { return static_cast<float>(v); });
}

void read_size(YamlMap& map, Sidecar& sidecar) {
  std::optional<std::vector<double>> size;
  map.read("size", size, 2, {32, 4096});
  if (!size) return;
  for (const double side : *size) {
    if (std::fmod(side, 32) != 0) return map.fault("size", fmt::format("{} is no multiple of 32", side));
  }
  sidecar.width = static_cast<int>((*size)[0]);
  sidecar.height = static_cast<int>((*size)[1]);
}

void read_sidecar(YamlMap map, Sidecar& s) {
  read_word<DetectorFormat>(
      map, "format", s.format,
      {{"nanodet", DetectorFormat::nanodet}, {"yolox", DetectorFormat::yolox}, {"yolov8", DetectorFormat::yolov8}});
  read_word<ChannelOrder>(map, "colour", s.order, {{"rgb", ChannelOrder::rgb}, {"bgr", ChannelOrder::bgr}});
  read_word<Align>(map, "letterbox", s.align, {{"centre", Align::centre}, {"top_left", Align::top_left}});
  int fill = -1;
  map.read("fill", fill, {0, 255});
  if (fill >= 0) s.fill = static_cast<uint8_t>(fill);
  read_channels(map, "mean", s.mean, 0);
  read_channels(map, "std", s.std, 1e-6);
  float nms_iou = -1;
  map.read("nms_iou", nms_iou, {0.01, 1});
  if (nms_iou > 0) s.nms_iou = nms_iou;
  std::string labels;
  map.read("labels", labels);
  if (!labels.empty()) s.labels = s.file.parent_path() / labels;
  read_size(map, s);
  map.finish();
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
  sidecar.file = file;
  TRY(const std::string text, read_file(file, kBytesMax));
  TRY(const YAML::Node root, parse_yaml(text, file.string()));
  YamlFaults faults(file.string());
  try {
    read_sidecar(YamlMap(root, "", faults), sidecar);
  } catch (const YAML::Exception& e) {
    faults.add(e.mark, e.msg);
  }
  if (faults.any()) return faults.error();
  return sidecar;
}

}  // namespace shrike

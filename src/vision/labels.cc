#include "vision/labels.h"

#include <fmt/format.h>
#include <sstream>

#include "base/file.h"

namespace shrike {

namespace {

constexpr size_t kFileBytesMax = 1'000'000;
constexpr size_t kLabelsMax = 10'000;
constexpr size_t kLabelBytesMax = 200;

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

const Labels& coco_labels() {
  static const Labels labels = {
      "person",         "bicycle",    "car",           "motorcycle",    "airplane",     "bus",           "train",
      "truck",          "boat",       "traffic light", "fire hydrant",  "stop sign",    "parking meter", "bench",
      "bird",           "cat",        "dog",           "horse",         "sheep",        "cow",           "elephant",
      "bear",           "zebra",      "giraffe",       "backpack",      "umbrella",     "handbag",       "tie",
      "suitcase",       "frisbee",    "skis",          "snowboard",     "sports ball",  "kite",          "baseball bat",
      "baseball glove", "skateboard", "surfboard",     "tennis racket", "bottle",       "wine glass",    "cup",
      "fork",           "knife",      "spoon",         "bowl",          "banana",       "apple",         "sandwich",
      "orange",         "broccoli",   "carrot",        "hot dog",       "pizza",        "donut",         "cake",
      "chair",          "couch",      "potted plant",  "bed",           "dining table", "toilet",        "tv",
      "laptop",         "mouse",      "remote",        "keyboard",      "cell phone",   "microwave",     "oven",
      "toaster",        "sink",       "refrigerator",  "book",          "clock",        "vase",          "scissors",
      "teddy bear",     "hair drier", "toothbrush"};
  return labels;
}

Result<Labels> load_labels(const std::filesystem::path& file) {
  TRY(const std::string text, read_file(file, kFileBytesMax));
  std::istringstream in(text);
  Labels labels;
  size_t row = 0, empty_row = 0;
  for (std::string line; std::getline(in, line);) {
    ++row;
    const std::string_view name = trimmed(line);
    if (name.empty()) {
      if (empty_row == 0) empty_row = row;
      continue;
    }
    if (empty_row != 0)
      return bad_input(
          fmt::format("{}:{}: an empty line between names; expected one name a line", file.string(), empty_row));
    if (name.size() > kLabelBytesMax || name.find('\0') != std::string_view::npos || labels.size() == kLabelsMax) {
      return bad_input(fmt::format("{}:{}: is no list of labels; expected up to {} names of up to {} bytes, one a line",
                                   file.string(), row, kLabelsMax, kLabelBytesMax));
    }
    labels.emplace_back(name);
  }
  if (labels.empty()) return bad_input(fmt::format("{}: has no labels; expected one name a line", file.string()));
  return labels;
}

Result<Labels> parse_metadata_names(std::string_view text) {
  const auto unreadable = [&](size_t at) {
    return bad_input(fmt::format("its metadata `names` cannot be read at byte {}: expected {{0: 'person', 1: …}}", at));
  };
  Labels labels;
  size_t i = 0;
  const auto skip = [&](std::string_view what) {
    while (i < text.size() && what.find(text[i]) != std::string_view::npos) ++i;
  };
  skip(" {");
  while (i < text.size() && text[i] != '}') {
    size_t index = 0, digits = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && digits < 6; ++i, ++digits) {
      index = index * 10 + static_cast<size_t>(text[i] - '0');
    }
    skip(" :");
    if (digits == 0 || index != labels.size() || i >= text.size() || (text[i] != '\'' && text[i] != '"'))
      return unreadable(i);
    const char quote = text[i++];
    std::string name;
    for (; i < text.size() && text[i] != quote && name.size() < kLabelBytesMax; ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      name += text[i];
    }
    if (i >= text.size() || text[i] != quote || labels.size() == kLabelsMax) return unreadable(i);
    ++i;
    labels.push_back(std::move(name));
    skip(" ,");
  }
  if (labels.empty()) return unreadable(i);
  return labels;
}

}  // namespace shrike

#include "behaviour/pose_lift.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "base/file.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr size_t kFileBytes_max = size_t{256} << 20;
constexpr float kPixels_max = 1e5F;

// Python writes NaN and Infinity, which are no JSON: both become null, which reads as missing.
std::string without_nan(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool quoted = false;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (!quoted && text.substr(i, 3) == "NaN") {
      out += "null";
      i += 3;
    } else if (!quoted && (text.substr(i, 8) == "Infinity" || text.substr(i, 9) == "-Infinity")) {
      out += "null";
      i += c == '-' ? 9 : 8;
    } else {
      if (c == '\\' && quoted && i + 1 < text.size()) out += text[i++];
      if (c == '"') quoted = !quoted;
      out += text[i++];
    }
  }
  return out;
}

std::string shown(const json& value) {
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > 40) text = text.substr(0, 40) + "…";
  return text;
}

Result<float> number(const json& value, float low, float high, const std::string& where) {
  if (value.is_null()) return std::numeric_limits<float>::quiet_NaN();
  if (!value.is_number()) return bad_input(fmt::format("{}: found {}, expected a number", where, shown(value)));
  const auto x = value.get<double>();
  if (!(x >= low && x <= high)) return bad_input(fmt::format("{}: found {}, expected {} to {}", where, x, low, high));
  return static_cast<float>(x);
}

Result<Pose> parse_pose(const json& entry, const std::string& where) {
  if (!entry.is_object() || !entry.contains("keypoints"))
    return bad_input(fmt::format("{}: found {}, expected an object with \"keypoints\"", where, shown(entry)));
  const json& values = entry["keypoints"];
  if (!values.is_array() || values.size() != 3 * kJoints)
    return bad_input(fmt::format("{}: keypoints: found {}, expected 51 numbers (17 of y, x, confidence)", where,
                                 values.is_array() ? fmt::format("{} values", values.size()) : shown(values)));
  Pose pose;
  for (size_t j = 0; j < kJoints; ++j) {
    const std::string at = fmt::format("{}: keypoint {}", where, j);
    TRY(pose[j].y, number(values[3 * j], -kPixels_max, kPixels_max, at + ": y"));
    TRY(pose[j].x, number(values[3 * j + 1], -kPixels_max, kPixels_max, at + ": x"));
    TRY(pose[j].score, number(values[3 * j + 2], 0, 1.5F, at + ": confidence"));
  }
  return pose;
}

Result<int> parse_frame(const std::string& key, const std::string& where) {
  int frame = -1;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), frame);
  if (error != std::errc() || end != key.data() + key.size() || frame < 0 || frame >= kPoseFramesMax)
    return bad_input(fmt::format("{}: frame: found \"{}\", expected a number from 0 to {}", where, key.substr(0, 40),
                                 kPoseFramesMax - 1));
  return frame;
}

Result<PosePerson> parse_person(const std::string& id, const json& frames, const std::string& name) {
  const std::string where = fmt::format("{}: person {}", name, id.substr(0, 40));
  if (!frames.is_object()) return bad_input(fmt::format("{}: found {}, expected frames", where, shown(frames)));
  std::map<int, Pose> poses;  // by number: the keys' own order is by letters
  for (const auto& [key, entry] : frames.items()) {
    TRY(const int frame, parse_frame(key, where));
    TRY(poses[frame], parse_pose(entry, fmt::format("{}: frame {}", where, frame)));
  }
  PosePerson person{.id = id};
  for (const auto& [frame, pose] : poses) {
    person.frames.push_back(frame);
    person.poses.push_back(pose);
  }
  return person;
}

// 01_0222_alphapose_tracked_person.json → 01_0222
std::string clip_name(const std::string& stem) {
  const size_t first = stem.find('_');
  return first == std::string::npos ? stem : stem.substr(0, stem.find('_', first + 1));
}

}  // namespace

std::vector<BodyStep> PoseClip::steps_of(const PosePerson& person) const {
  std::vector<double> times_s;
  times_s.reserve(person.frames.size());
  for (const int frame : person.frames) times_s.push_back(frame / fps);
  return body_steps(times_s, person.poses);
}

Result<PoseClip> parse_pose_clip(std::string_view text, const std::string& name) {
  const json root = json::parse(without_nan(text), nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded()) return bad_input(fmt::format("{}: found no JSON, expected PoseLift's poses", name));
  if (!root.is_object()) return bad_input(fmt::format("{}: found {}, expected an object of people", name, shown(root)));
  PoseClip clip{.name = name};
  for (const auto& [id, frames] : root.items()) {
    TRY(auto person, parse_person(id, frames, name));
    if (person.frames.empty()) continue;
    clip.frames = std::max(clip.frames, person.frames.back() + 1);
    clip.people.push_back(std::move(person));
  }
  return clip;
}

Result<PoseClip> read_pose_clip(const fs::path& file) {
  TRY(const std::string text, read_file(file, kFileBytes_max));
  TRY(auto clip, parse_pose_clip(text, file.string()));
  clip.name = clip_name(file.stem().string());
  return clip;
}

Result<std::vector<PoseClip>> read_pose_clips(const fs::path& dir) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error))
    if (it->path().extension() == ".json") files.push_back(it->path());
  if (error) return bad_input(fmt::format("{}: cannot be listed: {}", dir.string(), error.message()));
  if (files.empty()) return bad_input(fmt::format("{}: found no .json, expected PoseLift's clips", dir.string()));
  std::sort(files.begin(), files.end());
  std::vector<PoseClip> clips;
  for (const fs::path& file : files) {
    TRY(auto clip, read_pose_clip(file));
    clips.push_back(std::move(clip));
  }
  return clips;
}

Result<std::vector<bool>> parse_frame_labels(std::string_view text, const std::string& name) {
  std::vector<bool> labels;
  size_t line = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view value = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (!value.empty() && value.back() == '\r') value.remove_suffix(1);
    if (value.empty() && text.empty()) break;
    // PoseLift writes some labels as 1.0.
    if (value == "0" || value == "0.0") {
      labels.push_back(false);
    } else if (value == "1" || value == "1.0") {
      labels.push_back(true);
    } else {
      return bad_input(fmt::format("{}: line {}: found \"{}\", expected 0 or 1", name, line, value.substr(0, 40)));
    }
    if (labels.size() > static_cast<size_t>(kPoseFramesMax))
      return bad_input(fmt::format("{}: found over {} lines, expected fewer", name, kPoseFramesMax));
  }
  return labels;
}

}  // namespace shrike

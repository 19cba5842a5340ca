#include "track/mot_files.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/os.h>
#include <fstream>
#include <optional>
#include <tuple>

namespace shrike {
namespace {

constexpr size_t kFileBytesMax = 256U << 20U;
constexpr size_t kFieldsMax = 10;
constexpr std::array<const char*, 7> kFieldNames = {"frame", "id", "left", "top", "width", "height", "score"};

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// What a person is shown of a wrong value.
std::string quoted(std::string_view text) {
  constexpr size_t kShown = 40;
  std::string shown;
  for (const char c : text.substr(0, kShown)) shown += (c >= ' ' && c <= '~') ? c : '?';
  return '"' + shown + (text.size() > kShown ? "…\"" : "\"");
}

std::optional<double> to_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// Takes the next line off `text`.
std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return trim(line);
}

struct Fields {
  std::array<double, kFieldsMax> values{};
  size_t count = 0;
};

std::string field_name(size_t i, MotKind kind) {
  if (kind == MotKind::truth && i == 6) return "counted";
  if (kind == MotKind::truth && i == 7) return "class";
  return i < kFieldNames.size() ? kFieldNames[i] : fmt::format("column {}", i + 1);
}

Result<Fields> split(std::string_view line, const std::string& where, MotKind kind) {
  Fields fields;
  const auto count = static_cast<size_t>(std::count(line.begin(), line.end(), ',')) + 1;
  const size_t fewest = kind == MotKind::truth ? 9 : 7;
  if (count < fewest || count > kFieldsMax)
    return bad_input(fmt::format("{}: found {} fields, expected {} to {}", where, count, fewest, kFieldsMax));
  while (fields.count < count) {
    const auto comma = line.find(',');
    const std::string_view text = trim(line.substr(0, comma));
    const auto value = to_number(text);
    if (!value)
      return bad_input(fmt::format("{}, field {} ({}): found {}, expected a number", where, fields.count + 1,
                                   field_name(fields.count, kind), quoted(text)));
    fields.values[fields.count++] = *value;
    line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
  }
  return fields;
}

// A value that must be whole and within limits.
Result<int64_t> whole(const Fields& fields, size_t i, double least, double most, const std::string& where,
                      MotKind kind) {
  const double value = fields.values[i];
  if (value < least || value > most || value != std::floor(value))
    return bad_input(fmt::format("{}, field {} ({}): found {}, expected a whole number from {} to {}", where, i + 1,
                                 field_name(i, kind), value, least, most));
  return static_cast<int64_t>(value);
}

Result<MotRow> to_row(const Fields& fields, const std::string& where, MotKind kind, int frames_max) {
  MotRow row;
  TRY(const int64_t frame, whole(fields, 0, 1, frames_max, where, kind));
  TRY(row.id, whole(fields, 1, kind == MotKind::detections ? -1 : 0, 1e9, where, kind));
  row.frame = static_cast<int>(frame);
  for (size_t i = 2; i < 6; ++i) {
    constexpr double kPixelsMax = 1e6;
    const double least = i < 4 ? -kPixelsMax : 0;
    if (fields.values[i] < least || fields.values[i] > kPixelsMax)
      return bad_input(fmt::format("{}, field {} ({}): found {}, expected pixels from {} to {}", where, i + 1,
                                   field_name(i, kind), fields.values[i], least, kPixelsMax));
  }
  std::tie(row.left, row.top, row.width, row.height) =
      std::tuple(fields.values[2], fields.values[3], fields.values[4], fields.values[5]);
  row.confidence = fields.values[6];
  if (kind == MotKind::truth && fields.count == 9) {
    TRY(const int64_t label, whole(fields, 7, 0, 1000, where, kind));
    row.label = static_cast<int>(label);
  }
  return row;
}

// `rows` are sorted by frame.
Result<void> refuse_twins(const std::vector<MotRow>& rows, const std::string& name) {
  std::vector<std::pair<int, int64_t>> keys;
  keys.reserve(rows.size());
  for (const MotRow& row : rows) keys.emplace_back(row.frame, row.id);
  std::sort(keys.begin(), keys.end());
  const auto twin = std::adjacent_find(keys.begin(), keys.end());
  if (twin != keys.end())
    return bad_input(
        fmt::format("{}: found id {} twice in frame {}, expected an id at most once", name, twin->second, twin->first));
  return {};
}

Result<std::string> read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return bad_input(fmt::format("cannot open {}", file.string()));
  std::string text;
  std::array<char, 1U << 16U> block{};
  while (in.read(block.data(), block.size()), in.gcount() > 0) {
    text.append(block.data(), static_cast<size_t>(in.gcount()));
    if (text.size() > kFileBytesMax)
      return bad_input(fmt::format("{}: found more than {} MiB, expected less", file.string(), kFileBytesMax >> 20U));
  }
  if (in.bad()) return fail(fmt::format("cannot read {}", file.string()));
  return text;
}

}  // namespace

Result<std::vector<MotRow>> parse_mot(std::string_view text, const std::string& name, MotKind kind, int frames_max) {
  std::vector<MotRow> rows;
  for (int line_number = 1; !text.empty(); ++line_number) {
    const std::string_view line = next_line(text);
    if (line.empty()) continue;
    const std::string where = fmt::format("{} line {}", name, line_number);
    TRY(const Fields fields, split(line, where, kind));
    TRY(const MotRow row, to_row(fields, where, kind, frames_max));
    rows.push_back(row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const MotRow& a, const MotRow& b) { return a.frame < b.frame; });
  if (kind != MotKind::detections) TRY_VOID(refuse_twins(rows, name));
  return rows;
}

Result<MotSequence> parse_seqinfo(std::string_view text, const std::string& name) {
  MotSequence sequence;
  std::array<std::optional<double>, 4> values;
  constexpr std::array<std::string_view, 4> kKeys = {"frameRate", "seqLength", "imWidth", "imHeight"};
  constexpr std::array<double, 4> kMost = {1000, kMotFramesMax, 100'000, 100'000};
  for (int line_number = 1; !text.empty(); ++line_number) {
    const std::string_view line = next_line(text);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, equals)), found = trim(line.substr(equals + 1));
    if (key == "name") sequence.name = found.substr(0, 200);
    const auto known = std::find(kKeys.begin(), kKeys.end(), key);
    if (known == kKeys.end()) continue;
    const auto i = static_cast<size_t>(known - kKeys.begin());
    values[i] = to_number(found);
    const bool fits =
        values[i] && *values[i] > 0 && *values[i] <= kMost[i] && (i == 0 || *values[i] == std::floor(*values[i]));
    if (!fits)
      return bad_input(fmt::format("{} line {}, {}: found {}, expected a {} above 0 and up to {}", name, line_number,
                                   key, quoted(found), i == 0 ? "number" : "whole number", kMost[i]));
  }
  for (size_t i = 0; i < kKeys.size(); ++i)
    if (!values[i]) return bad_input(fmt::format("{}: found no {}, expected \"{}=NUMBER\"", name, kKeys[i], kKeys[i]));
  sequence.fps = *values[0];
  sequence.frames = static_cast<int>(*values[1]);
  sequence.width = static_cast<int>(*values[2]);
  sequence.height = static_cast<int>(*values[3]);
  return sequence;
}

Result<std::vector<MotRow>> read_mot(const std::filesystem::path& file, MotKind kind, int frames_max) {
  TRY(const std::string text, read_text(file));
  return parse_mot(text, file.string(), kind, frames_max);
}

Result<MotSequence> read_seqinfo(const std::filesystem::path& file) {
  TRY(const std::string text, read_text(file));
  return parse_seqinfo(text, file.string());
}

Result<void> write_mot(const std::filesystem::path& file, const std::vector<MotRow>& rows) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  for (const MotRow& row : rows)
    out << fmt::format("{},{},{:.2f},{:.2f},{:.2f},{:.2f},{:.3f},-1,-1,-1\n", row.frame, row.id, row.left, row.top,
                       row.width, row.height, row.confidence);
  out.close();
  if (!out) return fail(fmt::format("cannot write {}", file.string()));
  return {};
}

}  // namespace shrike

#include "watch/recording.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <sstream>

namespace shrike {
namespace {

constexpr std::string_view kMagic = "SHRKDET1";
constexpr float kPerPixel = 16;  // boxes are kept in sixteenths of a pixel
constexpr size_t kLooksMax = RecordedLook::kNone;
constexpr int kPixelsMax = 4095;
constexpr size_t kDetectionBytes = 15;

// The layout is little-endian, as every machine that Shrike runs on is.
template <class T>
void put(std::string& bytes, T value) {
  std::array<char, sizeof(T)> raw;
  std::memcpy(raw.data(), &value, sizeof(T));
  bytes.append(raw.data(), raw.size());
}
template <class T>
T get(const char*& at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  at += sizeof(T);
  return value;
}

uint16_t packed(float pixels) {
  return static_cast<uint16_t>(std::clamp(std::lround(pixels * kPerPixel), 0L, 0xFFFFL));
}
uint8_t byte_of(float share) { return static_cast<uint8_t>(std::clamp(std::lround(share * 255), 0L, 255L)); }

}  // namespace

Result<RecordingWriter> RecordingWriter::open(const std::filesystem::path& file, int width, int height, Timestamp start,
                                              std::span<const float> looks) {
  RecordingWriter writer;
  writer.file_ = file.string();
  writer.start_ = start;
  writer.out_.open(file, std::ios::binary);
  if (!writer.out_) return fail(fmt::format("{}: cannot be written", writer.file_));
  writer.bytes_ = kMagic;
  put(writer.bytes_, static_cast<uint16_t>(width));
  put(writer.bytes_, static_cast<uint16_t>(height));
  put(writer.bytes_, start.us);
  put(writer.bytes_, static_cast<uint32_t>(looks.size() / kAppearanceSize));
  for (const float value : looks) writer.bytes_.push_back(static_cast<char>(byte_of(value)));
  return writer;
}

void RecordingWriter::add(Timestamp time, const Detections& detections, std::span<const RecordedLook> looks) {
  put(bytes_, static_cast<uint32_t>((time.us - start_.us) / 1000));
  put(bytes_, static_cast<uint16_t>(detections.size()));
  for (size_t i = 0; i < detections.size(); ++i) {
    const Box& b = detections.boxes[i];
    for (const float side : {b.x1, b.y1, b.x2, b.y2}) put(bytes_, packed(side));
    put(bytes_, byte_of(detections.scores[i]));
    put(bytes_, static_cast<uint8_t>(detections.classes[i]));
    put(bytes_, looks[i].first);
    put(bytes_, looks[i].second);
    put(bytes_, byte_of(looks[i].second_share));
  }
  if (bytes_.size() > (1U << 20U)) {
    out_.write(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
    bytes_.clear();
  }
}

Result<void> RecordingWriter::finish() {
  out_.write(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
  bytes_.clear();
  out_.close();
  if (!out_) return fail(fmt::format("{}: could not be written whole; is the disk full?", file_));
  return {};
}

Result<Recording> Recording::open(const std::filesystem::path& file) {
  auto in = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!*in) return bad_input(fmt::format("{}: cannot be opened", file.string()));
  return begin(std::move(in), file.string());
}

Result<Recording> Recording::from_bytes(std::string bytes, const std::string& name) {
  return begin(std::make_unique<std::istringstream>(std::move(bytes)), name);
}

Result<Recording> Recording::begin(std::unique_ptr<std::istream> in, std::string name) {
  Recording recording;
  recording.in_ = std::move(in);
  recording.name_ = std::move(name);
  TRY_VOID(recording.read_header());
  return recording;
}

bool Recording::take(void* to, size_t bytes) {
  in_->read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
  return static_cast<size_t>(in_->gcount()) == bytes;
}

Result<void> Recording::read_header() {
  std::array<char, 8 + 2 + 2 + 8 + 4> head{};
  if (!take(head.data(), head.size()) || std::string_view(head.data(), kMagic.size()) != kMagic)
    return bad_input(fmt::format("{}: no recording of detections: it does not begin with {}", name_, kMagic));
  const char* at = head.data() + kMagic.size();
  width_ = get<uint16_t>(at);
  height_ = get<uint16_t>(at);
  start_.us = get<int64_t>(at);
  const auto looks = get<uint32_t>(at);
  constexpr int64_t kYear10000_us = 253'402'300'800'000'000;
  if (width_ < 1 || height_ < 1 || width_ > kPixelsMax || height_ > kPixelsMax || looks > kLooksMax || start_.us < 0 ||
      start_.us > kYear10000_us)
    return bad_input(
        fmt::format("{}: the header says {} x {} pixels, {} appearances, start {}; expected at most {} x {} and {}",
                    name_, width_, height_, looks, start_.us, kPixelsMax, kPixelsMax, kLooksMax));
  std::vector<uint8_t> row(kAppearanceSize);
  for (uint32_t i = 0; i < looks; ++i) {
    if (!take(row.data(), row.size()))
      return bad_input(fmt::format("{}: ends inside appearance {} of {}", name_, i + 1, looks));
    float squares = 0;
    for (const uint8_t value : row) squares += static_cast<float>(value) * static_cast<float>(value);
    const float scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
    for (const uint8_t value : row) looks_.push_back(static_cast<float>(value) * scale);
  }
  return {};
}

void Recording::add_appearance(const RecordedLook& look, std::vector<float>& rows) const {
  const auto size = static_cast<std::ptrdiff_t>(kAppearanceSize);
  if (look.first == RecordedLook::kNone) {
    rows.resize(rows.size() + kAppearanceSize, 0);
    return;
  }
  const auto first = looks_.begin() + look.first * size;
  if (look.second == RecordedLook::kNone || look.second_share <= 0) {
    rows.insert(rows.end(), first, first + size);
    return;
  }
  // Histograms mix, not their roots.
  const auto second = looks_.begin() + look.second * size;
  const float b = look.second_share, a = 1 - b;
  for (std::ptrdiff_t i = 0; i < size; ++i)
    rows.push_back(std::sqrt(a * first[i] * first[i] + b * second[i] * second[i]));
}

Result<bool> Recording::next(RecordedFrame& frame) {
  std::array<char, 6> head{};
  frame.detections.clear();
  frame.appearance.clear();
  if (!take(head.data(), head.size())) {
    if (in_->gcount() == 0) return false;
    return bad_input(fmt::format("{}: frame {}: cut off", name_, frames_ + 1));
  }
  const char* at = head.data();
  const auto ms = get<uint32_t>(at);
  const size_t count = get<uint16_t>(at);
  ++frames_;
  if (ms < last_ms_ || count > RecordingWriter::kFrameDetectionsMax)
    return bad_input(
        fmt::format("{}: frame {}: {} ms after one at {} ms with {} detections; expected a later time and "
                    "at most {}",
                    name_, frames_, ms, last_ms_, count, RecordingWriter::kFrameDetectionsMax));
  last_ms_ = ms;
  frame.time = {start_.us + int64_t{ms} * 1000};
  std::array<char, kDetectionBytes> row{};
  const size_t rows = looks_.size() / kAppearanceSize;
  for (size_t i = 0; i < count; ++i) {
    if (!take(row.data(), row.size())) return bad_input(fmt::format("{}: frame {}: cut off", name_, frames_));
    at = row.data();
    std::array<float, 4> sides{};
    for (float& side : sides) side = static_cast<float>(get<uint16_t>(at)) / kPerPixel;
    const float score = static_cast<float>(get<uint8_t>(at)) / 255;
    const int label = get<uint8_t>(at);
    RecordedLook look;
    look.first = get<uint16_t>(at);
    look.second = get<uint16_t>(at);
    look.second_share = static_cast<float>(get<uint8_t>(at)) / 255;
    for (const uint16_t n : {look.first, look.second})
      if (n != RecordedLook::kNone && n >= rows)
        return bad_input(fmt::format("{}: frame {}: appearance {} of {}", name_, frames_, n, rows));
    frame.detections.add({sides[0], sides[1], sides[2], sides[3]}, score, label);
    add_appearance(look, frame.appearance);
  }
  return true;
}

}  // namespace shrike

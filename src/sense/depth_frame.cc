#include "sense/depth_frame.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sense/bounded_json.h"
#include "sense/weight_reading.h"
#include "video/picture.h"

namespace shrike {
namespace {

constexpr int kWidth_max = 1'280, kHeight_max = 1'024;
constexpr size_t kJson_bytes_max = size_t{16} << 20;

Result<void> check_size(int64_t width, int64_t height) {
  if (width >= 1 && height >= 1 && width <= kWidth_max && height <= kHeight_max) return {};
  return bad_input(
      fmt::format("found {} x {} values, expected at most {} x {}", width, height, kWidth_max, kHeight_max));
}

/// The next number of a PGM's head; comments run from # to the end of the line (netpbm, pgm(5)).
std::optional<int> pgm_number(std::string_view bytes, size_t& at) {
  while (at < bytes.size()) {
    if (bytes[at] == '#') {
      at = std::min(bytes.find('\n', at), bytes.size());
    } else if (std::string_view(" \t\r\n").find(bytes[at]) == std::string_view::npos) {
      break;
    } else {
      ++at;
    }
  }
  int number = 0;
  const auto read = std::from_chars(bytes.data() + at, bytes.data() + bytes.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  at = static_cast<size_t>(read.ptr - bytes.data());
  return number;
}

Result<DepthFrame> read_pgm(std::string_view bytes) {
  size_t at = 2;
  const auto width = pgm_number(bytes, at), height = pgm_number(bytes, at), most = pgm_number(bytes, at);
  if (!width || !height || !most) return bad_input("PGM: found no width, height and maximum behind P5");
  TRY_VOID(check_size(*width, *height));
  if (*most < 256 || *most > 65'535)
    return bad_input(fmt::format("PGM: found a maximum of {}, expected 16 bit (256 to 65535)", *most));
  const size_t count = static_cast<size_t>(*width) * static_cast<size_t>(*height);
  ++at;  // one blank
  if (at > bytes.size() || bytes.size() - at < 2 * count)
    return bad_input(fmt::format("PGM: found {} bytes of values, expected {}",
                                 bytes.size() - std::min(at, bytes.size()), 2 * count));
  DepthFrame frame{*width, *height, std::vector<uint16_t>(count), {}};
  for (size_t i = 0; i < count; ++i) {
    const auto high = static_cast<unsigned char>(bytes[at + 2 * i]),
               low = static_cast<unsigned char>(bytes[at + 2 * i + 1]);
    frame.mm[i] = static_cast<uint16_t>(high << 8U | low);
  }
  return frame;
}

Result<DepthFrame> read_height_map(std::string_view text) {
  TRY(const auto object, parse_bounded_json(text, kJson_bytes_max));
  const auto number = [&](const char* field) -> int64_t {
    const auto found = object.is_object() ? object.find(field) : object.end();
    return object.is_object() && found != object.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
  };
  const int64_t width = number("width"), height = number("height");
  TRY_VOID(check_size(width, height));
  const auto values = object.find("mm");
  const auto count = static_cast<size_t>(width * height);
  if (values == object.end() || !values->is_array() || values->size() != count)
    return bad_input(fmt::format("mm: found {}, expected a list of {} numbers",
                                 values != object.end() && values->is_array() ? std::to_string(values->size()) : "none",
                                 count));
  DepthFrame frame{static_cast<int>(width), static_cast<int>(height), {}, {}};
  frame.mm.reserve(count);
  for (const auto& value : *values) {
    if (!value.is_number()) return bad_input(fmt::format("mm: found {}, expected a number", shown_json(value)));
    frame.mm.push_back(static_cast<uint16_t>(std::clamp(value.get<double>(), 0.0, 65'535.0)));
  }
  if (const auto time = object.find("time"); time != object.end())
    frame.stated = time->is_string()   ? sensor_time(time->get<std::string>())
                   : time->is_number() ? sensor_time(time->get<double>())
                                       : std::nullopt;
  return frame;
}

}  // namespace

Result<DepthFrame> read_depth_frame(std::string_view payload) {
  if (payload.starts_with("P5")) return read_pgm(payload);
  if (payload.starts_with("\x89PNG")) {
    TRY(auto picture, decode_grey16_png(payload));
    TRY_VOID(check_size(picture.width, picture.height));
    return DepthFrame{picture.width, picture.height, std::move(picture.values), {}};
  }
  return read_height_map(payload);
}

}  // namespace shrike

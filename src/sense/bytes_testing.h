#pragma once
// Bytes written as hex, for this room's tests.

#include <string>
#include <string_view>

namespace shrike {

/// The bytes that `hex` writes; blanks are for the reader.
inline std::string bytes_of(std::string_view hex) {
  std::string bytes;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (high < 0) {
      high = digit;
    } else {
      bytes += static_cast<char>(high * 16 + digit);
      high = -1;
    }
  }
  return bytes;
}

inline std::string big_endian_bytes(uint64_t value, int count) {
  std::string bytes;
  for (int i = count - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
  return bytes;
}

/// A parameter in its long form around `content`.
inline std::string llrp_parameter(unsigned type, const std::string& content) {
  return big_endian_bytes(type, 2) + big_endian_bytes(content.size() + 4, 2) + content;
}

/// A message of LLRP 1.0.1 around `content`.
inline std::string llrp_message(unsigned type, const std::string& content, unsigned version = 1) {
  return big_endian_bytes(version << 10U | type, 2) + big_endian_bytes(content.size() + 10, 4) +
         big_endian_bytes(7, 4) + content;
}

}  // namespace shrike

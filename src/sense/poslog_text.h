#pragma once
// The text of an XML file as UTF-8, whatever it is written in. glibc's iconv does the converting.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shrike {

/// The encoding of an XML text from its first bytes: byte order mark, the zero bytes of UTF-16 without one, else what
/// its declaration names, else UTF-8 (XML 1.0, appendix F).
[[nodiscard]] std::string xml_encoding(std::string_view head);

/// A file, read forward, block by block.
class PoslogText {
 public:
  /// Refused: a file that cannot be opened, a folder, an encoding that nobody knows.
  [[nodiscard]] static Result<PoslogText> open(const std::filesystem::path& file);
  PoslogText(PoslogText&&) noexcept;
  PoslogText& operator=(PoslogText&&) = delete;
  ~PoslogText();

  /// Appends the next block to `text`; false after the last. UTF-8 comes as it is, wrong bytes too: whoever knows
  /// where a transaction ends mends and counts them. In another encoding, bytes that mean nothing become U+FFFD.
  [[nodiscard]] Result<bool> read(std::string& text);
  [[nodiscard]] const std::string& encoding() const { return encoding_; }
  /// Bytes that meant nothing in the encoding that the file names.
  [[nodiscard]] int64_t wrong_bytes() const { return wrong_bytes_; }
  [[nodiscard]] uintmax_t bytes_read() const { return bytes_read_; }

 private:
  struct Converter;
  explicit PoslogText(std::filesystem::path file);
  void convert(std::string_view bytes, bool last, std::string& text);

  std::filesystem::path file_;
  std::ifstream in_;
  std::string encoding_, rest_;
  std::unique_ptr<Converter> converter_;  ///< none where the file is UTF-8
  int64_t wrong_bytes_ = 0;
  uintmax_t bytes_read_ = 0;
};

}  // namespace shrike

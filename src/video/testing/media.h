#pragma once
// Media for this room's tests: made by the ffmpeg command, in a folder that goes when the test ends.

#include <filesystem>
#include <string>

#include "video/scale.h"

namespace shrike::testing {

/// Real pedestrians, 768 x 576, 10 fps, 795 frames, MS-MPEG4 in AVI (Debian's opencv-doc).
inline constexpr const char* kVtest = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";

/// A new empty folder, removed with all in it at the end.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Runs `ffmpeg ARGUMENTS OUTPUT` and returns `output`; a failure of the command fails the test.
std::filesystem::path ffmpeg(const std::string& arguments, const std::filesystem::path& output);

/// Standard output of a shell command; a failure of the command fails the test.
std::string shell(const std::string& command);

/// A picture of one colour.
[[nodiscard]] Picture plain(int width, int height, uint8_t r, uint8_t g, uint8_t b);

void write_file(const std::filesystem::path& path, const std::string& bytes);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace shrike::testing

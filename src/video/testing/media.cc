#include "video/testing/media.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace shrike::testing {

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "shrike-video-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "cannot make a folder at " << name;
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string shell(const std::string& command) {
  std::string out;
  // The sanitizers' options are meant for this process, not for its children.
  FILE* pipe = popen(("unset LD_PRELOAD; " + command).c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "cannot run " << command;
    return out;
  }
  std::array<char, 4096> block{};
  for (size_t n = 0; (n = fread(block.data(), 1, block.size(), pipe)) > 0;) out.append(block.data(), n);
  EXPECT_EQ(pclose(pipe), 0) << command;
  return out;
}

std::filesystem::path ffmpeg(const std::string& arguments, const std::filesystem::path& output) {
  shell("ffmpeg -nostdin -y -v error " + arguments + " '" + output.string() + "'");
  return output;
}

Picture plain(int width, int height, uint8_t r, uint8_t g, uint8_t b) {
  Picture p{.width = width, .height = height, .rgb = {}};
  p.rgb.resize(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
  for (size_t i = 0; i < p.rgb.size(); i += 3) {
    p.rgb[i] = r;
    p.rgb[i + 1] = g;
    p.rgb[i + 2] = b;
  }
  return p;
}

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace shrike::testing

// `shrike watch` as a store runs it, on one 1080p H.264 camera in real time: its memory, and how long after a frame its
// incident is kept and told. Demands: peak resident memory below 500 MB, latency p99 below 500 ms.

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/time.h"

namespace {

using namespace shrike;
namespace fs = std::filesystem;

constexpr double kMemoryMax_MB = 500;
constexpr double kLatencyMax_s = 0.5;

/// A config in which everyone who is seen is an incident, on 30 s of the real video as a 1080p camera sends it.
std::string prepare(const fs::path& folder) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  const auto video = (folder / "camera.mp4").string();
  const auto command = fmt::format(
      "ffmpeg -loglevel error -y -i /usr/share/doc/opencv-doc/examples/data/vtest.avi -t 30 -vf scale=1920:1080 -c:v "
      "libx264 "
      "-preset ultrafast -g 20 {}",
      video);
  if (std::system(command.c_str()) != 0) std::exit(1);
  const auto config = (folder / "shrike.yml").string();
  std::ofstream(config) << "cameras:\n  floor:\n    source: camera.mp4\n    zones:\n"
                           "      all: {kind: restricted, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}\n";
  return config;
}

}  // namespace

int main() {
  const auto folder = fs::temp_directory_path() / "shrike-watch-bench";
  const auto config = prepare(folder);
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::execl(SHRIKE_BINARY, "shrike", "watch", "--config", config.c_str(), "--json", nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::vector<double> latencies_s;
  FILE* output = ::fdopen(ends[0], "r");
  std::string line;
  for (int c = std::fgetc(output); c != EOF; c = std::fgetc(output)) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    const auto seen = parse_rfc3339(nlohmann::json::parse(line).at("time").get<std::string>());
    if (seen) latencies_s.push_back(seconds_between(*seen, now_utc()));
    line.clear();
  }
  std::fclose(output);
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  fs::remove_all(folder);
  if (latencies_s.empty() || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return 1;

  std::ranges::sort(latencies_s);
  const double memory_MB = static_cast<double>(usage.ru_maxrss) / 1024;
  const double p99_s = latencies_s[std::min(latencies_s.size() - 1, latencies_s.size() * 99 / 100)];
  const bool reached = memory_MB < kMemoryMax_MB && p99_s < kLatencyMax_s;
  fmt::print("shrike watch, one 1080p H.264 camera, 10 frames/s: peak resident memory {:.0f} MB (demand < {:.0f})\n",
             memory_MB, kMemoryMax_MB);
  fmt::print("frame to incident kept and told, {} incidents: median {:.0f} ms, p99 {:.0f} ms (demand < {:.0f}): {}\n",
             latencies_s.size(), latencies_s[latencies_s.size() / 2] * 1e3, p99_s * 1e3, kLatencyMax_s * 1e3,
             reached ? "reached" : "MISSED");
  return reached ? 0 : 1;
}

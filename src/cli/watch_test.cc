// The program itself, as a process: what it prints, what it keeps when it is killed, how it refuses.

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "vault/incident_store.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kVtest = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";

/// `shrike ARGUMENTS…` with its standard output (and error) to read.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      ::close(ends[0]);
      std::vector<char*> argv{const_cast<char*>(SHRIKE_BINARY)};
      for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
      argv.push_back(nullptr);
      ::execv(SHRIKE_BINARY, argv.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ::fdopen(ends[0], "r");
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      wait();
    }
    std::fclose(output_);
  }

  /// The next line; empty at the end.
  std::string line() {
    std::string text;
    for (int c = std::fgetc(output_); c != EOF && c != '\n'; c = std::fgetc(output_)) text += static_cast<char>(c);
    return text;
  }
  std::string rest() {
    std::string text;
    for (int c = std::fgetc(output_); c != EOF; c = std::fgetc(output_)) text += static_cast<char>(c);
    return text;
  }
  void signal(int number) const { ::kill(child_, number); }
  /// Exit code, or -1 where a signal ended it.
  int wait() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t child_ = -1;
  FILE* output_ = nullptr;
};

class WatchTest : public testing::Test {
 protected:
  WatchTest() : folder_(fs::temp_directory_path() / ("shrike-cli-" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~WatchTest() override { fs::remove_all(folder_); }

  std::string config(const std::string& source) {
    const auto file = (folder_ / "shrike.yml").string();
    std::ofstream(file) << "cameras:\n  floor:\n    source: " << source
                        << "\n    pace: fast\n    detect_fps: 0\n    zones:\n"
                           "      lawn: {kind: restricted, polygon: [[0, 0.2], [1, 0.2], [1, 1], [0, 1]]}\n";
    return file;
  }

  fs::path folder_;
};

TEST_F(WatchTest, EveryPrintedIncidentSurvivesKill9AndTheNextStartIsClean) {
  if (!fs::exists(kVtest)) GTEST_SKIP() << "opencv-doc is not installed";
  const auto file = config(kVtest);
  std::vector<std::string> printed;
  {
    Program watch({"watch", "--config", file, "--json"});
    while (printed.size() < 3) {
      const auto line = watch.line();
      ASSERT_FALSE(line.empty()) << "ended before three incidents";
      if (line.front() == '{') printed.push_back(nlohmann::json::parse(line).at("event_id"));
    }
    watch.signal(SIGKILL);
    EXPECT_EQ(watch.wait(), -1);
  }
  const auto expect_kept = [&] {
    auto store = std::move(IncidentStore::open(folder_ / "data").value());
    for (const auto& event_id : printed) EXPECT_TRUE(store.find(event_id).value()) << event_id;
  };
  expect_kept();
  Program again({"watch", "--config", file, "--json"});
  std::string line = again.line();
  while (!line.empty() && line.front() != '{') line = again.line();
  EXPECT_FALSE(line.empty());
  again.signal(SIGTERM);
  again.rest();
  EXPECT_EQ(again.wait(), 0);
  expect_kept();
  auto store = std::move(IncidentStore::open(folder_ / "data").value());
  EXPECT_TRUE(store.pending_clips().value().empty());
}

TEST_F(WatchTest, AVideoThatIsNoneEndsWithTwoAndSaysWhy) {
  const auto text = folder_ / "text.mp4";
  std::ofstream(text) << "not a video at all";
  Program watch({"watch", "--config", config(text.string())});
  EXPECT_THAT(watch.rest(), HasSubstr("text.mp4"));
  EXPECT_EQ(watch.wait(), 2);
}

TEST_F(WatchTest, BadUseEndsWithTwo) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"watch"}, {"watch", "--config", "/nowhere.yml"}, {"no-such-command"}, {}}) {
    Program program(arguments);
    EXPECT_FALSE(program.rest().empty());
    EXPECT_EQ(program.wait(), 2);
  }
  Program help({"watch", "--help"});
  EXPECT_THAT(help.rest(), HasSubstr("Example: shrike watch"));
  EXPECT_EQ(help.wait(), 0);
}

}  // namespace
}  // namespace shrike

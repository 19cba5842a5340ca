#include <array>
#include <csignal>
#include <gtest/gtest.h>
#include <memory>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "video/testing/rtsp_server.h"

extern char** environ;

namespace shrike::testing {

std::string ball_pipeline(int width, int height) {
  return "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=" + std::to_string(width) +
         ",height=" + std::to_string(height) +
         ",framerate=25/1 ! x264enc tune=zerolatency speed-preset=ultrafast threads=1 key-int-max=10 ! "
         "rtph264pay name=pay0 pt=96 config-interval=-1 )";
}

RtspServer::RtspServer(std::vector<std::string> arguments) {
  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) return;
  arguments.insert(arguments.begin(), SHRIKE_RTSP_SERVER);
  std::vector<char*> argv;
  for (auto& a : arguments) argv.push_back(a.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipe_ends[0]);
  const int error = posix_spawn(&pid_, SHRIKE_RTSP_SERVER, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  EXPECT_EQ(error, 0) << SHRIKE_RTSP_SERVER;
  if (error != 0) pid_ = -1;
  // The first line is the URL; a server that has not said it within 30 s will not.
  pollfd ready{.fd = pipe_ends[0], .events = POLLIN, .revents = 0};
  char c = 0;
  while (poll(&ready, 1, 30'000) == 1 && read(pipe_ends[0], &c, 1) == 1 && c != '\n') url_ += c;
  close(pipe_ends[0]);
  EXPECT_EQ(url_.rfind("rtsp://", 0), 0U) << "the RTSP server did not come up";
}

std::string RtspServer::port() const {
  const size_t colon = url_.rfind(':');
  return url_.substr(colon + 1, url_.find('/', colon) - colon - 1);
}

void RtspServer::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RtspServer::freeze() const { ::kill(pid_, SIGSTOP); }
void RtspServer::thaw() const { ::kill(pid_, SIGCONT); }

/// Answers every connection with the same bytes and keeps it open.
struct SilentServer::Talker {
  std::jthread thread;
};

SilentServer::SilentServer(std::string answer) : listener_(listen_on_loopback()) {
  if (answer.empty()) return;
  talker_ = std::make_unique<Talker>();
  talker_->thread = std::jthread([fd = listener_.fd, answer = std::move(answer)] {
    std::vector<int> open;
    for (int c = 0; (c = accept4(fd, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      open.push_back(c);
      [[maybe_unused]] const auto sent = send(c, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    for (const int c : open) close(c);
  });
}

SilentServer::~SilentServer() {
  shutdown(listener_.fd, SHUT_RDWR);
  talker_.reset();
  close(listener_.fd);
}

std::string SilentServer::url() const { return "rtsp://127.0.0.1:" + std::to_string(listener_.port) + "/cam"; }

}  // namespace shrike::testing

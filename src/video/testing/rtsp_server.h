#pragma once
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/loopback_testing.h"

namespace shrike::testing {

/// A ball that bounces, 320 x 240, 25 fps, H.264 with a key frame every 10 frames: a camera in a hundredth of a core.
std::string ball_pipeline(int width = 320, int height = 240);

/// A running shrike_rtsp_server. Killed when it goes.
class RtspServer {
 public:
  /// `arguments` as the program takes them; a server that does not come up fails the test.
  explicit RtspServer(std::vector<std::string> arguments);
  ~RtspServer() { kill(); }
  RtspServer(const RtspServer&) = delete;
  RtspServer& operator=(const RtspServer&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] std::string port() const;
  /// Pulls the plug: SIGKILL, and waits until it is gone.
  void kill();
  /// Stops answering without closing anything (SIGSTOP), and goes on (SIGCONT).
  void freeze() const;
  void thaw() const;

 private:
  pid_t pid_ = -1;
  std::string url_;
};

/// A TCP port of this machine: accepts connections and then says nothing, or `answer` once and then nothing.
class SilentServer {
 public:
  explicit SilentServer(std::string answer = "");
  ~SilentServer();
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  [[nodiscard]] std::string url() const;

 private:
  struct Talker;
  LoopbackListener listener_;
  std::unique_ptr<Talker> talker_;
};

}  // namespace shrike::testing

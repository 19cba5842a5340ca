#pragma once
// Real MQTT brokers for tests: mosquitto, or the MQTT listener of nats-server, on a free port of this machine.

#include <array>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <memory>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "base/folder_testing.h"
#include "base/loopback_testing.h"
#include "sense/mqtt_publisher.h"

extern char** environ;

namespace shrike {

inline constexpr const char* kMosquitto = "/usr/sbin/mosquitto";
inline constexpr const char* kNatsServer = "/usr/sbin/nats-server";

/// A server that runs until this goes.
class TestBroker {
 public:
  /// mosquitto; `more` are lines of its configuration after the listener's.
  static TestBroker mosquitto(const std::string& more = "allow_anonymous true\n") {
    TestBroker broker;
    broker.port_ = free_port();
    const auto file = broker.folder_->write(
        "mosquitto.conf", "log_type all\nlog_dest stderr\nlistener " + std::to_string(broker.port_) + " 127.0.0.1\n" +
                              // As root it would become a user of its own, who cannot read this folder.
                              (geteuid() == 0 ? "user root\n" : "") + more);
    broker.command_ = {kMosquitto, "-c", file.string()};
    broker.ready_ = " running";
    broker.start();
    return broker;
  }

  /// nats-server with its MQTT listener, which speaks 3.1.1.
  static TestBroker nats() {
    TestBroker broker;
    broker.port_ = free_port();
    const auto file = broker.folder_->write(
        "nats.conf", "server_name: test\nhost: 127.0.0.1\nport: " + std::to_string(free_port()) +
                         "\njetstream { store_dir: '" + (broker.folder_->path() / "store").string() +
                         "' }\nmqtt { host: 127.0.0.1, port: " + std::to_string(broker.port_) + " }\n");
    broker.command_ = {kNatsServer, "-c", file.string()};
    broker.ready_ = "Server is ready";
    broker.start();
    return broker;
  }

  ~TestBroker() { stop(); }
  TestBroker(TestBroker&& other) noexcept
      : folder_(std::move(other.folder_)),
        port_(other.port_),
        pid_(std::exchange(other.pid_, -1)),
        command_(std::move(other.command_)),
        ready_(std::move(other.ready_)),
        log_(std::exchange(other.log_, -1)) {}
  TestBroker& operator=(TestBroker&&) = delete;

  [[nodiscard]] int port() const { return port_; }

  void start() {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    std::vector<char*> argv;
    for (auto& each : command_) argv.push_back(each.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    const int error = posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    log_ = ends[0];
    ASSERT_EQ(error, 0) << command_[0];
    std::string said;
    pollfd ready{.fd = log_, .events = POLLIN, .revents = 0};
    char c = 0;
    while (said.find(ready_) == std::string::npos && poll(&ready, 1, 30'000) == 1 && read(log_, &c, 1) == 1) said += c;
    ASSERT_NE(said.find(ready_), std::string::npos) << command_[0] << " did not come up: " << said;
    drain_ = std::jthread([fd = log_] {  // a broker that cannot log stops
      std::array<char, 4096> rest{};
      while (read(fd, rest.data(), rest.size()) > 0) {
      }
    });
  }

  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
    if (drain_.joinable()) drain_.join();
    close(log_);
    log_ = -1;
  }

 private:
  TestBroker() : folder_(std::make_unique<TestFolder>()) {}

  std::unique_ptr<TestFolder> folder_;
  int port_ = 0;
  pid_t pid_ = -1;
  std::vector<std::string> command_;
  std::string ready_;
  int log_ = -1;
  std::jthread drain_;
};

/// Publishes, and returns once the broker has acknowledged.
class TestPublisher {
 public:
  explicit TestPublisher(int port, const std::string& ca = "") {
    BrokerConfig broker{.name = "test", .host = "127.0.0.1", .port = port};
    broker.tls = !ca.empty();
    broker.ca = ca;
    auto publisher = MqttPublisher::connect(broker, kPatience_s);
    EXPECT_TRUE(publisher) << (publisher ? "" : publisher.error().message);
    if (publisher) publisher_ = std::move(*publisher);
  }

  void publish(const std::string& topic, const std::string& payload, bool retain = false) {
    ASSERT_NE(publisher_, nullptr);
    const auto sent = publisher_->publish(topic, payload, retain);
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().message);
    const auto acknowledged = publisher_->flush(kPatience_s);
    EXPECT_TRUE(acknowledged) << (acknowledged ? "" : acknowledged.error().message);
  }

 private:
  static constexpr double kPatience_s = 30;
  std::unique_ptr<MqttPublisher> publisher_;
};

}  // namespace shrike

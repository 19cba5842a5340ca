#pragma once
// For tests and benchmarks: a blocking HTTP client over a real socket that sends exactly the bytes it is told to.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace shrike {

/// One connection to 127.0.0.1. Every wait ends after 20 s, so that a broken server fails a test and does not hang it.
class TestClient {
 public:
  explicit TestClient(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{20, 0};
    const int on = 1;
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  TestClient(TestClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_), buffer_(std::move(other.buffer_)) {}
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;
  TestClient& operator=(TestClient&&) = delete;
  ~TestClient() {
    if (socket_ >= 0) close(socket_);
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int handle() const { return socket_; }

  bool send_bytes(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  /// Up to and with `end`, or what came before the connection closed.
  std::string read_until(std::string_view end) {
    size_t at = 0;
    while ((at = buffer_.find(end)) == std::string::npos) {
      if (!receive()) return std::exchange(buffer_, {});
    }
    std::string text = buffer_.substr(0, at + end.size());
    buffer_.erase(0, at + end.size());
    return text;
  }
  std::string read_bytes(size_t n) {
    while (buffer_.size() < n && receive()) {
    }
    std::string text = buffer_.substr(0, n);
    buffer_.erase(0, text.size());
    return text;
  }
  /// Everything until the server closes.
  std::string read_all() {
    while (receive()) {
    }
    return std::exchange(buffer_, {});
  }

  struct Answer {
    int status = 0;  ///< 0: no answer came
    std::string head, body;

    /// A header's value by its exact name, or empty.
    [[nodiscard]] std::string header(const std::string& name) const {
      const auto at = head.find("\r\n" + name + ": ");
      if (at == std::string::npos) return "";
      const auto begin = at + name.size() + 4;
      return head.substr(begin, head.find("\r\n", begin) - begin);
    }
  };

  Answer read_answer(bool has_body = true) {
    Answer answer;
    answer.head = read_until("\r\n\r\n");
    if (answer.head.size() > 12) answer.status = std::atoi(answer.head.c_str() + 9);
    const auto length = answer.header("Content-Length");
    if (has_body && !length.empty()) answer.body = read_bytes(std::stoul(length));
    return answer;
  }

  /// `headers`: whole lines, each with "\r\n".
  Answer get(const std::string& target, const std::string& headers = "") {
    send_bytes("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    return read_answer();
  }
  Answer post(const std::string& target, const std::string& body,
              const std::string& headers = "Content-Type: application/json\r\n") {
    send_bytes("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n" + headers + "\r\n" + body);
    return read_answer();
  }

 private:
  bool receive() {
    char piece[16384];
    const auto got = recv(socket_, piece, sizeof piece, 0);
    if (got <= 0) return false;
    buffer_.append(piece, static_cast<size_t>(got));
    return true;
  }

  int socket_;
  bool connected_ = false;
  std::string buffer_;
};

}  // namespace shrike

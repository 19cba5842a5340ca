#pragma once
// An HTTP/1.1 server. Boost.Beast is behind this face: http.cc is the only file that knows it.

#include <functional>
#include <memory>
#include <string>

#include "hub/message.h"

namespace shrike {

struct HttpOptions {
  std::string bind = "127.0.0.1";  ///< an address, not a name ("localhost" is taken as 127.0.0.1)
  int port = 8080;                 ///< 0: any free one
  int threads = 2;
  size_t connections_max = 512;  ///< one more is answered 503 and closed
  size_t header_bytes_max = 16 << 10;
  size_t body_bytes_max = 256 << 10;
  double request_timeout_s = 15;     ///< for the whole of one request to arrive
  double keep_alive_timeout_s = 60;  ///< for the next request to begin
  double write_timeout_s = 30;       ///< for the client to take one piece of a response
  double heartbeat_s = 15;           ///< an event stream says at least so often that it lives
  double stop_timeout_s = 2;         ///< for running responses to end on stop()
};

/// Answers a request. Runs on one of the server's threads, may run on all of them at once, and may throw (answered
/// with 500). Event streams cost no thread; a handler that waits does.
using HttpHandler = std::function<Response(const Request&)>;

/// Serves until it is stopped or destroyed.
class HttpServer {
 public:
  /// Errors: the address is none, or is taken.
  [[nodiscard]] static Result<HttpServer> start(const HttpOptions& options, HttpHandler handler);
  ~HttpServer();
  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;

  /// The port it listens on.
  [[nodiscard]] int port() const;
  /// Takes no more requests, lets responses that are under way end, then returns. Event streams are closed.
  void stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace shrike

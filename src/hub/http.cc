#include "hub/http.h"

// Clang 14 compiles coroutines but does not tell libstdc++ and Asio so.
#if defined(__clang__) && __clang_major__ < 17
#define __cpp_impl_coroutine 201902L  // NOLINT(bugprone-reserved-identifier): the compiler's own name
#define BOOST_ASIO_HAS_CO_AWAIT 1
#define BOOST_ASIO_HAS_STD_COROUTINE 1
#endif
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <date/date.h>
#include <fmt/format.h>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>
#include <utility>  // Asio 1.74 uses std::exchange without including it

#include "base/log.h"

namespace shrike {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr size_t kFilePiece_bytes = 64 << 10;
constexpr double kLinger_s = 1;
constexpr size_t kLinger_bytes_max = 4 << 20;

std::chrono::milliseconds duration(double seconds) {
  return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1e3));
}

/// One client. Everything in it is touched on its stream's strand only.
struct Connection : std::enable_shared_from_this<Connection> {
  explicit Connection(tcp::socket socket) : stream(std::move(socket)), heartbeat(stream.get_executor()) {}

  void close() {
    ErrorCode ignored;
    stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
    stream.close();
  }

  beast::tcp_stream stream;
  net::steady_timer heartbeat;
  std::shared_ptr<EventStream> events;  ///< set while the response is a stream
  bool busy = false;                    ///< from the first byte of a request to the last of its response
  bool closing = false;                 ///< no request after this one
};

using ConnectionPtr = std::shared_ptr<Connection>;

std::string http_date() {
  return date::format("%a, %d %b %Y %T GMT", date::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

template <class Body>
http::response<Body> head_of(const Response& response, int status, bool keep_alive) {
  http::response<Body> head(static_cast<http::status>(status), 11);
  head.set(http::field::date, http_date());
  if (!response.content_type.empty()) head.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) head.insert(name, value);
  head.keep_alive(keep_alive);
  return head;
}

/// Beast's request as ours; an error says why it cannot be one.
Result<Request> to_request(http::request<http::string_body>& message) {
  Request request;
  switch (message.method()) {
    case http::verb::get:
      request.method = Method::get;
      break;
    case http::verb::head:
      request.method = Method::head;
      break;
    case http::verb::post:
      request.method = Method::post;
      break;
    default:
      return bad_input("method");
  }
  const std::string_view target(message.target().data(), message.target().size());
  if (!target.starts_with('/')) return bad_input("the request's target does not start with '/'");
  const auto question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  TRY(request.query, parse_query(target.substr(std::min(question + 1, target.size()))));
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    // Two of these would let a proxy before us and us see different requests.
    if (name == "host" && request.headers.contains(name)) return bad_input("the request has two Host headers");
    request.headers[name] = std::string(field.value());
  }
  request.body = std::move(message.body());
  return request;
}

}  // namespace

struct HttpServer::Impl {
  Impl(HttpOptions o, HttpHandler h)
      : options(std::move(o)), handler(std::move(h)), acceptor(net::make_strand(io)), retry(acceptor.get_executor()) {}
  ~Impl() { stop(); }

  Result<void> listen();
  void stop();

  net::awaitable<void> accept();
  net::awaitable<void> serve(ConnectionPtr connection);
  net::awaitable<bool> serve_one(Connection& connection, beast::flat_buffer& buffer);
  net::awaitable<bool> read_body(Connection& connection, beast::flat_buffer& buffer,
                                 http::request_parser<http::string_body>& parser, ErrorCode& ec);
  net::awaitable<bool> refuse(Connection& connection, const ErrorCode& ec);
  static net::awaitable<void> linger(Connection& connection);
  Response answer(const Request& request) const;
  net::awaitable<bool> send(Connection& connection, const Request& request, Response response, bool keep_alive);
  net::awaitable<bool> send_text(Connection& connection, const Response& response, std::string_view text,
                                 bool head_only, bool keep_alive);
  net::awaitable<bool> send_file(Connection& connection, const Request& request, const Response& response,
                                 const FileBody& body, bool keep_alive);
  net::awaitable<void> send_events(Connection& connection, const Response& response);
  static net::awaitable<void> watch_for_close(ConnectionPtr connection, std::shared_ptr<EventStream> events);
  void forget(const ConnectionPtr& connection);

  HttpOptions options;
  HttpHandler handler;
  net::io_context io;
  tcp::acceptor acceptor;
  net::steady_timer retry;
  int port = 0;
  std::mutex mutex;  ///< guards what follows
  std::condition_variable all_gone;
  std::set<ConnectionPtr> connections;
  bool stopping = false;
  std::vector<std::thread> threads;
};

Result<void> HttpServer::Impl::listen() {
  ErrorCode ec;
  const auto address = net::ip::make_address(options.bind == "localhost" ? "127.0.0.1" : options.bind, ec);
  if (ec) return bad_input(fmt::format("'{}' is not an IP address to listen on, such as 127.0.0.1", options.bind));
  if (options.port < 0 || options.port > 65535) return bad_input(fmt::format("port {} is not 0..65535", options.port));
  const tcp::endpoint endpoint(address, static_cast<uint16_t>(options.port));
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(net::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(net::socket_base::max_listen_connections, ec);
  if (ec == net::error::address_in_use) {
    return unavailable(fmt::format("port {} of {} is taken by another program; stop it or choose another port",
                                   options.port, options.bind));
  }
  if (ec) return fail(fmt::format("cannot listen on {} port {}: {}", options.bind, options.port, ec.message()));
  port = acceptor.local_endpoint(ec).port();
  net::co_spawn(acceptor.get_executor(), accept(), net::detached);
  for (int i = 0; i < options.threads; ++i) threads.emplace_back([this] { io.run(); });
  return {};
}

void HttpServer::Impl::stop() {
  if (threads.empty()) return;
  net::post(acceptor.get_executor(), [this] {
    acceptor.close();
    retry.cancel();
  });
  std::unique_lock lock(mutex);
  stopping = true;
  for (const auto& connection : connections) {
    net::post(connection->stream.get_executor(), [connection] {
      connection->closing = true;
      if (connection->events) connection->events->close();
      if (!connection->busy) connection->close();
    });
  }
  all_gone.wait_for(lock, duration(options.stop_timeout_s), [&] { return connections.empty(); });
  lock.unlock();
  io.stop();
  for (auto& thread : threads) thread.join();
  threads.clear();
  // What was posted above has not run where all ended before a thread came to it, and the port would stay open.
  ErrorCode ignored;
  acceptor.close(ignored);
}

void HttpServer::Impl::forget(const ConnectionPtr& connection) {
  std::lock_guard lock(mutex);
  connections.erase(connection);
  if (connections.empty()) all_gone.notify_all();
}

net::awaitable<void> HttpServer::Impl::accept() {
  while (acceptor.is_open()) {
    ErrorCode ec;
    tcp::socket socket =
        co_await acceptor.async_accept(net::make_strand(io), net::redirect_error(net::use_awaitable, ec));
    if (ec == net::error::operation_aborted) co_return;
    if (ec) {  // no file descriptor left: the connections that end will free some
      retry.expires_after(duration(0.1));
      co_await retry.async_wait(net::redirect_error(net::use_awaitable, ec));
      continue;
    }
    socket.set_option(tcp::no_delay(true), ec);
    std::unique_lock lock(mutex);
    if (stopping) co_return;
    if (connections.size() >= options.connections_max) {
      lock.unlock();
      socket.non_blocking(true, ec);
      static constexpr std::string_view kBusy =
          "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      socket.write_some(net::buffer(kBusy), ec);
      continue;
    }
    auto connection = std::make_shared<Connection>(std::move(socket));
    connections.insert(connection);
    lock.unlock();
    net::co_spawn(connection->stream.get_executor(), serve(connection), net::detached);
  }
}

net::awaitable<void> HttpServer::Impl::serve(ConnectionPtr connection) {
  // Whichever way this ends, an exception included, the connection must not count any longer.
  const std::shared_ptr<void> at_end(nullptr, [&](void*) {
    connection->close();
    forget(connection);
  });
  beast::flat_buffer buffer;
  bool more = true;
  while (more && !connection->closing) {
    more = co_await serve_one(*connection, buffer);
    connection->busy = false;
  }
}

/// One request and its response; whether another may follow.
net::awaitable<bool> HttpServer::Impl::serve_one(Connection& connection, beast::flat_buffer& buffer) {
  ErrorCode ec;
  if (buffer.size() == 0) {
    connection.stream.expires_after(duration(options.keep_alive_timeout_s));
    const size_t got =
        co_await connection.stream.async_read_some(buffer.prepare(4096), net::redirect_error(net::use_awaitable, ec));
    if (ec) co_return false;
    buffer.commit(got);
  }
  connection.busy = true;
  http::request_parser<http::string_body> parser;
  parser.header_limit(static_cast<uint32_t>(options.header_bytes_max));
  parser.body_limit(options.body_bytes_max);
  const bool whole = co_await read_body(connection, buffer, parser, ec);
  if (!whole) co_return co_await refuse(connection, ec);

  auto message = parser.release();
  const bool keep_alive = message.keep_alive() && !connection.closing;
  auto request = to_request(message);
  if (request) co_return co_await send(connection, *request, answer(*request), keep_alive);
  auto response = request.error().message == "method"
                      ? error_response(405, "method_not_allowed", "only GET, HEAD and POST are answered")
                      : error_response(400, "bad_request", request.error().message);
  if (response.status == 405) response.headers.emplace_back("Allow", "GET, HEAD, POST");
  const auto& text = std::get<std::string>(response.body);
  co_return co_await send_text(connection, response, text, false, false);
}

/// Reads header and body; false, with the reason in `ec`, where they do not come or are not a request.
net::awaitable<bool> HttpServer::Impl::read_body(Connection& connection, beast::flat_buffer& buffer,
                                                 http::request_parser<http::string_body>& parser, ErrorCode& ec) {
  connection.stream.expires_after(duration(options.request_timeout_s));
  co_await http::async_read_header(connection.stream, buffer, parser, net::redirect_error(net::use_awaitable, ec));
  if (ec) co_return false;
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await net::async_write(connection.stream, net::buffer(kContinue), net::redirect_error(net::use_awaitable, ec));
    if (ec) co_return false;
  }
  co_await http::async_read(connection.stream, buffer, parser, net::redirect_error(net::use_awaitable, ec));
  co_return !ec;
}

/// Tells a client what was wrong with bytes that are no request, where it may still listen. Always false.
net::awaitable<bool> HttpServer::Impl::refuse(Connection& connection, const ErrorCode& ec) {
  Response response;
  if (ec == http::error::header_limit) {
    response =
        error_response(431, "header_too_large", fmt::format("the header is over {} bytes", options.header_bytes_max));
  } else if (ec == http::error::body_limit) {
    response = error_response(413, "body_too_large", fmt::format("the body is over {} bytes", options.body_bytes_max));
  } else if (ec.category() == make_error_code(http::error::bad_method).category() && ec != http::error::end_of_stream &&
             ec != http::error::partial_message) {
    response = error_response(400, "bad_request", "this is not HTTP/1.1: " + ec.message());
  } else {
    co_return false;
  }
  const auto& text = std::get<std::string>(response.body);
  co_await send_text(connection, response, text, false, false);
  co_await linger(connection);
  co_return false;
}

/// Closing with bytes unread would reset the connection before the client has read our refusal.
net::awaitable<void> HttpServer::Impl::linger(Connection& connection) {
  ErrorCode ec;
  connection.stream.socket().shutdown(tcp::socket::shutdown_send, ec);
  connection.stream.expires_after(duration(kLinger_s));
  std::array<char, 4096> ignored{};
  size_t left_bytes = kLinger_bytes_max;
  while (!ec && left_bytes > 0) {
    const size_t got =
        co_await connection.stream.async_read_some(net::buffer(ignored), net::redirect_error(net::use_awaitable, ec));
    left_bytes -= std::min(got, left_bytes);
  }
}

Response HttpServer::Impl::answer(const Request& request) const {
  try {
    return handler(request);
  } catch (const std::exception& e) {
    spdlog::error("http: {} failed: {}", request.path, e.what());
    return error_response(500, "internal", "the server failed on this request; its log says more");
  }
}

net::awaitable<bool> HttpServer::Impl::send(Connection& connection, const Request& request, Response response,
                                            bool keep_alive) {
  const bool head_only = request.method == Method::head;
  if (const auto* text = std::get_if<std::string>(&response.body)) {
    co_return co_await send_text(connection, response, *text, head_only, keep_alive);
  }
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body)) {
    co_return co_await send_text(connection, response, **shared, head_only, keep_alive);
  }
  if (const auto* file = std::get_if<FileBody>(&response.body)) {
    co_return co_await send_file(connection, request, response, *file, keep_alive);
  }
  if (head_only) co_return co_await send_text(connection, response, "", true, false);
  connection.events = std::get<std::shared_ptr<EventStream>>(response.body);
  co_await send_events(connection, response);
  co_return false;
}

net::awaitable<bool> HttpServer::Impl::send_text(Connection& connection, const Response& response,
                                                 std::string_view text, bool head_only, bool keep_alive) {
  auto message = head_of<http::span_body<const char>>(response, response.status, keep_alive);
  message.body() = beast::span<const char>(text.data(), text.size());
  if (response.status != 204 && response.status != 304) message.content_length(text.size());
  http::response_serializer<http::span_body<const char>> serializer(message);
  connection.stream.expires_after(duration(options.write_timeout_s));
  ErrorCode ec;
  if (head_only) {
    co_await http::async_write_header(connection.stream, serializer, net::redirect_error(net::use_awaitable, ec));
  } else {
    co_await http::async_write(connection.stream, serializer, net::redirect_error(net::use_awaitable, ec));
  }
  co_return keep_alive && !ec;
}

net::awaitable<bool> HttpServer::Impl::send_file(Connection& connection, const Request& request,
                                                 const Response& response, const FileBody& body, bool keep_alive) {
  std::ifstream in(body.file, std::ios::binary | std::ios::ate);
  const auto end = in.tellg();
  if (!in || end < 0) {
    const auto missing = error_response(404, "file_missing", "the file is no longer there");
    const auto& text = std::get<std::string>(missing.body);
    co_return co_await send_text(connection, missing, text, request.method == Method::head, keep_alive);
  }
  const auto size_bytes = static_cast<uint64_t>(end);
  const auto [kind, range] = parse_range(request.header("range"), size_bytes);
  const int status = kind == RangeKind::whole ? response.status : kind == RangeKind::part ? 206 : 416;
  const uint64_t first = kind == RangeKind::part ? range.first : 0;
  uint64_t left = kind == RangeKind::part ? range.last - range.first + 1 : kind == RangeKind::whole ? size_bytes : 0;
  auto head = head_of<http::empty_body>(response, status, keep_alive);
  head.set(http::field::accept_ranges, "bytes");
  head.content_length(left);
  if (kind == RangeKind::part) {
    head.set(http::field::content_range, fmt::format("bytes {}-{}/{}", range.first, range.last, size_bytes));
  } else if (kind == RangeKind::unsatisfiable) {
    head.set(http::field::content_range, fmt::format("bytes */{}", size_bytes));
  }
  http::response_serializer<http::empty_body> serializer(head);
  connection.stream.expires_after(duration(options.write_timeout_s));
  ErrorCode ec;
  co_await http::async_write_header(connection.stream, serializer, net::redirect_error(net::use_awaitable, ec));
  if (request.method == Method::head) left = 0;
  in.seekg(static_cast<std::streamoff>(first));
  std::vector<char> piece(std::min<uint64_t>(left, kFilePiece_bytes));
  while (!ec && left > 0) {
    in.read(piece.data(), static_cast<std::streamsize>(std::min<uint64_t>(left, piece.size())));
    const auto got = static_cast<size_t>(in.gcount());
    if (got == 0) co_return false;  // cut short while we sent it: the length that we promised cannot be kept
    left -= got;
    connection.stream.expires_after(duration(options.write_timeout_s));
    co_await net::async_write(connection.stream, net::buffer(piece.data(), got),
                              net::redirect_error(net::use_awaitable, ec));
  }
  co_return keep_alive && !ec;
}

net::awaitable<void> HttpServer::Impl::send_events(Connection& connection, const Response& response) {
  auto head = head_of<http::empty_body>(response, response.status, false);
  http::response_serializer<http::empty_body> serializer(head);
  const auto events = connection.events;
  ErrorCode ec;
  connection.stream.expires_after(duration(options.write_timeout_s));
  co_await http::async_write_header(connection.stream, serializer, net::redirect_error(net::use_awaitable, ec));

  events->on_change([weak = connection.weak_from_this()] {
    if (const auto there = weak.lock()) {
      net::post(there->stream.get_executor(), [there] { there->heartbeat.cancel(); });
    }
  });
  net::co_spawn(connection.stream.get_executor(), watch_for_close(connection.shared_from_this(), events),
                net::detached);
  while (!ec) {
    // Closed is asked before taking: what was pushed before the close still goes out.
    const bool closed = events->closed();
    auto texts = events->take();
    if (texts.empty() && closed) break;
    if (texts.empty()) {
      connection.heartbeat.expires_after(duration(options.heartbeat_s));
      ErrorCode woken;
      co_await connection.heartbeat.async_wait(net::redirect_error(net::use_awaitable, woken));
      if (woken) continue;
      texts.push_back(std::make_shared<const std::string>(":\n\n"));
    }
    std::vector<net::const_buffer> buffers;
    buffers.reserve(texts.size());
    for (const auto& text : texts) buffers.emplace_back(net::buffer(*text));
    connection.stream.expires_after(duration(options.write_timeout_s));
    co_await net::async_write(connection.stream, buffers, net::redirect_error(net::use_awaitable, ec));
  }
  events->close();
}

/// Ends the stream as soon as its client goes, not at the next heartbeat.
net::awaitable<void> HttpServer::Impl::watch_for_close(ConnectionPtr connection, std::shared_ptr<EventStream> events) {
  std::array<char, 256> ignored{};
  ErrorCode ec;
  while (!ec) {
    co_await connection->stream.socket().async_read_some(net::buffer(ignored),
                                                         net::redirect_error(net::use_awaitable, ec));
  }
  events->close();
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

Result<HttpServer> HttpServer::start(const HttpOptions& options, HttpHandler handler) {
  auto impl = std::make_unique<Impl>(options, std::move(handler));
  TRY_VOID(impl->listen());
  return HttpServer(std::move(impl));
}

int HttpServer::port() const { return impl_->port; }
void HttpServer::stop() { impl_->stop(); }

}  // namespace shrike

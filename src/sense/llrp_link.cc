#include "sense/llrp_link.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <utility>  // before Asio 1.74, which uses std::exchange without including it

namespace shrike {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

}  // namespace

struct LlrpLink::Wire {
  net::io_context io;
  tcp::socket socket{io};
  std::stop_token stop;

  void close() {
    ErrorCode ignored;
    socket.close(ignored);
  }

  /// Runs what `begin` starts until it calls back, at most for `patience_s`; then the socket is closed.
  template <class Begin>
  Result<void> wait(const char* what, double patience_s, Begin begin) {
    std::optional<ErrorCode> done;
    begin([&](const ErrorCode& error) { done = error; });
    // What is posted here may run in a later wait, or never: it knows this object only.
    const std::stop_callback on_stop(stop, [this] { net::post(io, [this] { close(); }); });
    io.restart();
    io.run_for(std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::duration<double>(patience_s)));
    if (!done) {
      close();
      io.restart();
      io.run();
      return unavailable(fmt::format("{}: no answer in {:.3g} s", what, patience_s));
    }
    if (stop.stop_requested()) return unavailable(fmt::format("{}: stopped", what));
    if (*done) return unavailable(fmt::format("{}: {}", what, done->message()));
    return {};
  }
};

LlrpLink::LlrpLink(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}
LlrpLink::LlrpLink(LlrpLink&&) noexcept = default;
LlrpLink& LlrpLink::operator=(LlrpLink&&) noexcept = default;
LlrpLink::~LlrpLink() = default;

Result<LlrpLink> LlrpLink::connect(const std::string& host, uint16_t port, double patience_s, std::stop_token stop) {
  auto wire = std::make_unique<Wire>();
  wire->stop = std::move(stop);
  tcp::resolver resolver(wire->io);
  tcp::resolver::results_type places;
  ErrorCode not_an_address;
  const auto address = net::ip::make_address(host, not_an_address);
  if (!not_an_address) {
    places = tcp::resolver::results_type::create(tcp::endpoint(address, port), host, std::to_string(port));
  } else {
    TRY_VOID(wire->wait("name", patience_s, [&](auto done) {
      resolver.async_resolve(host, std::to_string(port), [&places, done](const ErrorCode& error, auto found) {
        places = std::move(found);
        done(error);
      });
    }));
  }
  TRY_VOID(wire->wait("connect", patience_s, [&](auto done) {
    net::async_connect(wire->socket, places, [done](const ErrorCode& error, const tcp::endpoint&) { done(error); });
  }));
  ErrorCode ignored;
  wire->socket.set_option(tcp::no_delay(true), ignored);
  return LlrpLink(std::move(wire));
}

Result<void> LlrpLink::send(const LlrpMessage& message, double patience_s) {
  TRY(const auto bytes, encode_llrp(message));
  return wire_->wait("send", patience_s, [&](auto done) {
    net::async_write(wire_->socket, net::buffer(bytes), [done](const ErrorCode& error, size_t) { done(error); });
  });
}

Result<std::string> LlrpLink::receive(double patience_s) {
  std::string bytes(kLlrpHeader_bytes, '\0');
  TRY_VOID(wire_->wait("receive", patience_s, [&](auto done) {
    net::async_read(wire_->socket, net::buffer(bytes), [done](const ErrorCode& error, size_t) { done(error); });
  }));
  TRY(const auto size, llrp_message_bytes(bytes));
  bytes.resize(size);
  const auto rest = net::buffer(bytes) + kLlrpHeader_bytes;
  TRY_VOID(wire_->wait("receive", patience_s, [&](auto done) {
    net::async_read(wire_->socket, rest, [done](const ErrorCode& error, size_t) { done(error); });
  }));
  return bytes;
}

}  // namespace shrike

#include "sense/simulated_reader.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <fmt/format.h>
#include <mutex>
#include <thread>
#include <utility>  // before Asio 1.74, which uses std::exchange without including it

#include "sense/llrp.h"
#include "sense/llrp_make.h"

namespace shrike {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

std::string bytes_of(LlrpElement body, uint32_t id) {
  // What this file puts together fits.
  return encode_llrp({.id = id, .body = std::move(body)}).value();
}

LlrpElement status_of(bool refused) {
  return refused ? make_llrp("LLRPStatus", {{"StatusCode", "M_FieldError"},
                                            LlrpGiven::in_bytes("ErrorDescription", "the simulation refuses")})
                 : make_llrp("LLRPStatus");
}

LlrpElement device() {
  return make_llrp("GeneralDeviceCapabilities",
                   {{"MaxNumberOfAntennaSupported", 4},
                    {"HasUTCClockCapability", 1},
                    {"DeviceManufacturerName", 0},
                    {"ModelName", 1},
                    LlrpGiven::in_bytes("ReaderFirmwareVersion", "simulated")},
                   {make_llrp("ReceiveSensitivityTableEntry", {{"Index", 1}}), make_llrp("GPIOCapabilities"),
                    make_llrp("PerAntennaAirProtocol",
                              {{"AntennaID", 1}, LlrpGiven::in_bytes("ProtocolID", std::string(1, '\1'))})});
}

uint64_t microseconds(Timestamp t) { return static_cast<uint64_t>(t.us); }

}  // namespace

/// Everything here runs on the thread of `io_`, but for what is guarded by `mutex_`.
class SimulatedReader::Server {
 public:
  explicit Server(SimulatedReaderOptions options)
      : options_(std::move(options)),
        acceptor_(io_, tcp::endpoint(net::ip::address_v4::loopback(), options_.port)),
        port_(acceptor_.local_endpoint().port()) {
    accept();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Server() {
    io_.stop();
    thread_.join();
  }

  [[nodiscard]] uint16_t port() const { return port_; }
  [[nodiscard]] SimulatedReaderFacts facts() const {
    const std::lock_guard lock(mutex_);
    return facts_;
  }
  [[nodiscard]] bool wait(const std::function<bool(const SimulatedReaderFacts&)>& when, double patience_s) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::duration<double>(patience_s), [&] { return when(facts_); });
  }

  void report(std::vector<SimulatedTag> tags) {
    std::vector<LlrpElement> reports;
    reports.reserve(tags.size());
    for (SimulatedTag& tag : tags) reports.push_back(report_of(std::move(tag)));
    send(bytes_of(make_llrp("RO_ACCESS_REPORT", {}, std::move(reports)), 0));
  }
  void send(std::string bytes) {
    net::post(io_, [this, bytes = std::move(bytes)]() mutable {
      held_.push_back(std::move(bytes));
      release();
    });
  }
  void drop() {
    net::post(io_, [this] { hang_up(); });
  }

 private:
  /// One client's connection; its handlers keep it alive.
  struct Client {
    explicit Client(tcp::socket taken) : socket(std::move(taken)), keepalive(socket.get_executor()) {}
    tcp::socket socket;
    net::steady_timer keepalive;
    std::string incoming;
    std::deque<std::string> outgoing;
    std::chrono::milliseconds keepalive_every{0};
    bool reading = false;
  };
  using ClientPtr = std::shared_ptr<Client>;

  template <class Change>
  void change(Change how) {
    {
      const std::lock_guard lock(mutex_);
      how(facts_);
    }
    changed_.notify_all();
  }

  void accept() {
    acceptor_.async_accept([this](const ErrorCode& error, tcp::socket socket) {
      if (error) return;
      const bool busy = client_ != nullptr;
      const auto client = std::make_shared<Client>(std::move(socket));
      write(client, greeting(busy));
      if (!busy) {
        client_ = client;
        change([](auto& facts) { ++facts.connections; });
        read(client);
      }
      accept();
    });
  }

  std::string greeting(bool busy) const {
    const Timestamp now = now_utc().plus_s(options_.clock_offset_s);
    auto time = options_.has_utc_clock
                    ? make_llrp("UTCTimestamp", {{"Microseconds", microseconds(now)}})
                    : make_llrp("Uptime", {{"Microseconds", static_cast<uint64_t>(now.us - options_.started.us)}});
    auto attempt =
        busy ? make_llrp("ConnectionAttemptEvent", {{"Status", "Failed_A_Client_Initiated_Connection_Already_Exists"}})
             : make_llrp("ConnectionAttemptEvent");
    return bytes_of(make_llrp("READER_EVENT_NOTIFICATION", {},
                              {make_llrp("ReaderEventNotificationData", {}, {std::move(time), std::move(attempt)})}),
                    0);
  }

  LlrpElement report_of(SimulatedTag tag) const {
    auto epc = tag.epc.size() == 12 ? make_llrp("EPC_96", {LlrpGiven::in_bytes("EPC", tag.epc)})
                                    : make_llrp("EPCData", {LlrpGiven::in_bytes("EPC", tag.epc, tag.epc.size() * 8)});
    const auto seen = [&](const std::string& which, Timestamp at) {
      const auto us = static_cast<uint64_t>(at.us - (options_.has_utc_clock ? 0 : options_.started.us));
      return make_llrp(which + (options_.has_utc_clock ? "TimestampUTC" : "TimestampUptime"), {{"Microseconds", us}});
    };
    return make_llrp("TagReportData", {},
                     {std::move(epc), make_llrp("AntennaID", {{"AntennaID", tag.antenna}}),
                      make_llrp("PeakRSSI", {{"PeakRSSI", static_cast<uint64_t>(int64_t{tag.rssi_dbm})}}),
                      seen("FirstSeen", tag.first_seen), seen("LastSeen", tag.last_seen),
                      make_llrp("TagSeenCount", {{"TagCount", tag.count}})});
  }

  void read(const ClientPtr& client) {
    client->incoming.assign(kLlrpHeader_bytes, '\0');
    net::async_read(client->socket, net::buffer(client->incoming), [this, client](const ErrorCode& error, size_t) {
      const auto size = error ? Result<size_t>(0) : llrp_message_bytes(client->incoming);
      if (error || !size) return gone(client);
      client->incoming.resize(*size);
      net::async_read(client->socket, net::buffer(client->incoming) + kLlrpHeader_bytes,
                      [this, client](const ErrorCode& rest_error, size_t) {
                        const auto message = decode_llrp(client->incoming);
                        if (rest_error || !message) return gone(client);
                        answer(client, *message);
                        read(client);
                      });
    });
  }

  void answer(const ClientPtr& client, const LlrpMessage& request) {
    const std::string name(request.body.type->name);
    change([&](auto& facts) {
      facts.requests.push_back(name);
      facts.keepalives_answered += name == "KEEPALIVE_ACK" ? 1 : 0;
    });
    if (find_llrp_type(name + "_RESPONSE") == nullptr) return;
    const bool refused = name == options_.refuse;
    std::vector<LlrpElement> content{status_of(refused)};
    if (name == "GET_READER_CAPABILITIES") content.push_back(device());
    write(client, bytes_of(make_llrp(name + "_RESPONSE", {}, std::move(content)), request.id));
    if (name == "SET_READER_CONFIG") keep_alive(client, request.body);
    if (name != "START_ROSPEC" || refused) return;
    client->reading = true;
    change([](auto& facts) { facts.reading = true; });
    release();
  }

  void keep_alive(const ClientPtr& client, const LlrpElement& config) {
    const auto every_ms = config.number_in("KeepaliveSpec", "PeriodicTriggerValue").value_or(0);
    if (every_ms == 0 || !options_.sends_keepalives) return;
    client->keepalive_every = std::chrono::milliseconds(every_ms);
    tick(client);
  }

  void tick(const ClientPtr& client) {
    client->keepalive.expires_after(client->keepalive_every);
    client->keepalive.async_wait([this, client](const ErrorCode& error) {
      if (error || client != client_) return;
      write(client, bytes_of(make_llrp("KEEPALIVE"), 0));
      tick(client);
    });
  }

  /// What was held back goes to the client that reads.
  void release() {
    if (client_ == nullptr || !client_->reading) return;
    for (std::string& bytes : held_) write(client_, std::move(bytes));
    held_.clear();
  }

  void write(const ClientPtr& client, std::string bytes) {
    client->outgoing.push_back(std::move(bytes));
    if (client->outgoing.size() == 1) write_next(client);
  }

  void write_next(const ClientPtr& client) {
    net::async_write(client->socket, net::buffer(client->outgoing.front()),
                     [this, client](const ErrorCode& error, size_t) {
                       if (error) return gone(client);
                       client->outgoing.pop_front();
                       if (!client->outgoing.empty()) write_next(client);
                     });
  }

  void gone(const ClientPtr& client) {
    if (client == client_) hang_up();
  }

  void hang_up() {
    if (client_ == nullptr) return;
    ErrorCode ignored;
    client_->socket.close(ignored);
    client_->keepalive.cancel(ignored);
    client_ = nullptr;
    change([](auto& facts) { facts.reading = false; });
  }

  const SimulatedReaderOptions options_;
  net::io_context io_;
  tcp::acceptor acceptor_;
  const uint16_t port_;
  ClientPtr client_;
  std::vector<std::string> held_;
  mutable std::mutex mutex_;  // guards facts_
  mutable std::condition_variable changed_;
  SimulatedReaderFacts facts_;
  std::thread thread_;
};

SimulatedReader::SimulatedReader(SimulatedReaderOptions options)
    : server_(std::make_unique<Server>(std::move(options))) {}
SimulatedReader::~SimulatedReader() = default;

Result<std::unique_ptr<SimulatedReader>> SimulatedReader::open(SimulatedReaderOptions options) {
  const uint16_t port = options.port;
  try {
    return std::make_unique<SimulatedReader>(std::move(options));
  } catch (const boost::system::system_error& e) {
    return unavailable(fmt::format("simulated reader: port {}: {}", port, e.what()));
  }
}

uint16_t SimulatedReader::port() const { return server_->port(); }
void SimulatedReader::report(std::vector<SimulatedTag> tags) { server_->report(std::move(tags)); }
void SimulatedReader::send(std::string bytes) { server_->send(std::move(bytes)); }
void SimulatedReader::drop() { server_->drop(); }
SimulatedReaderFacts SimulatedReader::facts() const { return server_->facts(); }
bool SimulatedReader::wait(const std::function<bool(const SimulatedReaderFacts&)>& when, double patience_s) const {
  return server_->wait(when, patience_s);
}

}  // namespace shrike

#pragma once
// SIMULATED: an RFID reader that does not exist. It speaks real LLRP 1.0.1 over TCP, for tests and demonstrations.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace shrike {

/// What the simulated reader sees.
struct SimulatedTag {
  std::string epc;  ///< tag memory, bytes; 12 of them are sent as EPC_96
  uint16_t antenna = 1;
  int8_t rssi_dbm = -60;
  Timestamp first_seen, last_seen;  ///< on the reader's clock
  uint16_t count = 1;
};

struct SimulatedReaderOptions {
  uint16_t port = 0;          ///< 0: any that is free
  std::string refuse;         ///< a request that it answers with an error, e.g. ADD_ROSPEC
  bool has_utc_clock = true;  ///< false: times are microseconds since `started`
  double clock_offset_s = 0;  ///< its clock less this machine's
  bool sends_keepalives = true;
  Timestamp started;  ///< when its uptime began
};

/// What has come in so far.
struct SimulatedReaderFacts {
  int connections = 0, keepalives_answered = 0;
  bool reading = false;               ///< a client has started an inventory
  std::vector<std::string> requests;  ///< names of the messages of all clients
};

/// Listens on 127.0.0.1, serves one client at a time, and sends it what report() is given. Its own thread. Safe to use
/// from any thread.
class SimulatedReader {
 public:
  explicit SimulatedReader(SimulatedReaderOptions options = {});
  /// The same, for a port that may be taken: the error names it.
  [[nodiscard]] static Result<std::unique_ptr<SimulatedReader>> open(SimulatedReaderOptions options);
  ~SimulatedReader();
  SimulatedReader(const SimulatedReader&) = delete;
  SimulatedReader& operator=(const SimulatedReader&) = delete;

  [[nodiscard]] uint16_t port() const;
  /// One RO_ACCESS_REPORT, as soon as a client reads.
  void report(std::vector<SimulatedTag> tags);
  /// Any bytes, to the client that reads, as soon as one does.
  void send(std::string bytes);
  /// Hangs up on the client.
  void drop();

  [[nodiscard]] SimulatedReaderFacts facts() const;
  /// Waits until `when` holds of the facts; false where it does not within `patience_s`.
  [[nodiscard]] bool wait(const std::function<bool(const SimulatedReaderFacts&)>& when, double patience_s) const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace shrike

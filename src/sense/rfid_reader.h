#pragma once
// An RFID reader as a source of tag reads: LLRP over TCP, kept alive, and taken up again when it is lost.

#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/queue.h"
#include "base/result.h"
#include "base/time.h"
#include "sense/llrp.h"
#include "video/backoff.h"

namespace shrike {

/// What a reader says of one tag at one antenna.
struct TagRead {
  std::string reader;  ///< its name here
  std::string epc;     ///< tag memory, upper-case hex
  int antenna = 0;     ///< from 1
  std::optional<int> rssi_dbm;
  Timestamp first_seen, last_seen;  ///< on this machine's clock
  int count = 1;                    ///< how often since the last report of it
  std::optional<double> phase_rad;  ///< of the carrier, where the reader says it (Impinj's parameter)

  bool operator==(const TagRead&) const = default;
};

struct RfidReaderOptions {
  std::string name;  ///< as reads and messages call it
  std::string host;
  uint16_t port = 5084;
  std::vector<uint16_t> antennas;  ///< none: all that the reader has
  double answer_s_max = 5;         ///< the longest wait for an answer
  double keepalive_s = 5;          ///< how often the reader shows a sign of life; after three missed ones it is lost
  BackoffOptions backoff;          ///< between tries to connect
};

/// How a reader does.
struct RfidReaderState {
  bool reading = false;
  std::string problem;         ///< why it does not read; empty before the first try
  std::string model;           ///< vendor, model and firmware as the reader says them
  double clock_offset_s = 0;   ///< the reader's clock less ours, when it connected
  bool has_utc_clock = false;  ///< false: it only counts from its start, and its times are put on our clock
  uint64_t reads = 0;          ///< tag reports since the start
  uint64_t connections = 0;
  uint64_t messages_unread = 0;  ///< messages that could not be decoded; the log names the first
};

/// Connects, has the reader inventory all its antennas without end, and puts each tag report into `reads`. Its own
/// thread, until it is destroyed; that waits for at most one answer of the reader. A lost, silent or refusing reader is
/// tried again with growing pauses.
class RfidReader {
 public:
  RfidReader(RfidReaderOptions options, BoundedQueue<TagRead>& reads);
  ~RfidReader();
  RfidReader(const RfidReader&) = delete;
  RfidReader& operator=(const RfidReader&) = delete;

  [[nodiscard]] RfidReaderState state() const;

 private:
  void run(const std::stop_token& stop);
  Result<void> read_until_lost(const std::stop_token& stop, Backoff& backoff);
  template <class Change>
  void change(Change how);

  const RfidReaderOptions options_;
  BoundedQueue<TagRead>& reads_;
  mutable std::mutex mutex_;  // guards state_
  RfidReaderState state_;
  std::jthread thread_;
};

/// The reads of an RO_ACCESS_REPORT; `offset_us` is taken off the reader's UTC times, `start` is when its uptime began.
/// Reports without an EPC are left out.
[[nodiscard]] std::vector<TagRead> reads_of(const LlrpElement& report, const std::string& reader, int64_t offset_us,
                                            Timestamp start, Timestamp now);

/// The ROSpec that has a reader inventory `antennas` (none: all) without end and report each tag at once.
[[nodiscard]] LlrpElement endless_inventory(uint32_t id, const std::vector<uint16_t>& antennas);

}  // namespace shrike

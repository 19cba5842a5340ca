#pragma once
#include <cstdint>
#include <string>

namespace shrike {

/// How a sensor or a broker does, as cameras' state is shown.
struct SensorStatus {
  std::string name;
  std::string sort;                  ///< mqtt, rfid, weight, depth, events, tills
  std::string state = "connecting";  ///< connecting, live, stalled, failed
  std::string problem;               ///< what is wrong, in words; empty while nothing is
  uint64_t messages = 0;             ///< that came: messages, tag reads, readings, transactions
  uint64_t events = 0;               ///< that were made of them
  uint64_t left_out = 0;             ///< of the messages: unreadable, too large, too many
  uint64_t reconnects = 0;
  double clock_offset_s = 0;  ///< the sensor's clock less ours

  bool operator==(const SensorStatus&) const = default;
};

}  // namespace shrike

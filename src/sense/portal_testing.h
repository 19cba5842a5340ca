#pragma once
// SIMULATED: a door 2 m wide with two antennas on each side of it, and tags that people carry. Signal by the radar
// equation (fourth power of the distance), the antennas' beam, fading and the body in between.

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "sense/rfid_reader.h"

namespace shrike {

struct PortalSimulation {
  uint64_t seed = 1;
  double fading_db = 4, body_db = 12;
  double rows_m = 1.2;  ///< between the antennas inside and those outside
  double slot_s = 0.1;  ///< one antenna's turn
};

/// Where a tag is at a time in seconds: x along the way out (0 is the door), y across; both metres.
struct TagPath {
  std::string epc;
  std::function<std::pair<double, double>(double s)> at;
  double from_s = 0, to_s = 0;
};

class SimulatedPortal {
 public:
  explicit SimulatedPortal(PortalSimulation how)
      : how_(how), random_(static_cast<std::minstd_rand::result_type>(how.seed)) {}

  /// Antennas 1 and 2 stand inside, 3 and 4 outside; 1 and 3 at the left, 2 and 4 at the right.
  std::vector<TagRead> reads(const std::vector<TagPath>& tags, double from_s, double to_s) {
    std::vector<TagRead> all;
    std::vector<std::array<double, 4>> bodies;
    for (size_t i = 0; i < tags.size(); ++i) {
      const double left = uniform(0, how_.body_db), right = how_.body_db - left;
      bodies.push_back({left, right, left, right});
    }
    int turn = 0;
    for (double s = from_s; s < to_s; s += how_.slot_s, ++turn) {
      const auto antenna = static_cast<size_t>(turn % 4);
      for (size_t i = 0; i < tags.size(); ++i) {
        if (s < tags[i].from_s || s > tags[i].to_s) continue;
        const auto [x, y] = tags[i].at(s);
        const double dbm = signal(antenna, x, y) - bodies[i][antenna] + how_.fading_db * normal_(random_);
        if (uniform(0, 1) > 1 / (1 + std::exp(-(dbm + 74) / 2.5))) continue;
        const auto time = at(s + uniform(0, how_.slot_s));
        all.push_back({.reader = "gate",
                       .epc = tags[i].epc,
                       .antenna = static_cast<int>(antenna) + 1,
                       .rssi_dbm = static_cast<int>(std::lround(dbm)),
                       .first_seen = time,
                       .last_seen = time});
      }
    }
    return all;
  }
  [[nodiscard]] static Timestamp at(double s) { return Timestamp{1'772'355'600'000'000}.plus_s(s); }
  [[nodiscard]] double uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }

  /// Out through the door at `speed`, beginning 4 m before it; negative: in.
  TagPath walk(const std::string& epc, double from_s, double speed) {
    const double y = uniform(-0.5, 0.5), start = speed > 0 ? -4 : 4;
    return {epc, [=](double s) { return std::pair(start + speed * (s - from_s), y); }, from_s,
            from_s + 8 / std::abs(speed)};
  }
  /// Along the front, `x` metres from the door.
  TagPath pass_by(const std::string& epc, double from_s, double x, double speed) {
    return {epc, [=](double s) { return std::pair(x, -4 + speed * (s - from_s)); }, from_s, from_s + 8 / speed};
  }
  /// To `nearest_x` and back into the shop.
  TagPath turn_round(const std::string& epc, double from_s, double nearest_x, double speed) {
    const double y = uniform(-0.5, 0.5), there_s = (nearest_x + 4) / speed;
    return {epc,
            [=](double s) {
              const double t = s - from_s;
              return std::pair(t < there_s ? -4 + speed * t : nearest_x - speed * (t - there_s), y);
            },
            from_s, from_s + 2 * there_s};
  }

 private:
  double signal(size_t antenna, double x, double y) const {
    const double at_x = antenna < 2 ? -how_.rows_m / 2 : how_.rows_m / 2, at_y = antenna % 2 == 0 ? -1 : 1;
    const double dx = std::abs(x - at_x), dy = std::abs(y - at_y), d = std::max(0.3, std::hypot(dx, dy));
    const double degrees = std::atan2(dx, dy) * 57.3;
    return -45 - 40 * std::log10(d) - std::min(30.0, 12 * degrees * degrees / 1'600);
  }

  PortalSimulation how_;
  std::minstd_rand random_;
  std::normal_distribution<double> normal_;
};

}  // namespace shrike

#pragma once
// A door with RFID antennas on both sides: from tag reads to goods that went out or came in. A value machine: no
// thread, no clock of its own.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "sense/item_event.h"
#include "sense/rfid_reader.h"

namespace shrike {

struct PortalOptions {
  std::string name, zone;
  std::vector<int> inside, outside;  ///< antennas
  double still_dbm = -75;            ///< what tags that are only near are read with
  double gap_s = 1.5;                ///< a tag that is not read for so long has passed, or has not
  double window_s = 8;               ///< of a tag that stays, only so much is looked at
  size_t tags_max = 20'000;          ///< at the same time
};

/// The product of a GTIN-14, as the planogram names it; empty where the shop has no such product.
using ProductOfGtin = std::function<std::string(const std::string& gtin)>;

struct PortalState {
  uint64_t reads = 0, out = 0, in = 0;
  uint64_t near = 0;         ///< tags that came and went without passing
  uint64_t unknown = 0;      ///< tags that passed and are no goods of this shop
  uint64_t left_out = 0;     ///< reads of antennas that are not this door's, and beyond tags_max
  std::string last_unknown;  ///< EPC, hex
  size_t tags_held = 0;
};

/// Each tag's reads are held together while it is there. Which way it went is told by the order in which the two sides
/// saw it (Mann and Whitney's statistic of their times, each read by its strength), whether it passed at all by how
/// strongly the weaker side saw it. Phase, where the reader tells it, says whether the tag moved. Many tags at the same
/// time move together: what few reads say of one of them is drawn to what all say.
class Portal {
 public:
  explicit Portal(PortalOptions options, ProductOfGtin product_of = {});

  void observe(const TagRead& read);
  /// The tags that have passed by `now`; call it a few times a second.
  [[nodiscard]] std::vector<ItemEvent> advance(Timestamp now);
  [[nodiscard]] PortalState state() const;

 private:
  struct Read {
    Timestamp time;
    double dbm = 0;
    bool outside = false;
    int antenna = 0;
    std::optional<double> phase_rad;
  };
  struct Tag {
    std::deque<Read> reads;
    Timestamp last;
  };
  /// What a tag's reads say, as log-odds against having been near only.
  struct Passing {
    double direction = 0;  ///< how many standard deviations the street's side was later; negative: earlier
    double clearness = 0;  ///< how many it would be, had it passed
    double through = 0;    ///< log-odds of having passed, by strength and movement
    double reads = 0;      ///< how much there is to go by
  };

  [[nodiscard]] double strength(const Read& read) const;
  [[nodiscard]] Passing passing_of(const Tag& tag) const;
  [[nodiscard]] Timestamp crossed_at(const Tag& tag) const;
  [[nodiscard]] double moved(const Tag& tag) const;
  [[nodiscard]] std::optional<ItemEvent> decide(const std::string& epc, const Tag& tag, const Passing& passing);
  void forget_old_neighbours();

  PortalOptions options_;
  ProductOfGtin product_of_;
  std::unordered_map<std::string, Tag> tags_;
  std::unordered_map<std::string, int> neighbours_;  // EPCs that were near without passing, and how often
  PortalState state_;
};

}  // namespace shrike

#pragma once
// Who was in a simulated store on one day, where they walked, and what they did: the truth that every sensor looks at.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/store_floor.h"
#include "sim/store_plan.h"

namespace shrike {

enum class PersonKind : int8_t { shopper, companion, staff, cashier, cleaner, thief, lookout };
[[nodiscard]] const char* to_string(PersonKind kind);

enum class TheftKind : int8_t { none, concealer, walk_out, switcher, colluder, team, grabber };
[[nodiscard]] const char* to_string(TheftKind kind);

enum class ActKind : int8_t {
  take,             ///< a piece off its shelf
  put_back,         ///< … and back where it belongs
  leave_elsewhere,  ///< … put down somewhere else
  hide,             ///< … into clothing or a bag, to steal it
  bag_up,           ///< … into one's own bag, to carry it to the till
  pocket,           ///< a hand to a pocket: telephone, list, handkerchief
  touch,            ///< goods are touched, nothing is taken
  restock,          ///< staff put a new piece on its shelf
};
[[nodiscard]] const char* to_string(ActKind kind);

struct SimAct {
  double at_s = 0;  ///< since midnight, the store's clock
  ActKind kind = ActKind::take;
  int good = -1;
  int64_t piece = 0;
};

/// A stretch of a way, or standing (one point).
struct SimMove {
  double from_s = 0, to_s = 0;
  std::vector<FloorPoint> way;
};

struct SimPerson {
  int id = 0, party = 0;
  PersonKind kind = PersonKind::shopper;
  int looks_like = 0;  ///< id of whoever wears the same: oneself, one's earlier visit, or staff's uniform (negative)
  double height_m = 1.7, speed_mps = 1.2;
  bool bag = false, cart = false, foil = false;
  std::string habits;  ///< what looks suspicious about an honest person, for the truth
  std::vector<SimMove> moves;
  std::vector<SimAct> acts;
  /// When it passes the exit's middle on the way out; 0: never.
  double passes_exit_s = 0;

  [[nodiscard]] double enters_s() const { return moves.empty() ? 0 : moves.front().from_s; }
  [[nodiscard]] double leaves_s() const { return moves.empty() ? 0 : moves.back().to_s; }
  /// Where it stands; meaningless before it enters and after it leaves. `hint` is the move found last.
  [[nodiscard]] FloorPoint at(double time_s, size_t& hint) const;
};

/// A piece that somebody carries, and what becomes of it at the till.
struct CarriedPiece {
  int good = 0;
  int64_t piece = 0;
  int by = 0;  ///< index into StoreDay::people of who took it
  double taken_s = 0;
  bool hidden = false;
  bool stolen = false;   ///< meant not to be paid
  bool skipped = false;  ///< goes past the scanner
  int rung_as = -1;      ///< another product's label is scanned
  bool voided = false;   ///< scanned, then taken off the receipt again
  bool paid = false;
};

/// People who came together.
struct SimParty {
  int id = 0;
  TheftKind theft = TheftKind::none;
  std::vector<size_t> people;  ///< indices into StoreDay::people; the first leads
  std::vector<CarriedPiece> pieces;
  bool queues = false;   ///< goes to a till
  bool self = false;     ///< … and prefers a self-checkout
  bool browses = false;  ///< wanted nothing, or found nothing
  int checkout = -1;
  double served_s = 0, paid_s = 0;
};

struct StoreDay {
  int day = 0;
  std::vector<SimPerson> people;
  std::vector<SimParty> parties;
  /// A staff member with a cage of tagged goods beside an exit.
  struct Cage {
    double from_s, to_s;
    size_t portal;
    std::vector<std::pair<int, int64_t>> pieces;  ///< product, serial
  };
  std::vector<Cage> cages;
};

/// Everything that happens on day `day` (0 is the first) of `plan`; the same arguments give the same day.
[[nodiscard]] StoreDay live_a_day(const StorePlan& plan, FloorPlan& floor, int day);

}  // namespace shrike

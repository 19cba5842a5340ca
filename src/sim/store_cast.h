#pragma once
// How a simulated day is put together: each party's script, drawn from its own stream of chance. Inside of sim/ alone.

#include <span>
#include <string>
#include <vector>

#include "sim/chain_random.h"
#include "sim/store_people.h"

namespace shrike {

/// What the scripts of one day share.
struct StoreStage {
  const StorePlan& plan;
  FloorPlan& floor;
  StoreDay& day;
  int64_t next_piece = 1;

  [[nodiscard]] double opens_s() const { return plan.world.opens_hour * 3600.0; }
  [[nodiscard]] double closes_s() const { return plan.world.closes_hour * 3600.0; }
};

/// Moves one person about, with a clock of its own.
class Walker {
 public:
  Walker(StoreStage& stage, SimRandom& draw, SimPerson& person, double starts_s, FloorPoint at)
      : stage_(stage), draw_(draw), person_(person), now_s_(starts_s), at_(at) {}

  void walk(FloorPoint to, double hurry = 1);
  void stand(double seconds);
  /// Somewhere in a zone.
  void walk_into(const FloorRect& rect, double hurry = 1);
  void act(ActKind kind, int good, int64_t piece) { person_.acts.push_back({now_s_, kind, good, piece}); }
  /// Into the exit and out of the shop.
  void leave(const FloorRect& exit, double hurry = 1);
  /// Goes on at a later time, standing where it is till then.
  void wait_until(double time_s);
  /// Is somewhere else from one frame to the next: what a tracker that exchanged two people makes of them.
  void appear(FloorPoint at) { at_ = at; }

  [[nodiscard]] double now_s() const { return now_s_; }
  [[nodiscard]] FloorPoint at() const { return at_; }

 private:
  StoreStage& stage_;
  SimRandom& draw_;
  SimPerson& person_;
  double now_s_;
  FloorPoint at_;
};

/// A point drawn in `rect`, away from its edges.
[[nodiscard]] FloorPoint somewhere_in(const FloorRect& rect, SimRandom& draw);
/// An index drawn by weight; 0 where all are 0.
[[nodiscard]] size_t draw_index(std::span<const double> weights, SimRandom& draw);
/// A new person, with size, speed and things.
[[nodiscard]] SimPerson new_person(StoreStage& stage, SimParty& party, PersonKind kind, SimRandom& draw);
/// A piece of `good` off its shelf, into the party's hands.
void take(StoreStage& stage, SimParty& party, size_t person, Walker& walker, int good);

/// Honest people from the door to where they queue or leave.
void script_shoppers(StoreStage& stage, SimParty& party, double enters_s, SimRandom& draw);
/// Thieves of the party's kind, likewise.
void script_thieves(StoreStage& stage, SimParty& party, double enters_s, SimRandom& draw);
/// Floor staff, cashiers and cleaners for the whole day; the first cashier stands at the first staffed checkout.
void script_staff(StoreStage& stage, SimRandom& draw);
/// Serves the parties that queue, in the order in which they come, and sends them out; then the others. What was
/// planned to go wrong at the till goes wrong here.
void serve_and_send_out(StoreStage& stage);

}  // namespace shrike

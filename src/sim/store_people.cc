#include "sim/store_people.h"

#include <algorithm>
#include <cmath>

#include "sim/store_cast.h"

namespace shrike {
namespace {

/// Who stands shifts from one foot to the other.
constexpr double kSway_m = 0.06, kSway_s = 3.1;

}  // namespace

const char* to_string(PersonKind kind) {
  constexpr const char* kNames[] = {"shopper", "companion", "staff", "cashier", "cleaner", "thief", "lookout"};
  return kNames[static_cast<size_t>(kind)];
}

const char* to_string(TheftKind kind) {
  constexpr const char* kNames[] = {"none", "concealer", "walk_out", "switcher", "colluder", "team", "grabber"};
  return kNames[static_cast<size_t>(kind)];
}

const char* to_string(ActKind kind) {
  constexpr const char* kNames[] = {"take",   "put_back", "leave_elsewhere", "hide",
                                    "bag_up", "pocket",   "touch",           "restock"};
  return kNames[static_cast<size_t>(kind)];
}

FloorPoint SimPerson::at(double time_s, size_t& hint) const {
  if (hint >= moves.size() || moves[hint].from_s > time_s) hint = 0;
  while (hint + 1 < moves.size() && moves[hint].to_s < time_s) ++hint;
  const SimMove& move = moves[hint];
  if (move.way.size() == 1) {
    const double phase = time_s / kSway_s + id;
    return {move.way[0].x + kSway_m * std::sin(phase), move.way[0].y + kSway_m * std::cos(phase * 0.7)};
  }
  const double share = std::clamp((time_s - move.from_s) / std::max(1e-6, move.to_s - move.from_s), 0.0, 1.0);
  double left = length_of(move.way) * share;
  for (size_t i = 1; i < move.way.size(); ++i) {
    const FloorPoint a = move.way[i - 1], b = move.way[i];
    const double piece = distance(a, b);
    if (left <= piece && piece > 0) return {a.x + (b.x - a.x) * left / piece, a.y + (b.y - a.y) * left / piece};
    left -= piece;
  }
  return move.way.back();
}

void Walker::walk(FloorPoint to, double hurry) {
  auto way = stage_.floor.way(at_, to);
  if (way.empty()) way = {at_, stage_.floor.standing_near(to)};
  const double length = length_of(way);
  if (length < 0.05) return;
  const double speed = person_.speed_mps * hurry * (person_.cart ? 0.85 : 1) * draw_.between(0.85, 1.15);
  const double to_s = now_s_ + length / speed;
  at_ = way.back();
  person_.moves.push_back({now_s_, to_s, std::move(way)});
  now_s_ = to_s;
}

void Walker::stand(double seconds) {
  if (seconds <= 0) return;
  person_.moves.push_back({now_s_, now_s_ + seconds, {at_}});
  now_s_ += seconds;
}

void Walker::wait_until(double time_s) { stand(time_s - now_s_); }

void Walker::walk_into(const FloorRect& rect, double hurry) { walk(somewhere_in(rect, draw_), hurry); }

void Walker::leave(const FloorRect& exit, double hurry) {
  walk_into(exit, hurry);
  person_.passes_exit_s = now_s_;
  // Beyond the door nobody is seen: the last stretch leads over the edge of the floor.
  const double speed = person_.speed_mps * hurry;
  const FloorPoint out{at_.x, stage_.plan.world.depth_m + 0.3};
  const double to_s = now_s_ + distance(at_, out) / speed;
  person_.moves.push_back({now_s_, to_s, {at_, out}});
  now_s_ = to_s;
}

FloorPoint somewhere_in(const FloorRect& r, SimRandom& draw) {
  return {r.x1 + (r.x2 - r.x1) * draw.between(0.15, 0.85), r.y1 + (r.y2 - r.y1) * draw.between(0.15, 0.85)};
}

size_t draw_index(std::span<const double> weights, SimRandom& draw) {
  double sum = 0;
  for (const double w : weights) sum += w;
  double at = draw.uniform() * sum;
  for (size_t i = 0; i < weights.size(); ++i) {
    at -= weights[i];
    if (at < 0) return i;
  }
  return 0;
}

SimPerson new_person(StoreStage& stage, SimParty& party, PersonKind kind, SimRandom& draw) {
  const auto& people = stage.plan.world.people;
  SimPerson person{.id = static_cast<int>(stage.day.people.size()) + 1, .party = party.id, .kind = kind};
  person.looks_like = person.id;
  person.height_m = std::clamp(1.7 + 0.09 * draw.normal(), 1.45, 2.0);
  person.speed_mps = std::max(0.5, people.speed_mps * (1 + people.speed_sigma * draw.normal()));
  person.bag = draw.chance(people.carries_bag);
  return person;
}

void take(StoreStage& stage, SimParty& party, size_t person, Walker& walker, int good) {
  const int64_t piece = stage.next_piece++;
  party.pieces.push_back({.good = good, .piece = piece, .by = static_cast<int>(person), .taken_s = walker.now_s()});
  walker.act(ActKind::take, good, piece);
}

StoreDay live_a_day(const StorePlan& plan, FloorPlan& floor, int day) {
  StoreDay out{.day = day};
  out.people.reserve(static_cast<size_t>(plan.world.people.visits_a_day) * 2 + 1000);  // walkers hold references
  StoreStage stage{plan, floor, out};
  const auto& world = plan.world;
  const auto stream = [&](uint64_t n) {
    return SimRandom(plan.seed, 1'000'003ULL * (static_cast<uint64_t>(day) + 1) + n);
  };
  SimRandom staff = stream(1);
  script_staff(stage, staff);
  const size_t staff_count = out.people.size();
  SimRandom doors = stream(2);
  const auto visits = static_cast<size_t>(world.people.visits_a_day);
  const auto& t = world.thieves;
  const double kinds[] = {t.concealer, t.walk_out, t.switcher, t.colluder, t.team, t.grabber};
  // Of a share of all visits; a team is several.
  const double people_a_theft = 1 + (t.team > 0 ? 1.3 * t.team : 0);
  const double thief_parties = t.share * static_cast<double>(visits) / people_a_theft;
  int thieves = doors.poisson(thief_parties);
  while (out.people.size() - staff_count < visits) {
    const size_t hour = draw_index(world.hourly, doors);
    const double enters_s = stage.opens_s() + 3600 * (static_cast<double>(hour) + doors.uniform() * 0.9);
    SimParty party{.id = static_cast<int>(out.parties.size()) + 1};
    SimRandom draw = stream(100 + out.parties.size());
    if (thieves-- > 0) {
      party.theft = static_cast<TheftKind>(1 + draw_index(kinds, draw));
      script_thieves(stage, party, enters_s, draw);
    } else {
      script_shoppers(stage, party, enters_s, draw);
    }
    out.parties.push_back(std::move(party));
  }
  serve_and_send_out(stage);
  for (SimPerson& person : out.people) std::ranges::stable_sort(person.acts, {}, &SimAct::at_s);
  return out;
}

}  // namespace shrike

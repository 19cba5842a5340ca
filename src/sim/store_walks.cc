#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "behaviour/zones.h"
#include "sim/chain_random.h"
#include "sim/store_keep.h"
#include "sim/store_people.h"
#include "sim/store_write.h"
#include "vault/incident_store.h"
#include "vault/traces.h"
#include "watch/replay.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr double kEvery_s = 0.5;
constexpr double kDrift_s = 4;  // an error of place lasts so long
constexpr double kNoticed_s = 5;
constexpr uint64_t kStream = 4711;

/// One person's way as a placed camera tells it.
class WalkMaker {
 public:
  WalkMaker(const StorePlan& plan, const WalkErrors& errors, Timestamp midnight, SimRandom& draw)
      : world_(plan.world), errors_(errors), midnight_(midnight), draw_(draw) {}

  /// Traces of `person`: one, or two visits where it was cut.
  std::vector<VisitTrace> of(const SimPerson& person, const std::function<std::string(Timestamp)>& new_id) {
    std::vector<VisitTrace> out;
    const double from_s = person.enters_s(), to_s = person.leaves_s();
    const double cut_s = draw_.chance(errors_.cut) ? draw_.between(from_s, to_s) : to_s + 1;
    begin();
    size_t hint = 0;
    double hidden_until_s = 0, dx = 0, dy = 0;
    bool was_cut = false;
    const double keep = std::exp(-kEvery_s / kDrift_s), fresh = errors_.place_m * std::sqrt(1 - keep * keep);
    for (double t = from_s; t <= to_s; t += kEvery_s) {
      dx = keep * dx + fresh * draw_.normal();
      dy = keep * dy + fresh * draw_.normal();
      if (t >= cut_s && !was_cut) {
        was_cut = true;
        finish(person, new_id, out);
        begin();
        hidden_until_s = t + draw_.between(5, 60);
      }
      if (t >= hidden_until_s && draw_.chance(errors_.hidden_per_min * kEvery_s / 60))
        hidden_until_s = t - errors_.hidden_s * std::log(draw_.between(1e-6, 1));
      if (t < hidden_until_s) continue;
      const FloorPoint at = person.at(t, hint);
      see({at.x + dx, at.y + dy}, midnight_.plus_s(t));
    }
    finish(person, new_id, out);
    return out;
  }

 private:
  void begin() {
    path_ = {};
    zones_.assign(world_.zones.size(), ZoneWatch(2));
    stays_.clear();
  }

  void see(FloorPoint at, Timestamp time) {
    // The thinner's reach is a share of a picture: the shop is its picture.
    const double size = std::max(world_.width_m, world_.depth_m);
    path_.see({static_cast<float>(at.x / size), static_cast<float>(at.y / size)}, time);
    for (size_t z = 0; z < zones_.size(); ++z)
      if (zones_[z].see(world_.zones[z].floor.holds(at), time) == ZoneWatch::Event::left) note_stay(z);
  }

  void note_stay(size_t z) {
    const Stay& stay = zones_[z].facts().newest;
    const ZoneStay left{world_.zones[z].name, world_.zones[z].kind, stay.from, stay.to, stay.dwell_s};
    std::erase_if(stays_, [&](const ZoneStay& s) { return s.zone == left.zone && s.from == left.from; });
    if (stays_.size() < VisitTrace::kStaysMax) stays_.push_back(left);
  }

  void finish(const SimPerson& person, const std::function<std::string(Timestamp)>& new_id,
              std::vector<VisitTrace>& out) {
    for (size_t z = 0; z < zones_.size(); ++z)
      if (zones_[z].close()) note_stay(z);
    if (path_.waypoints().empty() || seconds_between(path_.begun(), path_.newest()) < kNoticed_s) return;
    const std::string id = new_id(path_.begun());
    VisitTrace trace{.camera_visit_id = id,
                     .visit_id = id,
                     .camera = "all",
                     .from = path_.begun(),
                     .to = path_.newest(),
                     .plane = Plane::floor,
                     .aspect = 1,
                     .bag = person.bag,
                     .cart = person.cart,
                     .stays = stays_,
                     .path = path_.waypoints()};
    const auto size = static_cast<float>(std::max(world_.width_m, world_.depth_m));
    for (Waypoint& w : trace.path) {
      w.x *= size;
      w.y *= size;
    }
    out.push_back(std::move(trace));
  }

  const StoreWorld& world_;
  const WalkErrors& errors_;
  Timestamp midnight_;
  SimRandom& draw_;
  PathThinner path_;
  std::vector<ZoneWatch> zones_;
  std::vector<ZoneStay> stays_;
};

VisitTruth truth_of(const SimPerson& person, const SimParty* party, const VisitTrace& trace) {
  const bool with_thief = party != nullptr && party->theft != TheftKind::none;
  return {.visit_id = trace.visit_id,
          .from = trace.from,
          .person = person.id,
          .party = person.party,
          .kind = to_string(person.kind),
          .theft = to_string(with_thief ? party->theft : TheftKind::none),
          .habits = person.habits,
          .purity = 1};
}

}  // namespace

Result<KeptStore> keep_walks(const StorePlan& plan, int days, const fs::path& data, const WalkErrors& errors,
                             const std::function<void(double)>& progress) {
  std::error_code error;
  if (fs::exists(data / "shrike.db", error))
    return bad_input(fmt::format("{}: there is a shrike.db already; give a new folder", data.string()));
  TRY(IncidentStore into, IncidentStore::open(data));
  TRY_VOID(save_store_facts(into.database(), {plan.world.name, plan.world.time_zone}));
  const double start_s = monotonic_s();
  KeptStore kept;
  std::vector<VisitTruth> truths;
  FloorPlan floor(plan.world);
  uint64_t number = 0;
  for (int d = 0; d < days; ++d) {
    SimRandom draw(plan.seed, kStream + static_cast<uint64_t>(d));
    WalkMaker maker(plan, errors, store_midnight(plan.world, d), draw);
    const StoreDay day = live_a_day(plan, floor, d);
    std::vector<VisitTrace> traces;
    for (const SimPerson& person : day.people) {
      const auto party = std::ranges::find(day.parties, person.party, &SimParty::id);
      for (VisitTrace& trace : maker.of(person, [&](Timestamp t) { return replay_id(t, 0, number++); })) {
        truths.push_back(truth_of(person, party == day.parties.end() ? nullptr : &*party, trace));
        traces.push_back(std::move(trace));
      }
    }
    TRY_VOID(save_traces(into.database(), traces));
    kept.visits += traces.size();
    kept.traces += traces.size();
    ++kept.days;
    if (progress) progress(static_cast<double>(d + 1) / days);
  }
  TRY_VOID(write_visit_truths(data, truths));
  kept.seconds = monotonic_s() - start_s;
  return kept;
}

}  // namespace shrike

#include "sim/store_scenario.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <sstream>

#include "base/file.h"
#include "base/yaml.h"
#include "sim/day_clock.h"
#include "sim/store_cast.h"
#include "sim/store_score.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytesMax = 1U << 20U;

double read_clock(YamlMap& map, const char* key) {
  std::string text;
  map.read(key, text);
  const auto clock = day_clock(text);
  if (!clock) map.fault(key, fmt::format("{}: found '{}', expected a time as 09:30:00", key, text));
  return clock.value_or(0);
}

/// What somebody does, step by step.
class Steps {
 public:
  Steps(StoreStage& stage, SimParty& party, size_t person, double enters_s, SimRandom& draw)
      : stage_(stage),
        party_(party),
        person_(person),
        draw_(draw),
        walker_(stage, draw, stage.day.people[person], enters_s, door()) {
    walker_.walk_into(stage.plan.world.first_of(ZoneKind::entrance).floor);
  }

  /// Empty, or what is wrong with the line.
  std::string step(const std::string& line) {
    std::istringstream words(line);
    std::string verb, place;
    words >> verb;
    if (verb == "take" || verb == "go" || verb == "pay" || verb == "touch") words >> place;
    if (verb == "to" || verb == "jump" || verb == "until") return place_or_time(line, verb, words);
    double number = 1;
    words >> number;
    const WorldZone* zone = place.empty() ? nullptr : stage_.plan.world.zone(place);
    if (!place.empty() && zone == nullptr) return fmt::format("'{}': no zone '{}'", line, place);
    if (verb == "go") {
      walker_.walk_into(zone->floor);
    } else if (verb == "stand") {
      walker_.stand(number);
    } else if (verb == "take" || verb == "touch") {
      return reach(place, verb == "take" ? static_cast<int>(number) : 0);
    } else if (verb == "hide" || verb == "bag") {
      put_away(verb == "hide");
    } else if (verb == "pocket") {
      walker_.act(ActKind::pocket, -1, 0);
      walker_.stand(2);
    } else if (verb == "put_back") {
      return put_back();
    } else if (verb == "pay") {
      return pay(place, words);
    } else if (verb == "leave" || verb == "run_out") {
      leave(verb == "leave" ? 1 : 2);
    } else {
      return fmt::format(
          "'{}': expected go, to, until, jump, stand, take, touch, hide, bag, pocket, put_back, pay, leave or run_out",
          line);
    }
    return "";
  }

 private:
  [[nodiscard]] FloorPoint door() {
    const FloorRect& r = stage_.plan.world.first_of(ZoneKind::entrance).floor;
    return {draw_.between(r.x1 + 0.3, r.x2 - 0.3), stage_.plan.world.depth_m - 0.25};
  }

  std::string place_or_time(const std::string& line, const std::string& verb, std::istringstream& words) {
    if (verb == "until") {
      std::string text;
      words >> text;
      const auto clock = day_clock(text);
      if (!clock || *clock < walker_.now_s()) return fmt::format("'{}': expected a later time as 10:01:30", line);
      walker_.wait_until(*clock);
      return "";
    }
    FloorPoint at;
    if (!(words >> at.x >> at.y)) return fmt::format("'{}': expected metres as {} 5.6 3.4", line, verb);
    verb == "to" ? walker_.walk(at) : walker_.appear(at);
    return "";
  }

  std::string reach(const std::string& place, int pieces) {
    const auto& all = stage_.plan.world.goods;
    const auto goods = std::ranges::find(all, place, &WorldGoods::zone);
    if (goods == all.end()) return fmt::format("no goods stand in {}", place);
    const auto& here = stage_.plan.goods_of[static_cast<size_t>(goods - all.begin())];
    const int good = here[here.size() / 2];
    walker_.walk(stage_.plan.goods[static_cast<size_t>(good)].at);
    walker_.stand(4);
    if (pieces == 0) walker_.act(ActKind::touch, good, 0);
    for (int i = 0; i < pieces; ++i) {
      take(stage_, party_, person_, walker_, good);
      walker_.stand(4);
    }
    return "";
  }

  void put_away(bool to_steal) {
    for (CarriedPiece& piece : party_.pieces) {
      if (piece.hidden || piece.paid || static_cast<size_t>(piece.by) != person_ || bagged_.contains(piece.piece))
        continue;
      walker_.stand(1.5);
      walker_.act(to_steal ? ActKind::hide : ActKind::bag_up, piece.good, piece.piece);
      piece.hidden = to_steal;
      bagged_.insert(piece.piece);
    }
    walker_.stand(1.5);
  }

  std::string put_back() {
    if (party_.pieces.empty()) return "put_back: nothing was taken";
    const CarriedPiece piece = party_.pieces.back();
    party_.pieces.pop_back();
    walker_.walk(stage_.plan.goods[static_cast<size_t>(piece.good)].at);
    walker_.stand(3);
    walker_.act(ActKind::put_back, piece.good, piece.piece);
    walker_.stand(3);
    return "";
  }

  std::string pay(const std::string& place, std::istringstream& words) {
    const auto& all = stage_.plan.world.checkouts;
    const auto checkout = std::ranges::find(all, place, &WorldCheckout::zone);
    if (checkout == all.end()) return fmt::format("pay {}: no such checkout", place);
    words.clear();
    std::string skip;
    int skipped = 0;
    words >> skip >> skipped;
    party_.checkout = static_cast<int>(checkout - all.begin());
    walker_.walk_into(stage_.plan.world.zone(place)->floor);
    party_.served_s = walker_.now_s();
    for (CarriedPiece& piece : party_.pieces) {
      if (piece.hidden) continue;
      piece.skipped = skipped-- > 0;
      piece.paid = !piece.skipped;
    }
    walker_.stand(25 + 3 * static_cast<double>(party_.pieces.size()));
    party_.paid_s = walker_.now_s();
    return "";
  }

  void leave(double hurry) {
    walker_.leave(stage_.plan.world.first_of(ZoneKind::exit).floor, hurry);
    for (CarriedPiece& piece : party_.pieces) piece.stolen = party_.theft != TheftKind::none && !piece.paid;
  }

  StoreStage& stage_;
  SimParty& party_;
  size_t person_;
  SimRandom& draw_;
  Walker walker_;
  std::set<int64_t> bagged_;
};

std::optional<TheftKind> theft_from(std::string_view word) {
  for (int i = 0; i <= static_cast<int>(TheftKind::grabber); ++i)
    if (word == to_string(static_cast<TheftKind>(i))) return static_cast<TheftKind>(i);
  return std::nullopt;
}

class ScenarioReader {
 public:
  ScenarioReader(StoreScenario& out, FloorPlan& floor)
      : out_(out), stage_{out.plan, floor, out.day}, draw_(out.plan.seed, 77) {
    out_.day.people.reserve(1000);  // walkers hold references
    out_.day.parties.reserve(1000);
  }

  void person(const std::string& name, YamlMap& map) {
    std::string with, steps, looks;
    map.read("with", with);
    map.read("does", steps);
    map.read("looks_like", looks);
    TheftKind theft = TheftKind::none;
    map.read_word("thief", theft, theft_from, {"concealer", "walk_out", "switcher", "colluder", "team", "grabber"});
    if (with.empty()) out_.day.parties.push_back({.id = static_cast<int>(out_.day.parties.size()) + 1, .theft = theft});
    const auto leader = std::ranges::find(out_.names, with);
    if (!with.empty() && leader == out_.names.end())
      return map.fault("with", fmt::format("with: nobody named {} before", with));
    const size_t party =
        with.empty() ? out_.day.parties.size() - 1 : party_of_[static_cast<size_t>(leader - out_.names.begin())];
    SimParty& p = out_.day.parties[party];
    const size_t index = out_.day.people.size();
    p.people.push_back(index);
    const PersonKind kind = p.theft == TheftKind::none ? PersonKind::shopper : PersonKind::thief;
    out_.day.people.push_back(new_person(stage_, p, kind, draw_));
    SimPerson& who = out_.day.people.back();
    map.read("bag", who.bag);
    const auto twin = std::ranges::find(out_.names, looks);
    if (!looks.empty() && twin != out_.names.end()) who.looks_like = static_cast<int>(twin - out_.names.begin()) + 1;
    out_.names.push_back(name);
    party_of_.push_back(party);
    Steps walk(stage_, p, index, read_clock(map, "enters"), draw_);
    std::istringstream lines(steps);
    for (std::string line; std::getline(lines, line);) {
      if (line.empty()) continue;
      if (const std::string fault = walk.step(line); !fault.empty()) map.fault("does", fault);
    }
    map.finish();
  }

  void cage(YamlMap& map) {
    StoreDay::Cage cage{};
    cage.from_s = read_clock(map, "at");
    double for_s = 60;
    int pieces = 40;
    map.read("for_s", for_s, {1, 3600});
    map.read("pieces", pieces, {1, 500});
    map.finish();
    cage.to_s = cage.from_s + for_s;
    for (size_t good = 0; static_cast<int>(cage.pieces.size()) < pieces; good = (good + 1) % out_.plan.goods.size())
      if (out_.plan.goods[good].tagged) cage.pieces.emplace_back(static_cast<int>(good), stage_.next_piece++);
    out_.day.cages.push_back(std::move(cage));
  }

 private:
  StoreScenario& out_;
  StoreStage stage_;
  SimRandom draw_;
  std::vector<size_t> party_of_;  ///< by person
};

std::set<std::string> words_of(YamlMap& map, const char* key) {
  std::string text, word;
  map.read(key, text);
  std::set<std::string> out;
  std::istringstream words(text);
  while (words >> word) out.insert(word);
  return out;
}

void read_rest(YamlMap& root, StoreScenario& out) {
  for (auto& map : root.list("cameras_lost")) {
    StoreFault fault;
    map.read("camera", fault.camera);
    fault.from_s = read_clock(map, "from");
    fault.to_s = read_clock(map, "to");
    map.finish();
    out.faults.push_back(fault);
  }
  for (const std::string& word : words_of(root, "without"))
    for (int i = 0; i < kReplaySources; ++i)
      if (word == to_string(static_cast<ReplaySource>(i))) out.without.insert(static_cast<ReplaySource>(i));
  root.read("till_clock_off_s", out.plan.world.till.clock_offset_s, {-3600, 3600});
  root.read("threshold", out.threshold, {0.01, 0.99});
  out.raised = words_of(root, "raised");
  out.may = words_of(root, "may");
  for (const auto* names : {&out.raised, &out.may})
    for (const std::string& name : *names)
      if (std::ranges::find(out.names, name) == out.names.end())
        root.fault("raised", fmt::format("nobody is named {}", name));
}

}  // namespace

Result<StoreScenario> load_scenario(const fs::path& file, const fs::path& stores) {
  TRY(const std::string text, read_file(file, kFileBytesMax));
  TRY(const YAML::Node node, parse_yaml(text, file.string()));
  YamlFaults faults(file.string());
  YamlMap root(node, "", faults);
  StoreScenario out;
  std::string store = "drugstore";
  int seed = 1;
  root.read("about", out.about);
  root.read("store", store);
  root.read("seed", seed, {1, 1e9});
  TRY(StoreWorld world, find_store_world(store, stores));
  world.rfid.stray_per_hour = 0;  // only what the scenario says happens
  world.rfid.foreign_tags = 0;
  world.scales.touch_per_hour = 0;
  world.till.no_sale_per_hour = 0;
  world.till.void_line = 0;
  out.plan = plan_store(world, static_cast<uint64_t>(seed));
  FloorPlan floor(out.plan.world);
  ScenarioReader reader(out, floor);
  for (auto& [name, map] : root.named("people")) reader.person(name, map);
  for (auto& map : root.list("cages")) reader.cage(map);
  read_rest(root, out);
  root.finish();
  if (faults.any()) return faults.error();
  return out;
}

Result<ScenarioOutcome> play_scenario(const StoreScenario& scenario, const fs::path& scratch) {
  TRY_VOID(write_store_site(scenario.plan, scratch));
  TRY_VOID(write_store_day(scenario.plan, scenario.day, scratch, 2, scenario.faults));
  TRY(SiteConfig site, load_site(scratch / "shrike.yml"));
  TRY(const Planogram planogram, read_planogram(scratch / "planogram.csv"));
  TRY(const TrueDay truth, read_truth(scratch, day_folder(0)));
  site.risk.threshold = scenario.threshold;
  DayScore score(truth, site, 1);
  ScenarioOutcome out;
  ReplayOptions options{.minds_without = {scenario.without}};
  options.on_view = [&](size_t camera, const ReplayedView& seen) { score.see(camera, seen); };
  options.on_changes = [&](size_t mind, Timestamp now, const MindChanges& changes, const StoreMind& says) {
    score.take(mind, now, changes, says);
    for (const IncidentChange& change : changes.incidents)
      if (change.type == IncidentChange::Type::created) out.summaries.push_back(change.after.summary);
  };
  TRY(const ReplayCounts counts, replay_day(site, planogram, scratch / day_folder(0), options));
  (void)counts;
  const std::vector<MindDay> minds = score.finish();
  for (const RaisedVisit& trace : minds[0].raised) {
    const TruePerson* person = truth.person(trace.risks.front().person);
    if (person == nullptr) {
      out.raised.insert("nobody");
      continue;
    }
    const auto& party = scenario.day.parties[static_cast<size_t>(person->party) - 1];
    out.raised.insert(scenario.names[party.people.front()]);
  }
  return out;
}

}  // namespace shrike

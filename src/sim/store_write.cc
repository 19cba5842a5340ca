#include "sim/store_write.h"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/file.h"
#include "base/sha256.h"
#include "sim/store_camera.h"
#include "sim/store_detect.h"
#include "sim/store_signals.h"
#include "sim/store_truth.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

std::string people_text(const StoreDay& day, Timestamp midnight) {
  std::string out = fmt::format("{}\n", kPeopleHeader);
  for (const SimPerson& person : day.people) {
    const SimParty* party = person.party > 0 ? &day.parties[static_cast<size_t>(person.party) - 1] : nullptr;
    const auto us = [&](double at_s) { return at_s > 0 ? midnight.plus_s(at_s).us : 0; };
    std::string habits = person.habits;
    while (!habits.empty() && habits.back() == ' ') habits.pop_back();
    out += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", person.id, person.party, to_string(person.kind),
                       to_string(party != nullptr ? party->theft : TheftKind::none), person.looks_like, habits,
                       us(person.enters_s()), us(person.leaves_s()), us(person.passes_exit_s),
                       party != nullptr ? party->checkout : -1, us(party != nullptr ? party->paid_s : 0));
  }
  return out;
}

std::string pieces_text(const StorePlan& plan, const StoreDay& day, Timestamp midnight) {
  std::string out = fmt::format("{}\n", kPiecesHeader);
  for (const SimParty& party : day.parties)
    for (const CarriedPiece& piece : party.pieces) {
      const SimGood& good = plan.goods[static_cast<size_t>(piece.good)];
      out += fmt::format("{},{},{},{},{:.2f},{},{},{:d},{:d},{:d},{:d},{},{:d}\n", party.id,
                         day.people[static_cast<size_t>(piece.by)].id, good.sku,
                         plan.world.goods[static_cast<size_t>(good.zone)].zone, good.price,
                         good.tagged ? epc_of(good, piece.piece) : "", midnight.plus_s(piece.taken_s).us, piece.hidden,
                         piece.stolen, piece.paid, piece.skipped && !piece.stolen,
                         piece.rung_as < 0 ? "" : plan.goods[static_cast<size_t>(piece.rung_as)].sku, piece.voided);
    }
  return out;
}

std::string acts_text(const StorePlan& plan, const StoreDay& day, Timestamp midnight) {
  SignalRows rows;
  for (const SimPerson& person : day.people)
    for (const SimAct& act : person.acts)
      rows.add(act.at_s, fmt::format("{},{},{},{},{}", midnight.plus_s(act.at_s).us, person.id, to_string(act.kind),
                                     act.good < 0 ? "" : plan.goods[static_cast<size_t>(act.good)].sku, act.piece));
  return rows.text("time_us,person,act,product,piece");
}

std::string ways_text(const StoreDay& day, Timestamp midnight) {
  std::string out = "person,time_us,x_m,y_m\n";
  for (const SimPerson& person : day.people)
    for (const SimMove& move : person.moves) {
      const double length = std::max(1e-9, length_of(move.way));
      double walked = 0;
      for (size_t i = 0; i < move.way.size(); ++i) {
        if (i > 0) walked += distance(move.way[i - 1], move.way[i]);
        const double at_s = move.from_s + (move.to_s - move.from_s) * walked / length;
        out += fmt::format("{},{},{:.2f},{:.2f}\n", person.id, midnight.plus_s(at_s).us, move.way[i].x, move.way[i].y);
      }
    }
  return out;
}

/// Cameras are independent of each other: each has its own stream of chance.
Result<void> write_cameras(const StorePlan& plan, const StoreDay& day, const std::vector<StoreCamera>& cameras,
                           const fs::path& folder, const fs::path& truth, int threads,
                           const std::vector<StoreFault>& faults, const std::function<void()>& camera_done,
                           StoreFiles& done) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> error;
  const auto work = [&] {
    for (size_t i = next++; i < cameras.size(); i = next++) {
      const auto fault = std::ranges::find(faults, cameras[i].name(), &StoreFault::camera);
      const double from_s = fault == faults.end() ? 0 : fault->from_s, to_s = fault == faults.end() ? 0 : fault->to_s;
      const auto made = detect_day(plan, day, cameras[i], i, store_midnight(plan.world, day.day),
                                   folder / (cameras[i].name() + ".det"), from_s, to_s);
      const std::lock_guard lock(mutex);
      if (made) {
        std::ofstream who(truth / (cameras[i].name() + ".who"), std::ios::binary);
        who.write(reinterpret_cast<const char*>(made->who.data()),
                  static_cast<std::streamsize>(made->who.size() * sizeof(uint16_t)));
        done.frames += made->frames;
        done.detections += made->detections;
        if (camera_done) camera_done();
      } else if (!error) {
        error = made.error();
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < std::clamp(threads, 1, 64); ++i) workers.emplace_back(work);
  }
  if (error) return tl::unexpected<Error>(*error);
  return {};
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(fmt::format("cannot make {}: {}", folder.string(), error.message()));
  return {};
}

}  // namespace

std::string day_folder(int day) { return fmt::format("day-{:03}", day + 1); }

Timestamp store_midnight(const StoreWorld& world, int day) {
  const auto at = parse_local(store_date(world, day) + "T00:00:00", world.time_zone);
  return at ? *at : Timestamp{};  // load_store_world() saw to it that there is one
}

Result<StoreFiles> write_store_day(const StorePlan& plan, const StoreDay& day, const fs::path& out, int threads,
                                   const std::vector<StoreFault>& faults, const std::function<void()>& camera_done) {
  const fs::path folder = out / day_folder(day.day), truth = out / "truth" / day_folder(day.day);
  const Timestamp midnight = store_midnight(plan.world, day.day);
  TRY_VOID(make_folder(folder / "cameras"));
  TRY_VOID(make_folder(truth / "cameras"));
  std::vector<StoreCamera> cameras;
  for (const WorldCamera& camera : plan.world.cameras) cameras.emplace_back(plan.world, camera);
  StoreFiles done;
  SignalRows hands = hand_rows(plan, day, cameras, midnight), tags = tag_rows(plan, day, midnight),
             scales = scale_rows(plan, day, midnight), tills = till_rows(plan, day, midnight);
  TRY_VOID(write_file(folder / "hands.csv", hands.text(kHandsHeader)));
  TRY_VOID(write_file(folder / "tags.csv", tags.text(kTagsHeader)));
  TRY_VOID(write_file(folder / "scales.csv", scales.text(kScalesHeader)));
  TRY_VOID(write_file(folder / "tills.jsonl", tills.text("")));
  TRY_VOID(write_file(truth / "people.csv", people_text(day, midnight)));
  TRY_VOID(write_file(truth / "pieces.csv", pieces_text(plan, day, midnight)));
  TRY_VOID(write_file(truth / "acts.csv", acts_text(plan, day, midnight)));
  TRY_VOID(write_file(truth / "ways.csv", ways_text(day, midnight)));
  TRY_VOID(
      write_cameras(plan, day, cameras, folder / "cameras", truth / "cameras", threads, faults, camera_done, done));
  done.people = day.people.size();
  for (const SimParty& party : day.parties) {
    done.thefts += party.theft == TheftKind::none ? 0 : 1;
    done.pieces += party.pieces.size();
  }
  done.hands = hands.rows.size();
  done.tag_reads = tags.rows.size();
  done.weights = scales.rows.size();
  done.receipts = tills.rows.size();
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) done.bytes += entry.file_size();
  return done;
}

Result<void> seal_store(const StorePlan& plan, int days, const fs::path& out) {
  nlohmann::ordered_json json{
      {"simulated", true},         {"notice", "Simulated by `shrike sim store`. No real shop or person."},
      {"world", plan.world.name},  {"about", plan.world.about},
      {"seed", plan.seed},         {"days", days},
      {"start", plan.world.start}, {"time_zone", plan.world.time_zone}};
  TRY_VOID(
      write_file(out / "README.txt",
                 "SIMULATED DATA, made by `shrike sim store`; no real shop or person.\n\n"
                 "shrike.yml, planogram.csv  how the store would be set up\n"
                 "day-NNN/                   what its cameras' detector, hands, tags, scales and tills said that day\n"
                 "truth/                     what really happened, for `shrike eval store --truth` alone; nothing else "
                 "may read it.\n"
                 "                           manifest.json holds the SHA-256 of every file.\n"));
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(out))
    if (entry.is_regular_file() && entry.path().filename() != "manifest.json") files.push_back(entry.path());
  std::ranges::sort(files);
  json["files"] = nlohmann::ordered_json::array();
  for (const fs::path& file : files) {
    TRY(const std::string digest, sha256_of_file(file));
    json["files"].push_back(
        {{"file", fs::relative(file, out).string()}, {"bytes", fs::file_size(file)}, {"sha256", digest}});
  }
  return write_file(out / "manifest.json", json.dump(1) + "\n");
}

Result<StoreFiles> write_store(const StorePlan& plan, int days, const fs::path& out, int threads,
                               const std::function<void(int)>& progress) {
  std::error_code error;
  if (fs::exists(out) && !fs::is_empty(out, error) && !fs::exists(out / "manifest.json"))
    return bad_input(fmt::format("{} holds files that no simulation left there: name an empty folder", out.string()));
  if (fs::exists(out / "manifest.json"))
    for (const auto& entry : fs::directory_iterator(out)) fs::remove_all(entry.path(), error);
  TRY_VOID(make_folder(out));
  TRY_VOID(write_store_site(plan, out));
  FloorPlan floor(plan.world);
  StoreFiles all;
  int done = 0;
  for (int d = 0; d < days; ++d) {
    const StoreDay day = live_a_day(plan, floor, d);
    TRY(const StoreFiles files, write_store_day(plan, day, out, threads, {}, [&] {
          if (progress) progress(++done);
        }));
    all.people += files.people;
    all.thefts += files.thefts;
    all.pieces += files.pieces;
    all.frames += files.frames;
    all.detections += files.detections;
    all.hands += files.hands;
    all.tag_reads += files.tag_reads;
    all.weights += files.weights;
    all.receipts += files.receipts;
    all.bytes += files.bytes;
  }
  TRY_VOID(seal_store(plan, days, out));
  return all;
}

}  // namespace shrike

// For the browser tests: the real hub on a real store, with cameras that show pictures from a folder. No detection
// runs. usage: hub_test_server DATA_DIR PICTURES_DIR [TOKEN_FILE] Prints "url URL" when it serves, then obeys lines on
// standard input:
//   incident CAMERA       keeps an incident and prints "incident EVENT_ID"
//   clip EVENT_ID FILE    its clip is ready (FILE below DATA_DIR)
//   state CAMERA STATE    what a camera's state is from now on
//   movement WHAT         how the movement model does from now on: none, steady, shifted
//   stop                  ends, as does the end of the input

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <thread>

#include "base/ulid.h"
#include "hub/api.h"
#include "vault/corrections.h"

namespace {

using namespace shrike;
namespace fs = std::filesystem;

constexpr double kFps = 10;

using Pictures = std::vector<std::shared_ptr<const std::string>>;

Pictures load_pictures(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Pictures pictures;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    pictures.push_back(
        std::make_shared<const std::string>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
  }
  return pictures;
}

SiteConfig make_site(const fs::path& data_dir) {
  SiteConfig site;
  site.store = "Rue de Rivoli 12";
  site.time_zone = "Europe/Paris";
  site.data_dir = data_dir;
  site.hub.port = 0;
  const Zone exit{.name = "exit B",
                  .kind = ZoneKind::exit,
                  .polygon = {{0.02F, 0.55F}, {0.2F, 0.5F}, {0.25F, 0.95F}, {0.02F, 0.98F}}};
  const Zone razors{.name = "razors",
                    .kind = ZoneKind::high_risk,
                    .polygon = {{0.5F, 0.3F}, {0.75F, 0.28F}, {0.8F, 0.6F}, {0.5F, 0.62F}}};
  const Zone till{.name = "till 1",
                  .kind = ZoneKind::checkout,
                  .polygon = {{0.3F, 0.7F}, {0.6F, 0.7F}, {0.6F, 0.98F}, {0.3F, 0.98F}}};
  site.cameras = {{.name = "Aisle 3", .zones = {razors, exit, till}},
                  {.name = "Door/left", .zones = {exit}},
                  {.name = "Stock room"}};
  return site;
}

/// Three who walk to and fro, one of them with a bag, at a pace that shows whether boxes and pictures keep together.
LiveFrame make_frame(const Pictures& pictures, int64_t seq) {
  LiveFrame frame{.seq = seq,
                  .time = now_utc(),
                  .width = 768,
                  .height = 576,
                  .jpeg = pictures[static_cast<size_t>(seq) % pictures.size()]};
  const float t = static_cast<float>(seq) * 0.05F;
  const auto person = [&](int64_t id, float x, float y, double risk, std::vector<std::string> zones) {
    frame.tracks.push_back(
        {id, {x, y, x + 0.07F, y + 0.28F}, "person", "01ARZ3NDEKTSV4RRFFQ69G5FAV", risk, std::move(zones)});
  };
  person(12, 0.6F + 0.1F * std::sin(t), 0.25F, 0.71, {"razors"});
  // Shoulders, hips and arms that hang; the first one alone is posed.
  Pose pose{};
  const auto put = [&](BodyJoint joint, float x, float y) {
    const Box& box = frame.tracks[0].box;
    pose[joint] = {box.x1 + x * box.width(), box.y1 + y * box.height(), 0.9F};
  };
  for (const bool left : {true, false}) {
    const float side = left ? 0.25F : 0.75F, out = left ? 0.1F : 0.9F;
    put(left ? kLeftShoulder : kRightShoulder, side, 0.2F);
    put(left ? kLeftElbow : kRightElbow, out, 0.35F);
    put(left ? kLeftWrist : kRightWrist, out, 0.5F);
    put(left ? kLeftHip : kRightHip, side, 0.5F);
  }
  frame.tracks[0].pose = pose;
  person(14, 0.35F + 0.2F * std::cos(t * 0.7F), 0.5F, 0.004, {});
  person(15, 0.1F, 0.4F + 0.05F * std::sin(t), 0.18, {"exit B"});
  frame.tracks.push_back(
      {21, {0.62F + 0.1F * std::sin(t), 0.42F, 0.66F + 0.1F * std::sin(t), 0.5F}, "handbag", "", 0, {}});
  return frame;
}

Incident make_incident(const std::string& camera) {
  const auto now = now_utc();
  Incident incident;
  incident.event_id = new_ulid(now);
  incident.type = "CHECKOUT_BYPASS";
  incident.store_id = "Rue de Rivoli 12";
  incident.camera = camera;
  incident.visit_id = new_ulid(now);
  incident.track_id = 12;
  incident.time = incident.to = now;
  incident.from = now.plus_s(-48);
  incident.prior = 0.002;
  incident.risk = 0.71;
  incident.evidence = {
      {{"exit_without_checkout", now.plus_s(-2), now, camera, "exit B", 4.6, "left by exit B, no till was passed"},
       1,
       4.6},
      {{"loitering", now.plus_s(-40), now.plus_s(-6), camera, "razors", 2.5, "34 s in razors"}, 1, 2.5},
      {{"repeated_entry", now.plus_s(-48), now.plus_s(-6), camera, "razors", 1.1, "came back to razors twice"}, 1, 1.1},
      {{"basket_use", now.plus_s(-48), now.plus_s(-20), camera, "", -1.1, "carried a basket"}, 1, -1.1}};
  incident.picture = "picture.jpg";
  incident.summary = "34 s in razors, then left by exit B without passing a till; against: carried a basket";
  return incident;
}

/// The visit of an incident, as two cameras saw it.
bool keep_visit(const Incident& incident, IncidentStore& store) {
  VisitRecord visit{.visit_id = incident.visit_id,
                    .store_id = incident.store_id,
                    .camera = incident.camera,
                    .from = incident.from,
                    .to = incident.to,
                    .prior = incident.prior,
                    .risk = incident.risk};
  visit.parts = {{incident.camera, visit.visit_id, visit.from, visit.to.plus_s(-12), 1},
                 {"Door/left", new_ulid(visit.to), visit.to.plus_s(-8), visit.to, 0.86}};
  return store.save_visit(visit) && save_parts(store.database(), visit);
}

/// A model of eight days ago that is to be trained anew every seven.
MovementStatus make_movement(const std::string& what) {
  MovementStatus status;
  if (what == "none") return status;
  const Timestamp then = now_utc().plus_s(-8 * 86400.0);
  status.model = MovementStatus::Model{
      .learnt_from = then.plus_s(-10 * 86400.0),
      .learnt_to = then.plus_s(-3 * 86400.0),
      .known_to = then,
      .visits = 8123,
      .days = 10,
      .retrain_days = 7,
      .tried = MovementTried{true, "surprise a stretch 1.402, the present one's 1.411", 2030, 0.02}};
  status.ranked = 4180;
  status.drift = Drift{.visits = 500, .psi = what == "shifted" ? 0.41 : 0.03};
  status.last_training = MovementStatus::Training{then, "promoted", status.model->tried->why};
  if (what == "shifted")
    status.last_training = MovementStatus::Training{now_utc(), "refused", "its ranks have shifted: PSI 0.38"};
  return status;
}

void obey(const std::string& line, IncidentStore& store, LiveBoard& board, std::atomic<bool>& stop) {
  std::istringstream words(line);
  std::string verb, first, second;
  words >> verb;
  std::getline(words >> std::ws, first, '\t');
  std::getline(words, second);
  if (verb == "incident") {
    const auto incident = make_incident(first);
    if (store.save(incident) && keep_visit(incident, store)) std::cout << "incident " << incident.event_id << std::endl;
  } else if (verb == "clip") {
    if (store.set_clip(first, "ready", second)) std::cout << "clip" << std::endl;
  } else if (verb == "movement") {
    board.put_movement(make_movement(first));
    std::cout << "movement" << std::endl;
  } else if (verb == "state") {
    board.put_status({.name = first,
                      .state = second,
                      .last_error = second == "stalled" ? "nothing came for 5 s" : "",
                      .since = now_utc()});
    std::cout << "state" << std::endl;
  } else {
    stop = true;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  auto site = make_site(argv[1]);
  if (argc > 3) site.hub.token_file = argv[3];
  const auto pictures = load_pictures(argv[2]);
  auto store = IncidentStore::open(site.data_dir);
  LiveBoard board;
  prometheus::Registry registry;
  if (!store || pictures.empty()) return 1;
  auto hub = Hub::start({site, *store, board, registry});
  if (!hub) {
    std::cerr << hub.error().message << '\n';
    return 2;
  }
  for (const auto& camera : site.cameras)
    board.put_status({.name = camera.name, .state = "live", .since = now_utc(), .fps = kFps});
  std::atomic<bool> stop = false;
  std::thread cameras([&] {
    for (int64_t seq = 0; !stop; ++seq) {
      for (const auto& camera : site.cameras) {
        auto frame = make_frame(pictures, seq);
        if (!board.wanted(camera.name)) frame.jpeg = nullptr;
        board.put_frame(camera.name, std::move(frame));
      }
      std::this_thread::sleep_for(std::chrono::duration<double>(1 / kFps));
    }
  });
  std::cout << "url " << hub->url() << std::endl;
  for (std::string line; !stop && std::getline(std::cin, line);) obey(line, *store, board, stop);
  stop = true;
  cameras.join();
  hub->stop();
  return 0;
}

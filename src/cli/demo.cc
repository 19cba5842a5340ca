#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "base/file.h"
#include "base/log.h"
#include "base/progress.h"
#include "cli/cli.h"
#include "cli/demo_day.h"
#include "cli/demo_losses.h"
#include "cli/demo_page.h"
#include "cli/draw_scene.h"
#include "cli/finish.h"
#include "cli/stop_signal.h"
#include "hub/api.h"
#include "vault/incident_json.h"
#include "video/video_writer.h"
#include "watch/store_watch.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

struct DemoOptions {
  std::string config = "demo/shrike.yml";
  std::string out = "out/demo";
  bool once = false;
};

/// Draws what the camera's pipeline saw onto its pictures, and writes them as a video.
class Annotator {
 public:
  Annotator(const CameraConfig& camera, fs::path file, Font font)
      : camera_(camera), file_(std::move(file)), font_(std::move(font)), progress_("playing", 0) {}

  void add(const AnalysedFrame& analysed) {
    if (first_.us == 0) first_ = analysed.frame.time;
    last_ = analysed.frame.time;
    progress_.at(++frames_);
    Canvas canvas(to_picture(analysed.frame));
    draw_scene(canvas, camera_.zones, analysed.live.tracks, font_);
    const auto& picture = canvas.picture();
    if (!writer_)
      writer_.emplace(VideoWriter::open(file_, {.width = picture.width, .height = picture.height, .fps = 10}));
    if (*writer_ && added_) added_ = (*writer_)->add(picture, analysed.frame.time);
  }

  Result<void> finish() {
    progress_.finish();
    if (!writer_) return fail("the video showed no picture");
    if (!*writer_) return tl::unexpected(writer_->error());
    if (!added_) return added_;
    TRY_VOID((*writer_)->finish());
    return {};
  }

  [[nodiscard]] int64_t frames() const { return frames_; }
  [[nodiscard]] double video_s() const { return seconds_between(first_, last_); }

 private:
  const CameraConfig& camera_;
  fs::path file_;
  Font font_;
  Progress progress_;
  std::optional<Result<VideoWriter>> writer_;
  Result<void> added_;
  int64_t frames_ = 0;
  Timestamp first_, last_;
};

/// One JSON, clip and picture an incident, below `out`/incidents.
Result<void> write_exhibits(const SiteConfig& site, const std::vector<StoredIncident>& incidents, const fs::path& out) {
  std::error_code made;
  fs::create_directories(out / "incidents", made);
  for (const auto& stored : incidents) {
    const auto& incident = stored.incident;
    const auto name = out / "incidents" / incident.event_id;
    TRY_VOID(write_file(name.string() + ".json", to_json(stored, site.time_zone).dump(2) + "\n"));
    for (const auto& [from, extension] : {std::pair(incident.clip, ".mp4"), std::pair(incident.picture, ".jpg")}) {
      std::error_code error;
      if (!from.empty()) fs::copy_file(site.data_dir / from, name.string() + extension, error);
      if (error) return fail(fmt::format("{}{}: cannot be written: {}", name.string(), extension, error.message()));
    }
  }
  return {};
}

Result<std::vector<StoredIncident>> oldest_first(IncidentStore& store) {
  TRY(IncidentPage page, store.list({.limit = 500}));
  std::ranges::reverse(page.incidents);
  return std::move(page.incidents);
}

/// What the video came to.
struct Played {
  DemoFacts facts;
  std::vector<StoredIncident> incidents;
};

/// Plays the video as fast as it can be worked on and leaves its files in `out`.
Result<Played> play(const SiteConfig& site, const fs::path& out, IncidentStore& store, StopSignal& stop) {
  const double start_s = monotonic_s();
  LiveBoard board;
  TRY(Font font, Font::load(kDefaultFont, 13));
  Annotator annotator(site.cameras[0], out / "annotated.mp4", std::move(font));
  {
    TRY(auto running, StoreWatch::start(site, {.store = store,
                                               .board = board,
                                               .registry = std::make_shared<prometheus::Registry>(),
                                               .on_frame = [&](const AnalysedFrame& f) { annotator.add(f); }}));
    while (!running->over(0.1) && !stop.wait_for(0)) {
    }
    running->stop();
  }
  for (const auto& status : board.statuses()) {
    if (status.state == "failed") return fail(status.name + ": " + status.last_error);
  }
  TRY_VOID(annotator.finish());
  Played played;
  TRY(played.incidents, oldest_first(store));
  TRY_VOID(write_exhibits(site, played.incidents, out));
  TRY(const int64_t visits, store.visit_count());
  played.facts = {.video = fs::path(site.cameras[0].source).filename().string(),
                  .video_s = annotator.video_s(),
                  .took_s = monotonic_s() - start_s,
                  .frames = annotator.frames(),
                  .visits = visits};
  fmt::print(
      "{}\n{} frames ({:.0f} s of video), {} visits, in {:.1f} s. Nobody in it did anything wrong: the zones are made "
      "up.\n\n",
      incident_table(site, played.incidents), played.facts.frames, played.facts.video_s, visits, played.facts.took_s);
  std::fflush(stdout);
  return played;
}

/// The live page, with the video as a camera that plays at its own speed, over and over, until Ctrl-C.
Result<void> serve_live(SiteConfig site, IncidentStore& store, StopSignal& stop) {
  // A page that is left open over night shall not fill the disk with the same clips.
  constexpr int kReplaysMax = 20;
  for (auto& camera : site.cameras) camera.pace = Pace::realtime;
  LiveBoard board;
  auto registry = std::make_shared<prometheus::Registry>();
  TRY(Hub hub, Hub::start({.site = site, .store = store, .board = board, .metrics = *registry}));
  fmt::print("The live page is at {} until Ctrl-C.\n", hub.url());
  std::fflush(stdout);
  for (int replay = 0; replay < kReplaysMax && !stop.wait_for(0); ++replay) {
    TRY(auto running, StoreWatch::start(site, {.store = store, .board = board, .registry = registry}));
    while (!stop.wait_for(0.2) && !running->over(0)) {
    }
    running->stop();
  }
  while (!stop.wait_for(3600)) {
  }
  return {};
}

/// Leaves only the ledger of the last time: building it again would take longer than all the rest.
Result<void> clear(const fs::path& out) {
  std::error_code error;
  fs::create_directories(out, error);
  for (const auto& entry : fs::directory_iterator(out, error)) {
    if (entry.path().filename() != "ledger") fs::remove_all(entry.path(), error);
  }
  if (error) return bad_input(fmt::format("{}: cannot be made: {}", out.string(), error.message()));
  return {};
}

Result<void> demo(const DemoOptions& options) {
  StopSignal stop;
  TRY(SiteConfig site, load_site(options.config));
  if (!fs::exists(site.cameras[0].source)) {
    return bad_input(
        fmt::format("{}: not there; `make demo` installs it (Debian package opencv-doc)", site.cameras[0].source));
  }
  const fs::path out = options.out;
  TRY_VOID(clear(out));
  site.data_dir = out / "data";  // cleared with the rest: an earlier demo's incidents are not this one's
  TRY(const DemoLosses losses, demo_losses(site, fs::path(options.config).parent_path(), out));
  fmt::print("{}\n", losses_text(losses));
  site.risk.prior = losses.prior.probability;
  TRY(IncidentStore store, IncidentStore::open(site.data_dir));
  TRY(const Played played, play(site, out, store, stop));
  if (stop.wait_for(0)) return {};
  TRY(const DemoDay day, demo_day(out / "day"));
  TRY_VOID(write_exhibits(day.site, day.incidents, out / "day"));
  TRY_VOID(write_file(out / "index.html", demo_page(site, played.facts, losses, played.incidents, day)));
  fmt::print("{}\n{}\n", day_text(day), incident_table(day.site, day.incidents));
  fmt::print(
      "{0}/index.html is the summary, {0}/annotated.mp4 the video with what Shrike saw,\n"
      "{0}/usl.html what the simulated ledgers say was lost, {0}/day the simulated day.\n",
      out.string());
  std::fflush(stdout);
  if (options.once) return {};
  return serve_live(site, store, stop);
}

}  // namespace

void add_demo(CLI::App& app, int& exit_code) {
  auto* sub =
      app.add_subcommand("demo", "Play a real video as a shop camera, show what is found, then serve the live page");
  auto options = std::make_shared<DemoOptions>();
  sub->add_option("--config", options->config, "The demo's configuration")->capture_default_str();
  sub->add_option("--out", options->out, "Folder for the results; what is in it is deleted, but for its ledger")
      ->capture_default_str();
  sub->add_flag("--once", options->once, "Stop after the video, without the live page");
  sub->footer("Example: shrike demo --once");
  sub->callback([options, &exit_code] { exit_code = finish_command("demo", demo(*options)); });
}

}  // namespace shrike

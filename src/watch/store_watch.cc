#include "watch/store_watch.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>

#include "base/log.h"
#include "sense/event_mapping.h"
#include "site/object_source.h"
#include "vault/floor_plan.h"
#include "vault/judged_visits.h"
#include "vault/traces.h"
#include "video/clip.h"
#include "video/url.h"
#include "vision/appearance.h"
#include "vision/default_model.h"

namespace shrike {
namespace {

constexpr std::chrono::milliseconds kReportEvery{500};
// A recording that is worked through faster than it plays would outrun its clips: its ring holds all of it, within
// bytes.
constexpr double kWholeFile_s = 1e6;
constexpr size_t kWholeFileBytesMax = 128U << 20U;
constexpr double kClipPatience_s = 30;

size_t workers_for(const SiteConfig& site) {
  if (site.detector.workers > 0) return static_cast<size_t>(site.detector.workers);
  return std::max(1U, std::thread::hardware_concurrency());
}

/// Whether any camera has a zone in which poses are made.
bool wants_poses(const SiteConfig& site) {
  const auto posed = [](const Zone& zone) {
    return zone.kind == ZoneKind::high_risk || zone.kind == ZoneKind::shelf || zone.kind == ZoneKind::exit;
  };
  return site.pose.enabled &&
         std::ranges::any_of(site.cameras, [&](const auto& c) { return std::ranges::any_of(c.zones, posed); });
}

std::filesystem::path pose_model(const PoseConfig& pose) {
  if (pose.model == "lightning") return default_pose_model();
  if (pose.model == "thunder") return default_pose_model().parent_path() / "movenet-thunder.json";
  return pose.model;
}

Result<Detector> load_detector(const SiteConfig& site) {
  const bool one_pass = site.pose.one_pass();
  const auto& model = site.detector.model;
  return Detector::load({.model = one_pass        ? site.pose.model
                                  : model.empty() ? default_model()
                                                  : model,
                         .labels = site.detector.labels,
                         .runtime = site.detector.runtime,
                         .provider = site.detector.provider,
                         .threads = 1,
                         .threshold = TrackerOptions::for_detector(site.detector.threshold).score_min,
                         .poses = one_pass});
}

Result<void> make_folders(const SiteConfig& site) {
  std::error_code error;
  std::filesystem::create_directories(site.data_dir / "exhibits", error);
  if (!error) return {};
  return bad_input(fmt::format("data_dir {}: cannot be made: {}", site.data_dir.string(), error.message()));
}

/// Nothing more will come: played through, or a file that cannot be opened. A camera is tried for ever.
bool is_over(const FeedStatus& status, const CameraConfig& camera) {
  if (status.state == FeedState::ended) return true;
  const auto kind = source_kind(camera.source);
  return status.state == FeedState::failed && (!kind || *kind == SourceKind::file);
}

CameraStatus to_status(const FeedStatus& feed, uint64_t dropped_before_detection) {
  return {.name = feed.camera,
          .state = to_string(feed.state),
          .last_error = feed.last_error,
          .since = feed.since,
          .fps = feed.fps,
          .frames = feed.frames,
          .dropped = feed.dropped + dropped_before_detection,
          .skipped_by_motion_gate = feed.skipped_by_motion_gate,
          .reconnects = feed.reconnects};
}

}  // namespace

Result<std::unique_ptr<StoreWatch>> StoreWatch::start(const SiteConfig& site, Parts parts) {
  TRY(Loaded loaded, load(site));
  TRY_VOID(make_folders(site));
  TRY(const size_t closed, close_old_clips(parts.store));
  if (closed > 0) spdlog::warn("{} clip(s) of an earlier run were never finished", closed);
  for (const auto& camera : site.cameras) TRY_VOID(parts.store.save_camera(camera.name, camera.source, now_utc()));
  TRY_VOID(save_outlines(parts.store.database(), site.cameras));
  TRY_VOID(save_store_facts(parts.store.database(), {site.store, site.time_zone}));
  TRY_VOID(save_floor_plan(parts.store.database(), site.floor));
  SiteConfig as_run = site;
  TRY(const std::optional<BudgetChoice> budget, threshold_by_budget(parts.store, site.risk, now_utc()));
  if (budget) as_run.risk.threshold = budget->threshold;
  spdlog::info("risk: weights {}, threshold {:.3f}{}", loaded.risk.version, as_run.risk.threshold,
               budget ? fmt::format(", {:.2f} false alerts a day expected", budget->false_alerts_a_day) : "");
  auto watch = std::make_unique<StoreWatch>(as_run, std::move(parts), std::move(loaded));
  watch->start_cameras();
  TRY_VOID(watch->start_sensors());
  watch->reporter_ = std::thread([w = watch.get()] { w->report(); });
  return watch;
}

Result<StoreWatch::Loaded> StoreWatch::load(const SiteConfig& site) {
  TRY(RiskInUse risk, risk_in_use(site));
  for (const auto& what : blind_spots(site.cameras, risk.rules)) spdlog::info("{}", what);
  Planogram planogram;
  if (!site.planogram.empty()) {
    TRY(planogram, read_planogram(site.planogram));
  }
  TRY(Detector detector, load_detector(site));
  Loaded loaded{std::move(risk), std::move(planogram), std::move(detector), {}, {}};
  loaded.estimators.resize(site.cameras.size());
  if (!wants_poses(site)) return loaded;
  TRY(const Runtime runtime, Runtime::open(site.detector.runtime));
  const auto& judge = site.pose.concealment;
  TRY(loaded.concealment, ConcealmentModel::load(runtime, judge.empty() ? default_concealment_model() : judge));
  if (site.pose.one_pass()) return loaded;
  TRY(const auto estimator,
      PoseEstimator::load({.model = pose_model(site.pose), .runtime = {}, .provider = site.detector.provider}));
  for (auto& each : loaded.estimators) {
    TRY(each, estimator.twin());
  }
  return loaded;
}

StoreWatch::StoreWatch(const SiteConfig& site, Parts parts, Loaded loaded)
    : site_(site),
      parts_(std::move(parts)),
      loaded_(std::move(loaded)),
      metrics_(parts_.registry),
      pose_budget_(site.pose.poses_per_s, site.cameras.size()) {}

StoreWatch::~StoreWatch() { stop(); }

Pipeline::Parts StoreWatch::pipeline_parts(size_t camera) {
  Pipeline::Parts parts{.camera = site_.cameras[camera],
                        .rules = loaded_.risk.rules,
                        .labels = loaded_.detector.labels(),
                        .tracker = TrackerOptions::for_detector(site_.detector.threshold),
                        .concealment = loaded_.concealment,
                        .board = parts_.board,
                        .metrics = metrics_,
                        .tell = [this](Told told) { return desk_->tell(std::move(told)); },
                        .on_frame = parts_.on_frame,
                        .on_over =
                            [this] {
                              std::lock_guard lock(mutex_);
                              --running_;
                              changed_.notify_all();
                            }};
  const bool pictures = !object_source(site_.cameras[camera].source);
  if (pictures && wants_poses(site_)) parts.poses.emplace(std::move(loaded_.estimators[camera]), pose_budget_, camera);
  return parts;
}

StoreMind StoreWatch::mind() const {
  StoreMind mind(site_, loaded_.risk.rules, loaded_.planogram);
  mind.calibrate(loaded_.risk.calibration);
  return mind;
}

void StoreWatch::start_cameras() {
  running_ = site_.cameras.size();
  desk_ = std::make_unique<Desk>(
      Desk::Parts{.store = parts_.store,
                  .board = parts_.board,
                  .metrics = metrics_,
                  .site = site_,
                  .mind = mind(),
                  .risk = loaded_.risk,
                  .on_incident = parts_.on_incident,
                  .cut_clip = [this](const ClipJob& job, const std::filesystem::path& file) { return cut(job, file); },
                  .encodes_clips =
                      [this](const std::string& camera) {
                        const auto ring = ring_of(camera);
                        return ring && must_encode(*ring);
                      }});
  std::vector<DetectPool::Camera> lines;
  for (const auto& camera : site_.cameras) {
    lines.push_back({camera.pace == Pace::fast ? WhenFull::wait : WhenFull::drop_oldest});
    pipelines_.push_back(std::make_unique<Pipeline>(pipeline_parts(pipelines_.size())));
  }
  pool_ = std::make_unique<DetectPool>(
      lines, workers_for(site_), [this](SeenFrame& seen) { look(seen); },
      [this](size_t camera, SeenFrame seen) { pipelines_[camera]->put(std::move(seen)); });
  feeds_.resize(site_.cameras.size());
  object_feeds_.resize(site_.cameras.size());
  for (size_t i = 0; i < site_.cameras.size(); ++i) start_feed(i);
}

void StoreWatch::start_feed(size_t i) {
  const CameraConfig& camera = site_.cameras[i];
  if (const auto source = object_source(camera.source)) {
    object_feeds_[i] = std::make_unique<ObjectFeed>(
        ObjectFeedOptions{.camera = camera,
                          .broker = *site_.sensors.broker(source->broker),
                          .topic = source->topic,
                          .labels = loaded_.detector.labels(),
                          .deliver = [this, i](SeenFrame seen) { pipelines_[i]->put(std::move(seen)); }});
    return;
  }
  const bool whole = camera.pace == Pace::fast;
  feeds_[i] =
      std::make_unique<Feed>(FeedOptions{.camera = camera,
                                         .on_frame = [this, i](Frame frame) { pool_->submit(i, std::move(frame)); },
                                         .on_state =
                                             [this, i](const FeedStatus& status) {
                                               parts_.board.put_status(to_status(status, pool_->dropped(i)));
                                               if (is_over(status, site_.cameras[i])) pool_->finish(i);
                                             },
                                         .ring_s = whole ? kWholeFile_s : site_.record.ring_s,
                                         .ring_bytes_max = whole ? kWholeFileBytesMax : FeedOptions{}.ring_bytes_max});
  std::lock_guard lock(mutex_);
  rings_[camera.name] = feeds_[i]->ring();
}

Result<void> StoreWatch::start_sensors() {
  const SensorEars ears{
      .item = [this](ItemEvent event) { return desk_->tell(std::move(event)); },
      .till = [this](TillTransaction transaction) { return desk_->tell(std::move(transaction)); },
      .fact = [this](ZoneFact fact) { return desk_->tell(std::move(fact)); },
  };
  for (const auto& events : site_.sensors.events) {
    TRY(const auto mapping, load_event_mapping(events.mapping));
    for (const auto& rule : mapping.rules) {
      if (!rule.fact.empty() && loaded_.risk.rules.find(rule.fact) == nullptr)
        spdlog::warn("sensor {}: '{}' is no kind of evidence here, or switched off; events {} say nothing", events.name,
                     rule.fact, rule.name);
    }
  }
  TRY(auto sensors, Sensors::start(site_.sensors, loaded_.planogram, site_.time_zone, ears, parts_.till_inbox));
  sensors_ = std::move(sensors);
  return {};
}

void StoreWatch::look(SeenFrame& seen) const {
  auto found = loaded_.detector.detect(*seen.frame);
  if (!found) {
    spdlog::error("detection failed: {}", found.error().message);
    return;
  }
  seen.detections = std::move(*found);
  if (!site_.tracker.appearance) return;
  const auto score_min = TrackerOptions::for_detector(site_.detector.threshold).score_high;
  seen.appearance = appearance_of(*seen.frame, seen.detections, score_min);
}

std::shared_ptr<PacketRing> StoreWatch::ring_of(const std::string& camera) const {
  std::lock_guard lock(mutex_);
  const auto ring = rings_.find(camera);
  return ring == rings_.end() ? nullptr : ring->second;
}

Result<void> StoreWatch::cut(const ClipJob& job, const std::filesystem::path& file) {
  const auto ring = ring_of(job.camera);
  if (!ring) return unavailable(fmt::format("camera {} says what it sees and sends no pictures", job.camera));
  TRY_VOID(cut_clip(*ring, job.from, job.to, file, kClipPatience_s));
  return {};
}

bool StoreWatch::over(double seconds) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return running_ == 0; });
}

void StoreWatch::stop() {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
    changed_.notify_all();
  }
  // The pool first: a feed may be waiting for room in it. The rings outlive their feeds, for clips that are due.
  pool_->stop();
  for (auto& feed : feeds_)
    if (feed) feed->stop();
  for (auto& feed : object_feeds_)
    if (feed) feed->stop();
  for (auto& pipeline : pipelines_) pipeline->stop();
  if (reporter_.joinable()) reporter_.join();
  report_all();
  sensors_.reset();
  desk_->close();
}

void StoreWatch::report() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kReportEvery, [this] { return stopping_; })) {
    lock.unlock();
    report_all();
    lock.lock();
  }
}

FeedStatus StoreWatch::status_of(size_t camera) const {
  return feeds_[camera] ? feeds_[camera]->status() : object_feeds_[camera]->status();
}

void StoreWatch::report_all() {
  for (size_t i = 0; i < feeds_.size(); ++i) {
    const auto status = to_status(status_of(i), pool_->dropped(i));
    const auto camera = metrics_.camera(status.name);
    camera.fps.Set(status.fps);
    camera.frames.Set(static_cast<double>(status.frames));
    camera.dropped.Set(static_cast<double>(status.dropped));
    camera.skipped.Set(static_cast<double>(status.skipped_by_motion_gate));
    camera.reconnects.Set(static_cast<double>(status.reconnects));
    camera.up.Set(status.state == "live" ? 1 : 0);
    camera.waiting.Set(static_cast<double>(pool_->waiting(i)));
    parts_.board.put_status(status);
  }
  if (sensors_) report_sensors();
}

void StoreWatch::report_sensors() {
  auto statuses = sensors_->statuses();
  for (const auto& status : statuses) {
    const auto sensor = metrics_.sensor(status.name, status.sort);
    sensor.up.Set(status.state == "live" ? 1 : 0);
    sensor.messages.Set(static_cast<double>(status.messages));
    sensor.events.Set(static_cast<double>(status.events));
    sensor.left_out.Set(static_cast<double>(status.left_out));
    sensor.reconnects.Set(static_cast<double>(status.reconnects));
    sensor.clock_offset_s.Set(status.clock_offset_s);
  }
  parts_.board.put_sensors(std::move(statuses));
}

}  // namespace shrike

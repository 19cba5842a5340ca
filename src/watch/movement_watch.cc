#include "watch/movement_watch.h"

#include <algorithm>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/child.h"
#include "behaviour/movement_trial.h"

namespace shrike {
namespace {

constexpr const char* kKind = "unusual_movement";
constexpr double kHeld_s = 3 * 3600, kStaff_s = 10;
constexpr size_t kHeldMax = 4096, kRanksMax = 500, kRanksMin = 50;
constexpr double kLookEvery_s = 10, kTryEvery_s = 12 * 3600, kDay_s = 86400;
constexpr double kTrainingEnds_s = 2;        // once it was asked to; then it is killed
constexpr int kNightFrom = 1, kNightTo = 5;  // hours of the store's clock

bool is_staff(const VisitTrace& trace) {
  return std::ranges::any_of(
      trace.stays, [](const ZoneStay& stay) { return stay.kind == ZoneKind::staff && stay.dwell_s >= kStaff_s; });
}

Evidence evidence_of(const VisitReading& reading, double llr, Timestamp from, Timestamp to) {
  Evidence fact{.kind = kKind, .from = from, .to = to, .source = "movement"};
  fact.llr = llr;
  const MovementFact most = strongest(reading.below);
  fact.detail = fmt::format("moved as 1 visit in {:.0f} does: {}", 1 / reading.p,
                            say(most, reading.below[static_cast<size_t>(most)] > 0.5));
  return fact;
}

}  // namespace

MovementWatch::MovementWatch(const SiteConfig& site, const RuleBook& rules, Metrics& metrics,
                             std::vector<std::string> train)
    : file_(site.data_dir / kFile), metrics_(metrics), train_(std::move(train)) {
  if (const KindRule* rule = rules.find(kKind)) llr_ = rule->llr;
  for (const CameraConfig& camera : site.cameras)
    for (const Zone& zone : camera.zones) doors_ |= zone.kind == ZoneKind::exit;
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (train_.empty() && !error)
    train_ = {"/usr/bin/nice",        "-n",    "15",          self.string(), "train", "movement", "--data",
              site.data_dir.string(), "--out", file_.string()};
}

MovementWatch::~MovementWatch() {
  if (!training_) return;
  // What it would have written is not there yet, or whole: files are written beside and moved.
  if (!end_child(*training_, kTrainingEnds_s))
    spdlog::warn("movement: the training, process {}, does not end", *training_);
}

std::vector<VisitEvidence> MovementWatch::see(std::span<const VisitTrace> traces,
                                              const std::function<std::string(const std::string&)>& visit_of) {
  std::vector<VisitEvidence> out;
  if (!model_ || llr_ == 0) return out;
  for (const VisitTrace& trace : traces) {
    held_.push_back(trace);
    judge(trace, visit_of, out);
    forget(trace.to);
  }
  return out;
}

void MovementWatch::judge(const VisitTrace& newest, const std::function<std::string(const std::string&)>& visit_of,
                          std::vector<VisitEvidence>& out) {
  const std::string visit = visit_of(newest.camera_visit_id);
  std::vector<VisitTrace> own;
  for (const VisitTrace& trace : held_)
    if (visit_of(trace.camera_visit_id) == visit) own.push_back(trace);
  const Walk walk = walk_of(own);
  if (walk.seconds < kWalkShortest_s || walk.stretches.empty() || std::ranges::any_of(own, is_staff)) return;
  if (doors_ && walk.stretches.back().zone != ZoneKind::exit) return;
  const VisitReading reading = model_->read(walk);
  count(reading.p);
  const auto told = told_.find(visit);
  if (told != told_.end()) {  // said anew, of more of its way
    Evidence gone{.kind = kKind, .from = newest.from, .to = newest.to, .source = "movement"};
    gone.detail = "its whole way is known better now";
    out.push_back({told->second, newest.camera, 0, std::move(gone)});
    told_.erase(told);
  }
  if (reading.p > kUnusual) return;
  told_[visit] = newest.camera_visit_id;
  out.push_back({newest.camera_visit_id, newest.camera, 0, evidence_of(reading, llr_, walk.from, newest.to)});
}

void MovementWatch::forget(Timestamp now) {
  while (!held_.empty() && (held_.size() > kHeldMax || seconds_between(held_.front().to, now) > kHeld_s))
    held_.pop_front();
  while (told_.size() > kHeldMax) told_.erase(told_.begin());  // ids sort by time
}

void MovementWatch::count(double rank) {
  metrics_.movement_judged.Increment();
  ranks_.push_back(rank);
  if (ranks_.size() > kRanksMax) ranks_.pop_front();
  if (ranks_.size() >= kRanksMin) metrics_.movement_psi.Set(drift_of({ranks_.begin(), ranks_.end()}).psi);
}

void MovementWatch::tend(Timestamp now) {
  const double clock_s = monotonic_s();
  if (looked_s_ && clock_s - *looked_s_ < kLookEvery_s) return;
  looked_s_ = clock_s;
  if (training_) {
    if (const auto ended = poll_child(*training_)) {
      training_.reset();
      if (*ended)
        spdlog::info("movement: training ended; a model that is not better is kept beside {}", file_.string());
      if (!*ended) spdlog::warn("movement: training {}", ended->error().message);
    }
  }
  load();
  if (!model_) return;
  metrics_.movement_age_s.Set(seconds_between(model_->tried_to, now));
  if (training_due(now)) train();
}

void MovementWatch::load() {
  std::error_code error;
  const auto written = std::filesystem::last_write_time(file_, error);
  if (error) {
    if (model_) spdlog::info("movement: {} is gone: visits are not ranked any more", file_.string());
    model_.reset();
    return;
  }
  if (written == loaded_) return;
  loaded_ = written;
  auto model = load_movement_model(file_.string());
  if (!model) return spdlog::warn("movement: {}", model.error().message);
  model_ = std::move(*model);
  ranks_.clear();
  spdlog::info("movement: visits are ranked by {}, learnt from {} walks", file_.string(), model_->walks);
}

bool MovementWatch::training_due(Timestamp now) const {
  if (training_ || train_.empty() || model_->retrain_days <= 0) return false;
  if (tried_s_ && monotonic_s() - *tried_s_ < kTryEvery_s) return false;
  const double late_days = seconds_between(model_->tried_to, now) / kDay_s - model_->retrain_days;
  const int hour = local_hour(now, model_->time_zone).value_or(kNightFrom);
  // A machine that is off at night trains by day, a day late.
  return late_days >= 1 || (late_days >= 0 && hour >= kNightFrom && hour < kNightTo);
}

void MovementWatch::train() {
  tried_s_ = monotonic_s();
  auto command = train_;
  command.insert(command.end(), {"--every", fmt::format("{:g}", model_->retrain_days)});
  const auto child = start_child(command);
  if (!child) return spdlog::warn("movement: {}", child.error().message);
  training_ = *child;
  spdlog::info("movement: the newest visits are learnt from; the present model stays until the new one is as good");
}

}  // namespace shrike

#include "watch/movement_watch.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <limits>
#include <spdlog/spdlog.h>

#include "base/child.h"
#include "behaviour/evidence_rules.h"

namespace shrike {
namespace {

constexpr const char* kKind = "unusual_movement";
constexpr double kHeld_s = 3 * 3600;
constexpr size_t kHeldMax = 4096, kRanksMax = 500, kRanksMin = 50;
constexpr double kLookEvery_s = 10, kTryEvery_s = 12 * 3600, kNightMissed_s = 36 * 3600, kDay_s = 86400;
constexpr double kTrainingEnds_s = 2;  // once it was asked to; then it is killed
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr int kNightFrom = 1, kNightTo = 5;  // hours of the store's clock

bool is_staff(const VisitTrace& trace) {
  return std::ranges::any_of(
      trace.stays, [](const ZoneStay& stay) { return stay.kind == ZoneKind::staff && stay.dwell_s >= kStaff_s; });
}

/// None where there is no such file.
std::optional<std::filesystem::file_time_type> written_at(const std::filesystem::path& file) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(file, error);
  return error ? std::nullopt : std::optional(time);
}

Timestamp to_timestamp(std::filesystem::file_time_type time) {
  const auto since_1970 = std::filesystem::file_time_type::clock::to_sys(time).time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count()};
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
  ++ranked_;
  ranks_.push_back(rank);
  if (ranks_.size() > kRanksMax) ranks_.pop_front();
  if (ranks_.size() < kRanksMin) return;
  const bool had_shifted = drift_ && drift_->shifted();
  drift_ = drift_of({ranks_.begin(), ranks_.end()});
  metrics_.movement_psi.Set(drift_->psi);
  if (drift_->shifted() && !had_shifted)
    spdlog::warn("movement: the newest {} visits do not move as those that the model learnt from did: drift {:.2f}",
                 drift_->visits, drift_->psi);
}

bool MovementWatch::tend(Timestamp now) {
  const double clock_s = monotonic_s();
  if (looked_s_ && clock_s - *looked_s_ < kLookEvery_s) return false;
  looked_s_ = clock_s;
  look(now);
  return true;
}

void MovementWatch::look(Timestamp now) {
  load();
  load_refused();
  end_training(now);
  metrics_.movement_age_s.Set(model_ ? seconds_between(model_->tried_to, now) : kUnknown);
  if (model_ && training_due(now)) train(now);
}

void MovementWatch::load() {
  const auto written = written_at(file_);
  if (written == loaded_) return;
  loaded_ = written;
  problem_.clear();
  if (!written) {
    spdlog::info("movement: {} is gone: visits are not ranked any more", file_.string());
    model_.reset();
  } else if (auto model = load_movement_model(file_.string())) {
    model_ = std::move(*model);
    spdlog::info("movement: visits are ranked by {}, learnt from {} visits", file_.string(), model_->walks);
    if (model_->tried)
      last_training_ = MovementStatus::Training{to_timestamp(*written), "promoted", model_->tried->why};
  } else {
    problem_ = model.error().message;
    return spdlog::warn("movement: {}", problem_);
  }
  ranks_.clear();
  ranked_ = 0;
  drift_.reset();
  metrics_.movement_psi.Set(kUnknown);
}

/// What was refused last, also before this program began: the next night tries again, not the next minute.
void MovementWatch::load_refused() {
  const std::filesystem::path file = file_.string() + MovementModel::kRefused;
  const auto written = written_at(file);
  if (written == refused_) return;
  refused_ = written;
  if (!written || (loaded_ && *written < *loaded_)) return;
  const auto model = load_movement_model(file.string());
  if (!model) return spdlog::warn("movement: {}", model.error().message);
  last_training_ = MovementStatus::Training{to_timestamp(*written), "refused",
                                            model->tried ? model->tried->why : "it does not say why"};
  tried_ = std::max(tried_.value_or(Timestamp{}), last_training_->time);
}

void MovementWatch::end_training(Timestamp now) {
  if (!training_) return;
  const auto ended = poll_child(*training_);
  if (!ended) return;
  training_.reset();
  load();
  load_refused();
  if (!*ended) {
    tell({now, "failed", ended->error().message});
  } else if (last_training_ && last_training_->time != trained_before_) {
    tell(*last_training_);
  } else {
    tell({now, "nothing_new", "there are no newer days to learn from"});
  }
}

void MovementWatch::tell(MovementStatus::Training training) {
  metrics_.movement_training(training.outcome);
  if (training.outcome == "failed") {
    spdlog::warn("movement: the training failed: {}", training.why);
  } else if (training.outcome == "refused") {
    spdlog::warn("movement: the new model was refused, the present one stays: {} ({}{})", training.why, file_.string(),
                 MovementModel::kRefused);
  } else {
    spdlog::info("movement: training ended, {}: {}",
                 training.outcome == "promoted" ? "the new model is in use" : "the present model stays", training.why);
  }
  last_training_ = std::move(training);
}

MovementStatus MovementWatch::status() const {
  MovementStatus status;
  status.enabled = llr_ != 0;
  status.problem = problem_;
  status.ranked = ranked_;
  status.drift = drift_;
  status.training = training_.has_value();
  status.last_training = last_training_;
  if (model_)
    status.model = MovementStatus::Model{.learnt_from = model_->learnt_from,
                                         .learnt_to = model_->learnt_to,
                                         .known_to = model_->tried_to,
                                         .visits = model_->walks,
                                         .days = model_->days,
                                         .retrain_days = model_->retrain_days,
                                         .tried = model_->tried};
  return status;
}

bool MovementWatch::training_due(Timestamp now) const {
  if (training_ || train_.empty() || model_->retrain_days <= 0) return false;
  const double late_days = seconds_between(model_->tried_to, now) / kDay_s - model_->retrain_days;
  if (late_days < 0) return false;
  const double tried_s = tried_ ? seconds_between(*tried_, now) : kNightMissed_s;
  const int hour = local_hour(now, model_->time_zone).value_or(kNightFrom);
  if (hour >= kNightFrom && hour < kNightTo) return tried_s >= kTryEvery_s;
  // A machine that is off at night trains by day, a day late.
  return late_days >= 1 && tried_s >= kNightMissed_s;
}

void MovementWatch::train(Timestamp now) {
  tried_ = now;
  trained_before_ = last_training_ ? last_training_->time : Timestamp{};
  auto command = train_;
  command.insert(command.end(), {"--every", fmt::format("{:g}", model_->retrain_days)});
  const auto child = start_child(command);
  if (!child) return tell({now, "failed", child.error().message});
  training_ = *child;
  spdlog::info("movement: a new model learns from the newest days; the present one stays until that is as good");
}

}  // namespace shrike

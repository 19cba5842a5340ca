#include "watch/desk.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>

#include "base/file.h"
#include "base/log.h"
#include "risk/visit_correction.h"
#include "vault/traces.h"
#include "video/canvas.h"
#include "video/picture.h"

namespace shrike {
namespace {

constexpr Colour kAlertColour{229, 72, 47};
constexpr size_t kToldMax = 256;
constexpr size_t kClipsMax = 256;
constexpr std::chrono::milliseconds kRetryAfter{500};
constexpr double kCorrectEvery_s = 1;
constexpr int kCorrectionsAtOnce = 50;
constexpr double kForgetEvery_s = 3600;
constexpr double kDay_s = 86400;
constexpr double kEvidenceShown_s = 10;  ///< of a clip, besides pre- and post-roll
constexpr double kSilentCamera_s = 15;   ///< after the post-roll should be over, its clips are cut with what there is

/// The picture of the moment with a frame around the person it is about.
Result<void> save_picture(const Frame& frame, const Box& box, const std::filesystem::path& file) {
  Canvas canvas(to_picture(frame));
  canvas.box(box, kAlertColour, 3);
  TRY(const std::string jpeg, encode_jpeg(to_frame(canvas.picture()), 85));
  return write_file(file, jpeg);
}

/// Widens `film` so that it shows `job` too, where they overlap and it stays within `seconds`.
bool join(ClipJob& film, const ClipJob& job, double seconds) {
  const Timestamp from = std::min(film.from, job.from), to = std::max(film.to, job.to);
  const bool fits = job.from < film.to && film.from < job.to && seconds_between(from, to) <= seconds;
  if (fits) film = {film.event_id, film.camera, from, to};
  return fits;
}

/// The same film under another incident's name, without its bytes twice where the disk can do that.
Result<void> link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::create_hard_link(from, to, error);
  if (error) std::filesystem::copy_file(from, to, error);
  if (error) return unavailable(fmt::format("cannot write {}: {}", to.string(), error.message()));
  return {};
}

/// What the visit was put together from; and the traces of its parts are one visit's from now on.
void keep_parts(const VisitRecord& visit, Database& database) {
  if (const auto kept = save_parts(database, visit); !kept) spdlog::error("{}", kept.error().message);
  if (visit.parts.empty() || (visit.parts.size() < 2 && visit.parts.front().camera_visit == visit.visit_id)) return;
  for (const StoreVisit::Part& part : visit.parts)
    if (const auto joined = join_trace(database, part.camera_visit, visit.visit_id); !joined)
      spdlog::error("{}", joined.error().message);
}

std::optional<VisitRecord> find_whole_visit(const std::string& id, IncidentStore& store) {
  auto visit = store.find_visit(id);
  auto parts = load_parts(store.database(), id);
  if (!visit || !*visit || !parts || parts->empty()) return std::nullopt;
  (*visit)->parts = std::move(*parts);
  return std::move(**visit);
}

}  // namespace

std::string exhibit_file(const std::string& event_id, const char* extension) {
  return fmt::format("exhibits/{}.{}", event_id, extension);
}

Result<size_t> close_old_clips(IncidentStore& store) {
  TRY(const std::vector<std::string> pending, store.pending_clips());
  for (const auto& event_id : pending) TRY_VOID(store.set_clip(event_id, "missing", ""));
  return pending.size();
}

Desk::Desk(Parts parts)
    : parts_(std::move(parts)),
      told_(kToldMax, WhenFull::wait),
      clips_(kClipsMax, WhenFull::wait),
      watch_list_(parts_.store.database(), parts_.site.watch_list),
      movement_(parts_.site, parts_.risk.rules, parts_.metrics),
      entries_(parts_.site, parts_.risk.rules) {
  for (const CameraConfig& camera : parts_.site.cameras) {
    if (auto floor = FloorMap::of(camera, parts_.site.floor)) floors_.emplace(camera.name, std::move(*floor));
  }
  desk_ = std::thread([this] { weigh_all(); });
  cutter_ = std::thread([this] { cut_all(); });
}

Desk::~Desk() { close(); }

bool Desk::tell(Told told) { return told_.push(std::move(told)); }

void Desk::close() {
  told_.close();
  if (desk_.joinable()) desk_.join();
  clips_.close();
  if (cutter_.joinable()) cutter_.join();
}

void Desk::weigh_all() {
  for (;;) {
    auto told = told_.pop_for(kRetryAfter);
    parts_.metrics.desk_waiting.Set(static_cast<double>(told_.size()));
    retry_unkept();
    release_clips_of_silent_cameras();
    correct();
    watch_list_.refresh(now_utc());
    if (movement_.tend(now_utc())) parts_.board.put_movement(movement_.status());
    if (!told && told_.closed()) break;
    if (!told) continue;
    if (auto* seen = std::get_if<Observation>(&*told)) weigh(*seen);
    if (const auto* event = std::get_if<ItemEvent>(&*told)) take(parts_.mind.hear(*event), nullptr);
    if (const auto* till = std::get_if<TillTransaction>(&*told)) take(parts_.mind.hear(*till), nullptr);
    if (const auto* fact = std::get_if<ZoneFact>(&*told)) take(parts_.mind.hear(*fact), nullptr);
  }
  take(parts_.mind.finish(), nullptr);
  retry_unkept();
  release_all_clips();
  for (const auto& unkept : unkept_) {
    spdlog::error("incident {} could not be kept: the data folder takes nothing", unkept.incident.event_id);
  }
}

void Desk::weigh(Observation& observation) {
  for (auto& match : watch_list_.see(observation, now_utc())) observation.evidence.push_back(std::move(match));
  for (VisitTrace& trace : observation.traces)
    if (const auto floor = floors_.find(trace.camera); floor != floors_.end()) put_on_floor(trace, floor->second);
  const auto visit_of = [this](const std::string& camera_visit) { return parts_.mind.visit_of(camera_visit); };
  for (auto& unusual : movement_.see(observation.traces, visit_of)) observation.evidence.push_back(std::move(unusual));
  for (auto& often : entries_.see(observation, parts_.mind.who())) observation.evidence.push_back(std::move(often));
  take(parts_.mind.see(observation), &observation);
  std::map<std::string, double> ahead_s;
  for (const ClockOffset& clock : parts_.mind.who().visits().clocks_apart()) ahead_s[clock.other] = clock.seconds;
  parts_.board.put_clocks(std::move(ahead_s));
  keep_traces(observation);
  for (const auto& seen : observation.evidence) {
    parts_.board.put_risk(seen.visit_id, parts_.mind.risk_of(seen.visit_id));
  }
  for (const auto& over : observation.ended) parts_.board.forget_risk(over.visit_id);
  release_clips(observation.camera, observation.time);
}

void Desk::keep_traces(const Observation& observation) {
  Database& database = parts_.store.database();
  const double keep_days = parts_.site.insight.keep_days;
  for (VisitTrace trace : observation.traces) {
    if (keep_days <= 0) break;
    trace.visit_id = parts_.mind.visit_of(trace.camera_visit_id);
    if (const auto kept = save_trace(database, trace); !kept) spdlog::error("{}", kept.error().message);
  }
  if (forgot_traces_s_ && monotonic_s() - *forgot_traces_s_ < kForgetEvery_s) return;
  forgot_traces_s_ = monotonic_s();
  // The earlier of the two clocks: one that runs ahead must not erase what is to be kept.
  const Timestamp now = std::min(observation.time, now_utc());
  if (const auto gone = forget_traces(database, now.plus_s(-keep_days * kDay_s)); !gone) {
    spdlog::error("{}", gone.error().message);
  }
}

void Desk::take(const MindChanges& changes, const Observation* observation) {
  for (const auto& change : changes.incidents) take(change, observation);
  for (const auto& visit : changes.ended) {
    entries_.end(visit);
    if (const auto kept = parts_.store.save_visit(visit); !kept) spdlog::error("{}", kept.error().message);
    keep_parts(visit, parts_.store.database());
  }
}

/// Does what officers said of who is who, and says what became of it.
void Desk::correct() {
  if (monotonic_s() - corrected_s_ < kCorrectEvery_s) return;
  corrected_s_ = monotonic_s();
  const auto waiting = waiting_corrections(parts_.store.database(), kCorrectionsAtOnce);
  if (!waiting) return spdlog::error("corrections: {}", waiting.error().message);
  for (const VisitCorrection& correction : *waiting) {
    const std::string state = correct(correction);
    spdlog::info("{} of visit {} and {}: {}", correction.action, correction.visit_id, correction.other, state);
    if (const auto kept = close_correction(parts_.store.database(), correction.id, state); !kept)
      spdlog::error("corrections: {}", kept.error().message);
  }
}

std::string Desk::correct(const VisitCorrection& correction) {
  const auto changes = [&]() -> std::optional<MindChanges> {
    if (correction.action == "merge") return parts_.mind.correct_merge(correction.other, correction.visit_id);
    if (correction.action == "split") return parts_.mind.correct_split(correction.other);
    return parts_.mind.correct_staff(correction.visit_id, correction.action == "staff");
  }();
  if (!changes) return correct_kept(correction);
  take(*changes, nullptr);
  return "done";
}

/// Of visits that are over.
std::string Desk::correct_kept(const VisitCorrection& correction) {
  auto visit = find_whole_visit(correction.visit_id, parts_.store);
  if (!visit) return "refused: the visit is not kept, or not over yet";
  if (correction.action == "staff" || correction.action == "not_staff") {
    const bool is_staff = correction.action == "staff";
    take(MindChanges{.incidents = {}, .ended = {staff_record(*visit, is_staff, correction.time, parts_.risk)}},
         nullptr);
    return "done";
  }
  if (correction.action == "split") {
    const auto two = split_record(*visit, correction.other, parts_.risk);
    if (!two) return "refused: a visit is named by its first part, and only another part can be split off";
    take(MindChanges{.incidents = {}, .ended = {two->first, two->second}}, nullptr);
    return "done";
  }
  const auto other = find_whole_visit(correction.other, parts_.store);
  if (!other) return "refused: the other visit is not kept, or not over yet";
  take(MindChanges{.incidents = {}, .ended = {merged_record(*visit, *other, parts_.risk)}}, nullptr);
  const auto erased = erase_visit(parts_.store.database(), correction.other);
  return erased ? "done" : "refused: " + erased.error().message;
}

void Desk::take(const IncidentChange& change, const Observation* observation) {
  Unkept unkept{change.after, change.type, observation != nullptr ? observation->time : change.after.time};
  const bool has_frame = observation != nullptr && observation->frame.has_value();
  const auto is_them = [&](const auto& entry) { return parts_.mind.visit_of(entry.first) == change.after.visit_id; };
  const auto box = has_frame ? std::ranges::find_if(observation->boxes, is_them) : decltype(observation->boxes.end()){};
  if (change.type == IncidentChange::Type::created && has_frame && box != observation->boxes.end()) {
    const auto file = exhibit_file(change.after.event_id, "jpg");
    const auto saved = save_picture(*observation->frame, box->second, parts_.site.data_dir / file);
    if (saved) unkept.incident.picture = file;
    if (!saved) spdlog::warn("incident {}: no picture: {}", change.after.event_id, saved.error().message);
  }
  if (!unkept_.empty() || !keep(unkept)) unkept_.push_back(std::move(unkept));
  if (parts_.site.watch_list.enabled) keep_look_of(change.after);
}

void Desk::keep_look_of(const Incident& incident) {
  const auto is_theirs = [&](const std::string& camera_visit) {
    return camera_visit == incident.visit_id || parts_.mind.visit_of(camera_visit) == incident.visit_id;
  };
  const auto look = watch_list_.look_of(is_theirs);
  if (!look) return;
  const auto kept = keep_look(parts_.store.database(), incident.event_id, incident.visit_id, *look, now_utc());
  if (!kept) spdlog::error("watch list: {}", kept.error().message);
}

void Desk::retry_unkept() {
  while (!unkept_.empty() && keep(unkept_.front())) unkept_.pop_front();
}

bool Desk::keep(const Unkept& unkept) {
  const auto kept = parts_.store.save(unkept.incident);
  if (!kept) {
    spdlog::error("incident {} is not kept yet: {}", unkept.incident.event_id, kept.error().message);
    return false;
  }
  if (unkept.type != IncidentChange::Type::created) return true;
  parts_.metrics.incident(unkept.incident.type);
  parts_.metrics.latency_s.Observe(std::max(0.0, seconds_between(unkept.frame_time, now_utc())));
  if (parts_.on_incident) parts_.on_incident(kept->after.incident);
  order_clip(kept->after.incident);
  return true;
}

void Desk::order_clip(const Incident& incident) {
  const auto& record = parts_.site.record;
  // Evidence may reach back for minutes; an officer looks at its end. No clip begins before the ring does.
  const double back_s = std::min(record.pre_roll_s + kEvidenceShown_s, record.ring_s - record.post_roll_s);
  const auto earliest = incident.time.plus_s(-back_s);
  ClipJob job{incident.event_id, incident.camera, std::max(incident.from.plus_s(-record.pre_roll_s), earliest),
              incident.time.plus_s(record.post_roll_s)};
  due_.push_back({std::move(job), monotonic_s()});
}

std::optional<Desk::Film> Desk::take_film(const std::string& camera, Timestamp now) {
  const double together_s = parts_.encodes_clips(camera) ? parts_.site.record.ring_s : 0;
  for (size_t first = 0; first < due_.size(); ++first) {
    if (due_[first].job.camera != camera) continue;
    Film film{due_[first].job, {}};
    std::vector<size_t> members{first};
    for (size_t i = first + 1; i < due_.size(); ++i) {
      if (due_[i].job.camera != camera || !join(film.clip, due_[i].job, together_s)) continue;
      members.push_back(i);
      film.others.push_back(due_[i].job.event_id);
    }
    if (now < film.clip.to) continue;
    for (auto i = members.rbegin(); i != members.rend(); ++i) due_.erase(due_.begin() + static_cast<ptrdiff_t>(*i));
    return film;
  }
  return std::nullopt;
}

void Desk::release_clips(const std::string& camera, Timestamp now) {
  if (due_.empty()) return;
  while (auto film = take_film(camera, now)) clips_.push(std::move(*film));
}

void Desk::release_clips_of_silent_cameras() {
  const double patience_s = parts_.site.record.post_roll_s + kSilentCamera_s;
  for (const auto& due : due_) {
    if (monotonic_s() - due.ordered_s < patience_s) continue;
    return release_clips(due.job.camera, Timestamp{INT64_MAX});
  }
}

void Desk::release_all_clips() {
  while (!due_.empty()) release_clips(due_.front().job.camera, Timestamp{INT64_MAX});
}

void Desk::cut_all() {
  const auto file_of = [&](const std::string& id) { return parts_.site.data_dir / exhibit_file(id, "mp4"); };
  while (const auto film = clips_.pop()) {
    parts_.metrics.clips_waiting.Set(static_cast<double>(clips_.size()));
    const auto file = file_of(film->clip.event_id);
    const auto cut = parts_.cut_clip(film->clip, file);
    finish_clip(film->clip.event_id, cut);
    for (const auto& other : film->others) finish_clip(other, cut ? link_or_copy(file, file_of(other)) : cut);
  }
}

void Desk::finish_clip(const std::string& event_id, const Result<void>& cut) {
  if (!cut) {
    spdlog::warn("incident {}: no clip: {}", event_id, cut.error().message);
    parts_.metrics.clips_missing.Increment();
  }
  const auto kept = cut ? parts_.store.set_clip(event_id, "ready", exhibit_file(event_id, "mp4"))
                        : parts_.store.set_clip(event_id, "missing", "");
  if (kept) {
  } else {
    spdlog::error("incident {}: {}", event_id, kept.error().message);
  }
}

}  // namespace shrike

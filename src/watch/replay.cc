#include "watch/replay.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <memory>
#include <optional>
#include <thread>
#include <variant>

#include "behaviour/engine.h"
#include "risk/entry_watch.h"
#include "risk/in_use.h"
#include "track/tracker.h"
#include "track/visits.h"
#include "track/whole_box.h"
#include "vision/labels.h"
#include "watch/camera_view.h"
#include "watch/recording.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr double kChunk_s = 300;     // cameras are gone through so far ahead of the minds
constexpr double kHandView_s = 1.0;  // who stood where is known so long after a view
constexpr float kSamePerson_iou = 0.3F;
constexpr uint32_t kMindIds = 1'000'000;

/// One camera, as its pipeline goes through it, without threads and pictures.
class CameraReplay {
 public:
  CameraReplay(const CameraConfig& camera, const SiteConfig& site, const RuleBook& rules, uint32_t number,
               Recording recording)
      : name_(camera.name),
        recording_(std::move(recording)),
        tracker_(TrackerOptions::for_detector(site.detector.threshold)),
        visits_({}, camera.zones, [this, number](Timestamp t) { return replay_id(t, number, next_id_++); }),
        behaviour_(camera, rules, coco_labels()),
        whole_(camera.floor_points),
        appearance_(site.tracker.appearance) {}
  CameraReplay(const CameraReplay&) = delete;
  CameraReplay& operator=(const CameraReplay&) = delete;

  /// Goes on with all frames before `to`.
  Result<void> run_to(Timestamp to) {
    views.clear();
    while (!over_) {
      if (!waiting_) {
        TRY(const bool more, recording_.next(frame_));
        if (!more) return finish();
        waiting_ = true;
      }
      if (frame_.time >= to) return {};
      waiting_ = false;
      analyse();
    }
    return {};
  }

  std::vector<ReplayedView> views;
  uint64_t frames = 0, detections = 0;
  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] std::optional<Timestamp> next_time() const {
    return waiting_ ? std::optional(frame_.time) : std::nullopt;
  }

 private:
  void analyse() {
    const PictureAt picture{frame_.time, recording_.width(), recording_.height()};
    const auto tracks = tracker_.update(
        frame_.detections, picture, appearance_ ? std::span<const float>(frame_.appearance) : std::span<const float>());
    auto visits = visits_.update(picture, tracks, tracker_.appearance());
    whole_.complete(picture, visits.present);
    Behaviour behaviour = behaviour_.observe(picture, visits.present, tracks);
    ReplayedView out{{.camera = name_, .time = frame_.time, .evidence = std::move(behaviour.evidence)}, {}};
    end_visits(out, visits.ended);
    const bool silent = out.view.evidence.empty() && out.view.ended.empty();
    if (!silent || seconds_between(told_, frame_.time) >= tell_every_s(!visits.present.empty()) - 1e-3) {
      out.view.people = people_seen(picture, visits.present, tracks, tracker_.appearance(), behaviour_);
      for (const PersonSeen& person : out.view.people) {
        const auto track = std::ranges::find(tracks, person.track_id, &Track::id);
        out.detections.push_back(track == tracks.end() ? -1 : detection_of(*track));
      }
      told_ = frame_.time;
      views.push_back(std::move(out));
    }
    ++frames;
    detections += frame_.detections.size();
  }

  void end_visits(ReplayedView& out, const std::vector<EndedVisit>& ended) {
    for (const auto& [visit, end, last_box] : ended) {
      Behaviour over = behaviour_.visit_ended(visit.id);
      std::ranges::move(over.evidence, std::back_inserter(out.view.evidence));
      std::ranges::move(over.traces, std::back_inserter(out.traces));
      out.view.ended.push_back(ended_record(visit, name_));
    }
  }

  [[nodiscard]] int64_t detection_of(const Track& track) const {
    int64_t best = -1;
    float most = kSamePerson_iou;
    for (size_t i = 0; i < frame_.detections.size(); ++i) {
      const float shared = frame_.detections.classes[i] == track.label ? iou(frame_.detections.boxes[i], track.box) : 0;
      if (shared <= most) continue;
      most = shared;
      best = static_cast<int64_t>(detections + i);
    }
    return best;
  }

  Result<void> finish() {
    over_ = true;
    ReplayedView last{{.camera = name_, .time = told_}, {}};
    end_visits(last, visits_.finish());
    if (frames > 0) views.push_back(std::move(last));
    return {};
  }

  std::string name_;
  Recording recording_;
  uint64_t next_id_ = 0;
  Tracker tracker_;
  Visits visits_;
  BehaviourEngine behaviour_;
  WholeBoxes whole_;
  bool appearance_;
  RecordedFrame frame_;
  bool waiting_ = false, over_ = false;
  Timestamp told_;
};

/// The minds, and what reaches them in one stretch, in order. Each mind goes through it by itself.
class Minds {
 public:
  Minds(const SiteConfig& site, const RiskInUse& risk, const Planogram& planogram, const ReplayOptions& options)
      : options_(options), newest_(site.cameras.size()), next_id_(options.minds_without.size(), 0) {
    for (size_t m = 0; m < options.minds_without.size(); ++m) {
      minds_.push_back(std::make_unique<StoreMind>(
          site, risk.rules, planogram, [this, m](Timestamp t) { return replay_id(t, kMindIds, next_id_[m]++); }));
      minds_.back()->calibrate(risk.calibration);
      entries_.emplace_back(site, risk.rules);
    }
  }

  void see(size_t camera, const ReplayedView& seen) {
    if (options_.on_view) options_.on_view(camera, seen);
    newest_[camera] = &seen;
    heard_.push_back({ReplaySource::cameras, seen.view.time, &seen.view});
  }
  void hear(HeardItem heard, const SiteConfig& site, ReplayCounts& counts) {
    if (heard.source == ReplaySource::hands && !give_to_somebody(heard, site)) {
      ++counts.hands_of_nobody;
      return;
    }
    ++counts.items;
    heard_.push_back({heard.source, heard.heard, std::move(heard.event)});
  }
  void hear(HeardTill heard) { heard_.push_back({ReplaySource::tills, heard.heard, std::move(heard.transaction)}); }

  /// Tells the minds what was heard until `now`; its views may be freed then.
  void run(Timestamp now) {
    for_each_mind([&](size_t m) {
      for (const Heard& one : heard_)
        if (!options_.minds_without[m].contains(one.source)) tell(m, one);
      say(m, now, minds_[m]->advance(now));
    });
    heard_.clear();
    std::ranges::fill(newest_, nullptr);
  }
  void finish(Timestamp now) {
    for_each_mind([&](size_t m) { say(m, now, minds_[m]->finish()); });
  }

 private:
  struct Heard {
    ReplaySource source;
    Timestamp time;
    std::variant<const CameraView*, ItemEvent, TillTransaction> what;
  };

  template <class Work>
  void for_each_mind(const Work& work) {
    std::atomic<size_t> next = 0;
    std::vector<std::jthread> workers;
    for (size_t i = 0; i < std::min(minds_.size(), static_cast<size_t>(std::clamp(options_.threads, 1, 64))); ++i)
      workers.emplace_back([&] {
        for (size_t m = next++; m < minds_.size(); m = next++) work(m);
      });
  }

  void tell(size_t m, const Heard& heard) {
    if (const auto* view = std::get_if<const CameraView*>(&heard.what)) say(m, heard.time, see(m, **view));
    if (const auto* item = std::get_if<ItemEvent>(&heard.what)) say(m, heard.time, minds_[m]->hear(*item));
    if (const auto* till = std::get_if<TillTransaction>(&heard.what)) say(m, heard.time, minds_[m]->hear(*till));
  }
  MindChanges see(size_t m, const CameraView& view) {
    auto often = entries_[m].see(view, minds_[m]->who());
    if (often.empty()) return minds_[m]->see(view);
    CameraView more = view;
    std::ranges::move(often, std::back_inserter(more.evidence));
    return minds_[m]->see(more);
  }
  void say(size_t m, Timestamp now, const MindChanges& changes) {
    for (const VisitRecord& over : changes.ended) entries_[m].end(over);
    const bool any = !changes.incidents.empty() || !changes.ended.empty();
    if (any && options_.on_changes) options_.on_changes(m, now, changes, *minds_[m]);
  }

  /// Whoever the tracker has where the hand was seen.
  [[nodiscard]] bool give_to_somebody(HeardItem& heard, const SiteConfig& site) const {
    const auto camera = std::ranges::find(site.cameras, heard.event.source, &CameraConfig::name);
    if (camera == site.cameras.end()) return false;
    const ReplayedView* seen = newest_[static_cast<size_t>(camera - site.cameras.begin())];
    if (seen == nullptr || seconds_between(seen->view.time, heard.heard) > kHandView_s) return false;
    float most = kSamePerson_iou;
    for (const PersonSeen& person : seen->view.people) {
      const float shared = iou(person.box, heard.box);
      if (shared <= most) continue;
      most = shared;
      heard.event.visit_id = person.camera_visit_id;
    }
    return !heard.event.visit_id.empty();
  }

  const ReplayOptions& options_;
  std::vector<const ReplayedView*> newest_;  ///< by camera, of the stretch that is gone through
  std::vector<Heard> heard_;
  std::vector<uint64_t> next_id_;
  std::vector<std::unique_ptr<StoreMind>> minds_;
  std::vector<EntryWatch> entries_;  ///< one a mind
};

using Cameras = std::vector<std::unique_ptr<CameraReplay>>;

Result<Cameras> open_cameras(const SiteConfig& site, const RuleBook& rules, const fs::path& day,
                             const ReplayOptions& options) {
  Cameras cameras;
  for (size_t i = 0; i < site.cameras.size(); ++i) {
    cameras.push_back(nullptr);
    const CameraConfig& camera = site.cameras[i];
    if (options.cameras_lost.contains(camera.name)) continue;
    TRY(Recording recording, Recording::open(day / "cameras" / (camera.name + ".det")));
    cameras.back() =
        std::make_unique<CameraReplay>(camera, site, rules, static_cast<uint32_t>(i), std::move(recording));
  }
  return cameras;
}

/// All cameras up to `to`, several at a time; each by itself, so the order does not matter.
Result<void> run_cameras(Cameras& cameras, Timestamp to, int threads) {
  std::atomic<size_t> next = 0;
  std::vector<Result<void>> results(cameras.size());
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < std::clamp(threads, 1, 64); ++i)
      workers.emplace_back([&] {
        for (size_t c = next++; c < cameras.size(); c = next++)
          if (cameras[c]) results[c] = cameras[c]->run_to(to);
      });
  }
  for (auto& result : results)
    if (!result) return result;
  return {};
}

/// One stretch of the day, in order: who is earlier first, sensors before views of the same moment.
class Merge {
 public:
  Merge(const SiteConfig& site, Minds& minds, ReplaySignals signals, ReplayCounts& counts)
      : site_(site), minds_(minds), signals_(std::move(signals)), counts_(counts) {}

  void run(const Cameras& cameras, Timestamp to) {
    std::vector<std::pair<size_t, const ReplayedView*>> views;
    for (size_t c = 0; c < cameras.size(); ++c)
      if (cameras[c])
        for (const ReplayedView& view : cameras[c]->views) views.emplace_back(c, &view);
    std::ranges::stable_sort(views, {}, [](const auto& v) { return v.second->view.time; });
    for (const auto& [camera, view] : views) {
      hear_before(view->view.time);
      minds_.see(camera, *view);
      ++counts_.views;
    }
    hear_before(to);
    minds_.run(to);
  }

 private:
  void hear_before(Timestamp to) {
    auto& items = signals_.items;
    auto& tills = signals_.tills;
    for (;;) {
      const bool item = item_ < items.size() && items[item_].heard < to;
      const bool till = till_ < tills.size() && tills[till_].heard < to;
      if (item && (!till || items[item_].heard <= tills[till_].heard)) {
        minds_.hear(std::move(items[item_++]), site_, counts_);
      } else if (till) {
        minds_.hear(std::move(tills[till_++]));
        ++counts_.tills;
      } else {
        return;
      }
    }
  }

  const SiteConfig& site_;
  Minds& minds_;
  ReplaySignals signals_;
  ReplayCounts& counts_;
  size_t item_ = 0, till_ = 0;
};

/// When the next stretch ends: quiet hours are stepped over. None where all cameras are over.
std::optional<Timestamp> next_stretch(const Cameras& cameras) {
  std::optional<Timestamp> first;
  for (const auto& camera : cameras) {
    if (!camera || camera->over()) continue;
    const auto next = camera->next_time();
    if (next && (!first || *next < *first)) first = next;
  }
  if (!first) return std::nullopt;
  return first->plus_s(kChunk_s);
}

}  // namespace

std::string replay_id(Timestamp t, uint32_t source, uint64_t number) {
  constexpr char kLetters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string id(26, '0');
  const auto put = [&](uint64_t value, size_t last, size_t letters) {
    for (size_t i = 0; i < letters; ++i, value >>= 5U) id[last - i] = kLetters[value & 31U];
  };
  put(static_cast<uint64_t>(t.us / 1000), 9, 10);
  put(source, 13, 4);
  put(number, 25, 12);
  return id;
}

Result<ReplayCounts> replay_day(const SiteConfig& site, const Planogram& planogram, const fs::path& day,
                                const ReplayOptions& options) {
  const double start_s = monotonic_s();
  ReplayCounts counts;
  TRY(const RiskInUse risk, risk_in_use(site));
  TRY(ReplaySignals signals, read_signals(site, planogram, day));
  TRY(Cameras cameras, open_cameras(site, risk.rules, day, options));
  Minds minds(site, risk, planogram, options);
  Merge merge(site, minds, std::move(signals), counts);
  Timestamp now;
  TRY_VOID(run_cameras(cameras, now, options.threads));  // reads each one's first frame
  std::optional<Timestamp> until;
  while (const auto to = next_stretch(cameras)) {
    if (!until) until = to->plus_s(options.hours_max * 3600 - kChunk_s);
    if (*to > *until) break;
    TRY_VOID(run_cameras(cameras, *to, options.threads));
    merge.run(cameras, *to);
    now = *to;
    if (options.on_progress) options.on_progress(now);
  }
  constexpr double kAfter_s = 3600;  // sensors may speak when no camera does any more
  for (const auto& camera : cameras)
    if (camera) camera->views.clear();
  merge.run(cameras, now.plus_s(kAfter_s));
  minds.finish(now.plus_s(kAfter_s));
  for (const auto& camera : cameras) {
    if (!camera) continue;
    counts.frames += camera->frames;
    counts.detections += camera->detections;
  }
  counts.seconds = monotonic_s() - start_s;
  return counts;
}

}  // namespace shrike

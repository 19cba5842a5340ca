#include "sim/store_detect.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/chain_random.h"
#include "sim/store_looks.h"
#include "vision/detections.h"
#include "watch/recording.h"

namespace shrike {
namespace {

constexpr int kPersonClass = 0, kBackpackClass = 24, kHandbagClass = 26;  // COCO's
constexpr int kSides = 2;                                                 // looks kept of a person: front and back
constexpr double kIdleTick_s = 10;  // an empty picture is kept so often, so that the camera is known to live
constexpr double kGoesOn_s = 20;    // … after people were seen every frame is kept for so long
constexpr double kSmallestBox_px = 12;

/// A person in the picture of one moment.
struct Present {
  size_t person = 0;
  SeenBody seen;
  bool away = false;  ///< walks away from the camera: the back is seen
};

/// What goes on from frame to frame of one person on one camera: misses and errors come in runs.
struct Flicker {
  double seen_s = -1e9;
  double miss = 0, score = 0, x = 0, y = 0, height = 0;
  size_t hint = 0;
};

struct Ghost {
  double to_s = 0;
  Box box;
  double score = 0;
};

class DetectorOfDay {
 public:
  DetectorOfDay(const StorePlan& plan, const StoreDay& day, const StoreCamera& camera, size_t number)
      : plan_(plan),
        day_(day),
        camera_(camera),
        draw_(plan.seed, 300'000'007ULL + static_cast<uint64_t>(day.day) * 1009ULL + number),
        flickers_(day.people.size()) {
    SimRandom light(plan.seed, 400'000'009ULL + number);  // the same every day
    light_ = {std::exp(plan.world.detector.light_sigma * light.normal()), 0.01 * light.normal()};
    for (size_t i = 0; i < day.people.size(); ++i) order_.push_back(i);
    std::ranges::stable_sort(order_, {}, [&](size_t i) { return day.people[i].enters_s(); });
    std::map<int, uint16_t> rows;
    for (const SimPerson& person : day.people) {
      const auto [row, fresh] =
          rows.try_emplace(person.looks_like, static_cast<uint16_t>(looks_.size() / kAppearanceSize));
      look_of_.push_back(row->second);
      if (!fresh) continue;
      const Clothing clothing = clothing_of(plan.seed, day.day, person.looks_like);
      for (int side = 0; side < kSides; ++side) add_look(clothing, light_, draw_.below(1 << 30) + 1ULL, looks_);
    }
  }

  [[nodiscard]] const std::vector<float>& looks() const { return looks_; }

  /// Finds what is in the picture at `time_s`; `looks` and `who` are one a detection.
  void look(double time_s, Detections& found, std::vector<RecordedLook>& looks, std::vector<uint16_t>& who) {
    found.clear();
    looks.clear();
    who.clear();
    gather(time_s);
    for (size_t i = 0; i < present_.size(); ++i) look_at(i, time_s, found, looks, who);
    add_ghosts(time_s, found, looks, who);
  }

  /// Nobody is in the store at `time_s`, as far as this camera can know.
  [[nodiscard]] bool idle() const { return present_.empty() && ghosts_.empty(); }

 private:
  void gather(double time_s) {
    while (next_ < order_.size() && day_.people[order_[next_]].enters_s() <= time_s) inside_.push_back(order_[next_++]);
    std::erase_if(inside_, [&](size_t i) { return day_.people[i].leaves_s() < time_s; });
    present_.clear();
    for (const size_t i : inside_) {
      const SimPerson& person = day_.people[i];
      const FloorPoint at = person.at(time_s, flickers_[i].hint);
      const auto seen = camera_.body(at, person.height_m);
      if (!seen) continue;
      size_t hint = flickers_[i].hint;
      const auto later = camera_.body(person.at(time_s + 0.5, hint), person.height_m);
      present_.push_back({i, *seen, later && later->depth_m > seen->depth_m});
    }
    std::ranges::stable_sort(present_, {}, [](const Present& p) { return p.seen.depth_m; });
  }

  /// Who of those nearer hides most of present_[i], and how much of it.
  [[nodiscard]] std::pair<double, size_t> covered(size_t i) const {
    double most = 0, free = 1;
    size_t by = i;
    const Box& own = present_[i].seen.box;
    for (size_t k = 0; k < i; ++k) {
      // A body fills about two thirds of its box.
      const double share =
          0.67 * static_cast<double>(intersection(own, present_[k].seen.box) / std::max(1.F, own.area()));
      free *= 1 - std::min(1.0, share);
      if (share > most) {
        most = share;
        by = k;
      }
    }
    return {1 - free, by};
  }

  /// Misses and errors of this frame, related to those of the frame before.
  Flicker& shake(size_t person, double time_s) {
    Flicker& f = flickers_[person];
    const double keep = std::exp(-(time_s - f.seen_s) / std::max(0.01, plan_.world.detector.flicker_s));
    const double fresh = std::sqrt(1 - keep * keep);
    for (double* value : {&f.miss, &f.score, &f.x, &f.y, &f.height}) *value = keep * *value + fresh * draw_.normal();
    f.seen_s = time_s;
    return f;
  }

  void look_at(size_t i, double time_s, Detections& found, std::vector<RecordedLook>& looks,
               std::vector<uint16_t>& who) {
    const auto& d = plan_.world.detector;
    const Present& p = present_[i];
    const SimPerson& person = day_.people[p.person];
    const Box& whole = p.seen.box;
    const Box inside{std::max(0.F, whole.x1), std::max(0.F, whole.y1), std::min<float>(StoreCamera::kWidth, whole.x2),
                     std::min<float>(StoreCamera::kHeight, whole.y2)};
    const auto [hidden, by] = covered(i);
    const double in_picture = static_cast<double>(inside.area() / std::max(1.F, whole.area()));
    const double visible = in_picture * (1 - hidden) * (1 - p.seen.hidden_share);
    const double height = static_cast<double>(inside.height()) * (1 - p.seen.hidden_share);
    Flicker& f = shake(p.person, time_s);
    const double by_size = 1 / (1 + std::pow(d.half_height_px / std::max(1.0, height), 4));
    const double by_view = 1 / (1 + std::exp(-(visible - d.half_visible) * 12));
    const double chance = d.found * by_size * by_view;
    if (0.5 * std::erfc(-f.miss / M_SQRT2) > chance) return;
    Box box = whole;
    if (draw_.chance(d.cut_at_shelf)) box.y2 -= whole.height() * static_cast<float>(p.seen.hidden_share);
    const double error = d.box_sigma * static_cast<double>(whole.height()) * (1 + 2 * (1 - visible));
    const auto dx = static_cast<float>(f.x * error * 0.5), dy = static_cast<float>(f.y * error);
    const auto dh = static_cast<float>(f.height * error);
    box = {std::max(0.F, box.x1 + dx), std::max(0.F, box.y1 + dy - dh),
           std::min<float>(StoreCamera::kWidth, box.x2 + dx), std::min<float>(StoreCamera::kHeight, box.y2 + dy + dh)};
    if (static_cast<double>(std::min(box.width(), box.height())) < kSmallestBox_px) return;
    found.add(box, static_cast<float>(std::clamp(0.2 + 0.7 * chance + 0.07 * f.score, 0.05, 0.99)), kPersonClass);
    RecordedLook look{static_cast<uint16_t>(look_of_[p.person] + (p.away ? 1 : 0))};
    if (by != i) {
      look.second = look_of_[present_[by].person];
      look.second_share = static_cast<float>(std::min(0.6, hidden * 0.7));
    }
    looks.push_back(look);
    who.push_back(static_cast<uint16_t>(person.id));
    if (person.bag && visible > 0.6 && draw_.chance(d.bag_found)) add_bag(person, box, found, looks, who);
  }

  void add_bag(const SimPerson& person, const Box& holder, Detections& found, std::vector<RecordedLook>& looks,
               std::vector<uint16_t>& who) {
    const bool backpack = person.id % 2 == 0;
    const float w = holder.width() * 0.45F, h = holder.height() * 0.22F;
    const float x = holder.x1 + holder.width() * (backpack ? 0.3F : 0.05F);
    const float y = holder.y1 + holder.height() * (backpack ? 0.22F : 0.48F);
    found.add({x, y, x + w, y + h}, static_cast<float>(draw_.between(0.2, 0.65)),
              backpack ? kBackpackClass : kHandbagClass);
    looks.push_back({});
    who.push_back(static_cast<uint16_t>(person.id));
  }

  void add_ghosts(double time_s, Detections& found, std::vector<RecordedLook>& looks, std::vector<uint16_t>& who) {
    const auto& d = plan_.world.detector;
    std::erase_if(ghosts_, [&](const Ghost& g) { return g.to_s < time_s; });
    if (!inside_.empty() && draw_.chance(d.false_per_min / 60 / d.fps)) {
      const FloorPoint at{draw_.between(0, plan_.world.width_m), draw_.between(0, plan_.world.depth_m)};
      if (const auto body = camera_.body(at, draw_.between(1.2, 1.9)))
        ghosts_.push_back({time_s - d.false_s * std::log(1 - draw_.uniform()), body->box, draw_.between(0.25, 0.75)});
    }
    for (const Ghost& g : ghosts_) {
      Box box = g.box;
      box = {std::max(0.F, box.x1), std::max(0.F, box.y1), std::min<float>(StoreCamera::kWidth, box.x2),
             std::min<float>(StoreCamera::kHeight, box.y2)};
      if (static_cast<double>(std::min(box.width(), box.height())) < kSmallestBox_px || !draw_.chance(0.8)) continue;
      found.add(box, static_cast<float>(std::clamp(g.score + 0.08 * draw_.normal(), 0.05, 0.95)), kPersonClass);
      looks.push_back({});
      who.push_back(0);
    }
  }

  const StorePlan& plan_;
  const StoreDay& day_;
  const StoreCamera& camera_;
  SimRandom draw_;
  CameraLight light_;
  std::vector<float> looks_;
  std::vector<uint16_t> look_of_;  ///< by person: row of the front; the back follows
  std::vector<Flicker> flickers_;
  std::vector<size_t> order_, inside_;
  size_t next_ = 0;
  std::vector<Present> present_;
  std::vector<Ghost> ghosts_;
};

}  // namespace

Result<DetectedDay> detect_day(const StorePlan& plan, const StoreDay& day, const StoreCamera& camera,
                               size_t camera_number, Timestamp midnight, const std::filesystem::path& file,
                               double blind_from_s, double blind_to_s) {
  DetectorOfDay detector(plan, day, camera, camera_number);
  TRY(auto writer, RecordingWriter::open(file, StoreCamera::kWidth, StoreCamera::kHeight, midnight, detector.looks()));
  DetectedDay out;
  Detections found;
  std::vector<RecordedLook> looks;
  std::vector<uint16_t> who;
  const double step_s = 1 / plan.world.detector.fps;
  const double phase_s = step_s * 0.13 * static_cast<double>(camera_number);  // cameras are not in step
  const auto frames = static_cast<int64_t>(24 * 3600 / step_s);
  double busy_s = -1e9, kept_s = -1e9;
  for (int64_t n = 0; n < frames; ++n) {
    const double time_s = static_cast<double>(n) * step_s + phase_s;
    if (time_s >= blind_from_s && time_s < blind_to_s) continue;
    detector.look(time_s, found, looks, who);
    if (!detector.idle()) busy_s = time_s;
    if (time_s - busy_s > kGoesOn_s && time_s - kept_s < kIdleTick_s) continue;
    kept_s = time_s;
    writer.add(midnight.plus_s(time_s), found, looks);
    out.who.insert(out.who.end(), who.begin(), who.end());
    ++out.frames;
    out.detections += found.size();
  }
  TRY_VOID(writer.finish());
  return out;
}

}  // namespace shrike

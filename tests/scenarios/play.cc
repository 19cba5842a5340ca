#include "scenarios/play.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <random>
#include <set>

#include "behaviour/engine.h"

namespace shrike {
namespace {

const std::vector<std::string> kLabels{"person", "backpack",      "handbag", "suitcase",
                                       "bottle", "shopping cart", "basket"};
constexpr double kHour_s = 3600;

int label_of(const std::string& name) { return static_cast<int>(std::ranges::find(kLabels, name) - kLabels.begin()); }

/// One box of one frame, and whose it is.
struct Seen {
  std::string person;
  Box box;
  int label = 0;
};

bool lasts(const Fault& fault, double t, double fps) {
  return t >= fault.at - 1e-6 && t < fault.at + fault.frames / fps - 1e-6;
}

/// The camera's picture of the shop.
class Stage {
 public:
  Stage(const Scenario& scenario, unsigned seed) : scenario_(scenario), random_(seed) {}

  /// Where `person` truly is; nothing before or after the path.
  [[nodiscard]] std::optional<Box> true_box(const Person& person, double t) const {
    const auto& path = person.path;
    if (t < path.front().t || t > path.back().t) return std::nullopt;
    const auto next = std::ranges::lower_bound(path, t, {}, &ScriptedPoint::t);
    const ScriptedPoint b = *next, a = next == path.begin() ? b : *std::prev(next);
    const double part = b.t > a.t ? (t - a.t) / (b.t - a.t) : 1;
    return standing(a.x + part * (b.x - a.x), a.y + part * (b.y - a.y), person.height);
  }

  [[nodiscard]] std::vector<Seen> see(double t) {
    std::vector<Seen> seen;
    for (const Person& person : scenario_.people) {
      const auto box = true_box(person, t);
      if (!box) continue;
      const Box noisy = jittered(*box);
      if (const auto faulty = with_faults(person, noisy, t)) seen.push_back({person.name, *faulty, 0});
      for (const Thing& thing : person.things) {
        if (t >= thing.from && t <= thing.to)
          seen.push_back({person.name, carried(noisy, thing), label_of(thing.label)});
      }
    }
    return seen;
  }

 private:
  [[nodiscard]] Box standing(double x, double y, double height) const {
    const auto w = static_cast<float>(scenario_.width), h = static_cast<float>(scenario_.height);
    const auto fx = static_cast<float>(x) * w, fy = static_cast<float>(y) * h, tall = static_cast<float>(height) * h;
    return {fx - 0.18F * tall, fy - tall, fx + 0.18F * tall, fy};
  }

  [[nodiscard]] Box jittered(const Box& box) {
    const auto edge = [&] { return static_cast<float>(normal_(random_) * scenario_.noise.jitter) * box.height(); };
    return {box.x1 + edge(), box.y1 + edge(), box.x2 + edge(), box.y2 + edge()};
  }

  [[nodiscard]] static Box scaled(const Box& box, float by) {
    const Point middle = box.centre();
    const float w = box.width() * by / 2, h = box.height() * by / 2;
    return {middle.x - w, middle.y - h, middle.x + w, middle.y + h};
  }

  /// A bag hangs beside the knee, a cart is pushed in front.
  [[nodiscard]] static Box carried(const Box& holder, const Thing& thing) {
    const float w = holder.width(), h = holder.height();
    if (thing.label == "shopping cart") return {holder.x2 - 0.1F * w, holder.y2 - 0.6F * h, holder.x2 + w, holder.y2};
    return {holder.x2 - 0.3F * w, holder.y2 - 0.5F * h, holder.x2 + 0.1F * w, holder.y2 - 0.25F * h};
  }

  [[nodiscard]] std::optional<Box> with_faults(const Person& person, Box box, double t) {
    for (const Fault& fault : person.faults) {
      if (!lasts(fault, t, scenario_.fps)) continue;
      if (fault.what == "missing") return std::nullopt;
      if (fault.what == "jump") box = standing(fault.x, fault.y, person.height);
      if (fault.what == "scale") box = scaled(box, static_cast<float>(fault.scale));
      if (fault.what == "nan") box.x1 = box.y2 = std::numeric_limits<float>::quiet_NaN();
      if (fault.what == "swap") {
        const auto other = std::ranges::find(scenario_.people, fault.with, &Person::name);
        if (other != scenario_.people.end()) box = true_box(*other, t).value_or(box);
      }
    }
    if (uniform_(random_) < scenario_.noise.missing) return std::nullopt;
    if (uniform_(random_) < scenario_.noise.wild) return wild(person, box);
    return box;
  }

  [[nodiscard]] Box wild(const Person& person, const Box& box) {
    const double which = uniform_(random_);
    if (which < 0.2) return scaled(box, 2);
    if (which < 0.3) return scaled(box, 0.5F);
    return standing(uniform_(random_), uniform_(random_), person.height);
  }

  const Scenario& scenario_;
  std::mt19937 random_;
  std::normal_distribution<double> normal_{0, 1};
  std::uniform_real_distribution<double> uniform_{0, 1};
};

/// Visits as they truly are: one a person, each object a track of its own.
class TrueVisits {
 public:
  void see(const std::vector<Seen>& seen) {
    people.clear();
    tracks.clear();
    for (const Seen& one : seen) {
      const Track track{.id = ids_.try_emplace(one.person + kLabels[static_cast<size_t>(one.label)],
                                               static_cast<int64_t>(ids_.size()) + 1)
                                  .first->second,
                        .box = one.box,
                        .score = 0.9F,
                        .label = one.label};
      tracks.push_back(track);
      if (one.label == 0) people.push_back({"visit of " + one.person, track});
    }
  }

  std::vector<VisitTrack> people;
  std::vector<Track> tracks;

 private:
  std::map<std::string, int64_t> ids_;
};

/// One run: the shop's stage on one side, the engines on the other.
class Run {
 public:
  Run(const Scenario& scenario, unsigned seed, Through through, const RuleBook& book)
      : scenario_(scenario),
        through_(through),
        stage_(scenario, seed),
        visits_({}, scenario.shop.cameras[0].zones, [this](Timestamp) { return fmt::format("visit {}", ++ids_); }),
        behaviour_(scenario.shop.cameras[0], book, kLabels),
        risk_(scenario.shop.store, scenario.shop.risk, book,
              [this](Timestamp) { return fmt::format("event {}", ++ids_); }) {}

  Played play() {
    double end = 0;
    for (const Person& person : scenario_.people) end = std::max(end, person.path.back().t);
    for (const FromElsewhere& from : scenario_.elsewhere) end = std::max(end, from.at);
    const int frames = static_cast<int>((end + 5) * scenario_.fps);
    for (int i = 0; i <= frames; ++i) frame(i / scenario_.fps, end);
    finish(end + 5);
    for (const auto& [key, fact] : newest_) {
      if (fact.llr != 0) played_.evidence[played_.person_of[key.first]].push_back(fact.kind);
    }
    for (auto& [person, kinds] : played_.evidence) {
      std::ranges::sort(kinds);
      const auto again = std::ranges::unique(kinds);
      kinds.erase(again.begin(), again.end());
    }
    played_.visits_left = behaviour_.visits_held() + risk_.visits_held();
    return std::move(played_);
  }

 private:
  [[nodiscard]] Timestamp clock(double t, double end) const {
    const double lost_s = scenario_.clock_set_back && t > end / 2 ? kHour_s : 0;
    return Timestamp{1'770'000'000'000'000}.plus_s(t - lost_s);
  }

  void frame(double t, double end) {
    const PictureAt picture{clock(t, end), scenario_.width, scenario_.height};
    const auto seen = stage_.see(t);
    if (through_ == Through::truth) {
      true_visits_.see(seen);
      observe(picture, true_visits_.people, true_visits_.tracks);
      end_true_visits(t, picture.time);
    } else {
      Detections detections;
      for (const Seen& one : seen) detections.add(one.box, 0.9F, one.label);
      const auto tracks = tracker_.update(detections, picture);
      const auto update = visits_.update(picture, tracks);
      observe(picture, update.present, tracks);
      for (const EndedVisit& over : update.ended) end_visit(over.visit.id, picture.time);
    }
    vote(t);
    for (const FromElsewhere& from : scenario_.elsewhere) {
      if (t >= from.at && t < from.at + 1 / scenario_.fps) tell(from, picture.time);
    }
    keep(risk_.advance(picture.time));
  }

  void observe(const PictureAt& picture, std::span<const VisitTrack> people, std::span<const Track> tracks) {
    present_.assign(people.begin(), people.end());
    weigh(behaviour_.observe(picture, people, tracks), picture.time);
  }

  void weigh(const Behaviour& behaviour, Timestamp now) {
    for (const VisitEvidence& fact : behaviour.evidence) {
      newest_[{fact.visit_id, key_of(fact.evidence)}] = fact.evidence;
    }
    keep(risk_.add(behaviour.evidence, now));
  }

  void end_visit(const std::string& id, Timestamp now) {
    weigh(behaviour_.visit_ended(id), now);
    risk_.visit_ended(id, now);
  }

  void end_true_visits(double t, Timestamp now) {
    for (const Person& person : scenario_.people) {
      if (t > person.path.back().t + 1 && over_.insert(person.name).second) end_visit("visit of " + person.name, now);
    }
  }

  /// Whose boxes does each visit have?
  void vote(double t) {
    for (const VisitTrack& one : present_) {
      if (one.track.missed > 0) continue;
      for (const Person& person : scenario_.people) {
        const auto box = stage_.true_box(person, t);
        if (box && iou(*box, one.track.box) > 0.4F) ++votes_[one.visit_id][person.name];
      }
    }
    for (const auto& [visit, votes] : votes_) {
      played_.person_of[visit] = std::ranges::max_element(votes, {}, [](const auto& v) { return v.second; })->first;
    }
  }

  void tell(const FromElsewhere& from, Timestamp now) {
    for (const auto& [visit, person] : played_.person_of) {
      if (person != from.person) continue;
      VisitEvidence fact{visit, "", 0, from.evidence};
      fact.evidence.from = fact.evidence.to = now;
      keep(risk_.add(std::span(&fact, 1), now));
    }
  }

  void finish(double t) {
    const Timestamp now = clock(t, t);
    for (const EndedVisit& over : visits_.finish()) end_visit(over.visit.id, now);
    keep(risk_.finish());
  }

  void keep(std::vector<IncidentChange> changes) { std::ranges::move(changes, std::back_inserter(played_.changes)); }

  const Scenario& scenario_;
  Through through_;
  int ids_ = 0;
  Stage stage_;
  TrueVisits true_visits_;
  Tracker tracker_;
  Visits visits_;
  BehaviourEngine behaviour_;
  RiskEngine risk_;
  Played played_;
  std::vector<VisitTrack> present_;
  std::set<std::string> over_;
  std::map<std::string, std::map<std::string, int>> votes_;
  std::map<std::pair<std::string, std::string>, Evidence> newest_;  ///< by (visit, key)
};

}  // namespace

Result<Played> play(const Scenario& scenario, unsigned seed, Through through) {
  TRY(const RuleBook book, make_rule_book(scenario.shop.rules));
  return Run(scenario, seed, through, book).play();
}

}  // namespace shrike

#include "behaviour/body_watch.h"

#include <algorithm>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace shrike {
namespace {

/// False alarms in an hour of normal shopping that the score's threshold is chosen for.
constexpr double kFalseAlarmsPerHour = 6;
/// Near a zone: so much of the person's height.
constexpr float kNear = 0.25F;
/// A pose that is older is not shown.
constexpr double kFresh_s = 0.35;
constexpr double kClockSetBack_s = 5;
constexpr size_t kBodiesMax = 512;

bool has_shelf(ZoneKind kind) { return kind == ZoneKind::high_risk || kind == ZoneKind::shelf; }

/// Whether `box` and `polygon` (both 0..1) share a place, by the polygon's corners and nine points of the box.
bool touches(const Polygon& polygon, const Box& box) {
  const auto inside = [&](Point p) { return p.x >= box.x1 && p.x <= box.x2 && p.y >= box.y1 && p.y <= box.y2; };
  if (std::ranges::any_of(polygon, inside)) return true;
  for (const float x : {box.x1, box.centre().x, box.x2})
    for (const float y : {box.y1, box.centre().y, box.y2})
      if (contains(polygon, {x, y})) return true;
  return false;
}

/// `box` in 0..1 of the picture, wider by what is near.
Box around(const Box& box, const PictureAt& picture) {
  const float near = kNear * box.height();
  const auto w = static_cast<float>(picture.width), h = static_cast<float>(picture.height);
  return {(box.x1 - near) / w, (box.y1 - near) / h, (box.x2 + near) / w, (box.y2 + near) / h};
}

}  // namespace

BodyWatch::BodyWatch(const CameraConfig& camera, std::vector<std::string> labels, std::optional<ConcealmentModel> model)
    : camera_(camera.name), zones_(camera.zones), labels_(std::move(labels)), model_(std::move(model)) {
  if (model_) threshold_ = model_->threshold_for(kFalseAlarmsPerHour);
  for (size_t i = 0; i < zones_.size(); ++i)
    if (has_shelf(zones_[i].kind)) shelf_zones_.push_back(i);
}

std::vector<size_t> BodyWatch::wanted(const PictureAt& picture, std::span<const VisitTrack> people,
                                      const std::function<double(const std::string&)>& risk_of) const {
  std::vector<size_t> who;
  std::vector<PoseWish> wishes;
  for (size_t i = 0; i < people.size(); ++i) {
    const VisitTrack& person = people[i];
    if (person.track.missed > 0 || person.visit_id.empty()) continue;
    const Box near = around(person.track.box, picture);
    const bool wish = std::ranges::any_of(zones_, [&](const Zone& zone) {
      if (zone.kind != ZoneKind::exit) return has_shelf(zone.kind) && touches(zone.polygon, near);
      return stands_in(zone.polygon, person.track.box.bottom_centre(), picture.width, picture.height);
    });
    if (!wish) continue;
    who.push_back(i);
    wishes.push_back({person.visit_id, risk_of(person.visit_id)});
  }
  std::vector<size_t> out;
  for (const size_t k : turns_.order(picture.time, wishes)) out.push_back(who[k]);
  return out;
}

Result<BodyNews> BodyWatch::see(const PictureAt& picture, std::span<const VisitTrack> people,
                                std::span<const Track> tracks, std::span<const SeenPose> poses) {
  BodyNews news;
  if (picture.time <= newest_) {
    if (seconds_between(picture.time, newest_) < kClockSetBack_s) return news;
    bodies_.clear();  // what hands did before the clock was set cannot be joined to what they do now
    turns_.clear();
  }
  newest_ = picture.time;
  scale_shelves(picture);
  for (const SeenPose& seen : poses) {
    const auto person = std::ranges::find(people, seen.visit_id, &VisitTrack::visit_id);
    if (person == people.end()) continue;
    turns_.posed(seen.visit_id, picture.time);
    if (!seen.pose) continue;
    const auto index = static_cast<size_t>(person - people.begin());
    TRY_VOID(see_body(picture, *person, *seen.pose, surroundings(picture, index, people, tracks), news));
  }
  while (bodies_.size() > kBodiesMax) forget_the_longest_unseen();
  return news;
}

Result<BodyNews> BodyWatch::hold(const PictureAt& picture, std::span<const VisitTrack> people,
                                 std::span<const Track> tracks) {
  std::vector<SeenPose> again;
  for (const auto& [id, body] : bodies_)
    if (body.newest == newest_ && picture.time > newest_) again.push_back({id, body.raw});
  return see(picture, people, tracks, again);
}

Result<void> BodyWatch::see_body(const PictureAt& picture, const VisitTrack& person, const Pose& pose,
                                 const HandsView& around, BodyNews& news) {
  Body& body = bodies_[person.visit_id];
  if (body.track_id != person.track.id) {  // found again, perhaps another person: hands begin anew
    body = Body{.track_id = person.track.id};
    if (model_) {
      TRY(auto watch, ConcealmentWatch::make(*model_));
      body.watch.emplace(std::move(watch));
    }
  }
  body.newest = picture.time;
  body.raw = pose;
  body.smooth = body.steady.see(pose, picture.time, person.track.box.height());
  HandsView view = around;
  view.pose = body.smooth;
  std::vector<HandAct> acts;
  body.hands.see(view, acts);
  for (const HandAct& act : acts) add_act(act, person.visit_id, news);
  return score(picture, person, body, news);
}

HandsView BodyWatch::surroundings(const PictureAt& picture, size_t person, std::span<const VisitTrack> people,
                                  std::span<const Track> tracks) const {
  HandsView view{.time = picture.time, .person = people[person].track.box, .shelves = shelves_px_};
  std::vector<Box> boxes;
  for (const VisitTrack& p : people) boxes.push_back(p.track.box);
  for (const Track& object : tracks) {
    if (object.missed > 0) continue;
    const bool cart = labels_.cart(object.label), bag = labels_.bag(object.label);
    if (labels_.goods(object.label)) {
      view.things.push_back({object.box, std::string(labels_.product(object.label))});
    } else if ((cart || bag) && holder_of(object.box, cart, boxes) == person) {
      (cart ? view.carts : view.bags).push_back(object.box);
    }
  }
  return view;
}

void BodyWatch::add_act(const HandAct& act, const std::string& visit_id, BodyNews& news) const {
  const size_t zone = shelf_zones_[act.shelf];
  const std::string& name = zones_[zone].name;
  using Kind = HandAct::Kind;
  if (act.kind == Kind::in_cart) {
    news.signs.push_back(
        {visit_id, zone, BodySign::in_cart, {act.from, act.to, fmt::format("from {} into a trolley or basket", name)}});
    return;
  }
  if (act.kind == Kind::hidden) {
    news.signs.push_back({visit_id,
                          zone,
                          BodySign::hand_to_body,
                          {act.from, act.to, fmt::format("a hand went from {} to {}", name, act.place)}});
  }
  const auto kind = act.kind == Kind::taken      ? ItemEvent::Kind::taken
                    : act.kind == Kind::put_back ? ItemEvent::Kind::put_back
                                                 : ItemEvent::Kind::hidden;
  news.items.push_back({.kind = kind,
                        .from = act.from,
                        .to = act.to,
                        .source = camera_,
                        .zone = name,
                        .visit_id = visit_id,
                        .guesses = {{.product = act.product, .count = 1, .probability = act.probability}}});
}

Result<void> BodyWatch::score(const PictureAt& picture, const VisitTrack& person, Body& body, BodyNews& news) const {
  if (!body.watch) return {};
  std::vector<ConcealmentMoment> moments;
  TRY_VOID(body.watch->push(static_cast<double>(picture.time.us) * 1e-6, body.raw, moments));
  for (const ConcealmentMoment& moment : moments) {
    if (moment.score < threshold_) continue;
    const Box near = ::shrike::around(person.track.box, picture);
    for (const size_t zone : shelf_zones_) {
      if (!touches(zones_[zone].polygon, near)) continue;
      const Timestamp when{static_cast<int64_t>(moment.time_s * 1e6)};
      news.signs.push_back(
          {person.visit_id,
           zone,
           BodySign::concealment,
           {when, when, fmt::format("hands as if hiding something at {} (a weak sign)", zones_[zone].name)}});
    }
  }
  return {};
}

void BodyWatch::scale_shelves(const PictureAt& picture) {
  if (picture.width == width_ && picture.height == height_) return;
  width_ = picture.width;
  height_ = picture.height;
  shelves_px_.clear();
  for (const size_t zone : shelf_zones_) {
    Polygon px = zones_[zone].polygon;
    for (Point& corner : px) corner = {corner.x * static_cast<float>(width_), corner.y * static_cast<float>(height_)};
    shelves_px_.push_back(std::move(px));
  }
}

const Pose* BodyWatch::pose_of(const std::string& visit_id) const {
  const auto it = bodies_.find(visit_id);
  const bool fresh = it != bodies_.end() && seconds_between(it->second.newest, newest_) <= kFresh_s;
  return fresh ? &it->second.smooth : nullptr;
}

void BodyWatch::forget(const std::string& visit_id) {
  bodies_.erase(visit_id);
  turns_.forget(visit_id);
}

void BodyWatch::forget_the_longest_unseen() {
  const auto oldest = std::ranges::min_element(bodies_, {}, [](const auto& entry) { return entry.second.newest; });
  spdlog::warn("camera {}: poses of more than {} visits are held; forgot {}", camera_, kBodiesMax, oldest->first);
  forget(std::string(oldest->first));
}

}  // namespace shrike

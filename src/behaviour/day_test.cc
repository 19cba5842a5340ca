// Twelve simulated hours of one camera: what is held stays bounded, and nothing is left when everybody is gone.

#include <algorithm>
#include <gtest/gtest.h>
#include <malloc.h>

#include "behaviour/body_watch.h"
#include "behaviour/engine.h"
#include "track/tracker.h"

namespace shrike {
namespace {

constexpr int kWidth = 1280, kHeight = 720;
constexpr double kFps = 5, kDay_s = 12 * 3600;
constexpr double kEvery_s = 50, kVisit_s = 60;  // somebody comes in every so often and stays so long
constexpr int kLanes = 2;                       // beside each other, so that they do not hide one another

CameraConfig shop() {
  CameraConfig camera{.name = "floor"};
  camera.zones = {{.name = "door", .kind = ZoneKind::exit, .polygon = {{0, 0}, {.08F, 0}, {.08F, 1}, {0, 1}}},
                  {.name = "razors", .kind = ZoneKind::shelf, .polygon = {{.6F, 0}, {.9F, 0}, {.9F, 1}, {.6F, 1}}}};
  return camera;
}

/// Where visitor `n` is `t` seconds after coming in: to the shelf, some time there, and back out.
Box box_of(int n, double t) {
  const double there = std::min({t / 20, 1.0, (kVisit_s - t) / 20});
  const auto x = static_cast<float>(kWidth * (0.02 + 0.7 * there));
  const auto y = static_cast<float>(200 + 160 * (n % kLanes));
  return {x - 25, y - 140, x + 25, y};
}

/// Upright in its box, the right hand going between the shelf and the hip.
Pose pose_in(const Box& box, double t) {
  Pose pose;
  const auto put = [&](BodyJoint joint, float x, float y) {
    pose[joint] = {box.x1 + x * box.width(), box.y1 + y * box.height(), 0.8F};
  };
  for (size_t j = 0; j < kJoints; ++j) put(static_cast<BodyJoint>(j), 0.5F, 0.1F);
  put(kLeftShoulder, 0.3F, 0.2F);
  put(kRightShoulder, 0.7F, 0.2F);
  put(kLeftHip, 0.35F, 0.5F);
  put(kRightHip, 0.65F, 0.5F);
  const bool reaches = static_cast<int>(t) % 4 < 2;
  put(kRightElbow, reaches ? 1.2F : 1.3F, reaches ? 0.25F : 0.42F);
  put(kRightWrist, reaches ? 1.9F : 0.75F, reaches ? 0.25F : 0.48F);
  return pose;
}

/// One camera's chain from detections to evidence, as its pipeline has it.
struct Camera {
  explicit Camera(const ConcealmentModel& model)
      : visits({}, shop().zones), engine(shop(), *make_rule_book({}), {"person"}), bodies(shop(), {"person"}, model) {}

  void frame(double now_s, const Detections& found) {
    const PictureAt picture{Timestamp{1'700'000'000'000'000}.plus_s(now_s), kWidth, kHeight};
    const auto tracks = tracker.update(found, picture);
    const auto update = visits.update(picture, tracks);
    std::vector<SeenPose> poses;
    for (const size_t i : bodies.wanted(picture, update.present, [](const auto&) { return 0.0; }))
      poses.push_back({update.present[i].visit_id, pose_in(update.present[i].track.box, now_s)});
    auto news = bodies.see(picture, update.present, tracks, poses);
    ASSERT_TRUE(news);
    items += news->items.size();
    for (const auto& sign : news->signs) engine.note(sign.visit_id, sign.zone, sign.sign, sign.fact);
    evidence += engine.observe(picture, update.present, tracks).evidence.size();
    for (const EndedVisit& over : update.ended) {
      (void)engine.visit_ended(over.visit.id);
      bodies.forget(over.visit.id);
      ++ended;
    }
    held_max = std::max(held_max, engine.visits_held() + bodies.visits_held());
  }

  Tracker tracker;
  Visits visits;
  BehaviourEngine engine;
  BodyWatch bodies;
  size_t items = 0, evidence = 0, ended = 0, held_max = 0;
};

TEST(Day, TwelveHoursHoldNoMoreThanTheirPeople) {
  const auto runtime = Runtime::open();
  ASSERT_TRUE(runtime) << runtime.error().message;
  const auto model = ConcealmentModel::load(*runtime, SHRIKE_SOURCE_DIR "/models/concealment-poselift.onnx");
  ASSERT_TRUE(model) << model.error().message;
  Camera camera(*model);
  size_t early_bytes = 0;
  for (int64_t i = 0; i < static_cast<int64_t>(kDay_s * kFps); ++i) {
    const double now_s = static_cast<double>(i) / kFps;
    Detections found;
    const int newest = static_cast<int>(now_s / kEvery_s);
    for (int n = std::max(0, newest - 1); n <= newest && now_s < kDay_s - 300; ++n) {
      const double t = now_s - n * kEvery_s;
      if (t < kVisit_s) found.add(box_of(n, t), 0.9F, 0);
    }
    camera.frame(now_s, found);
    if (i == static_cast<int64_t>(3600 * kFps)) early_bytes = ::mallinfo2().uordblks;
  }
  const size_t late_bytes = ::mallinfo2().uordblks;
  EXPECT_NEAR(static_cast<double>(camera.ended), kDay_s / kEvery_s, 60);
  EXPECT_GT(camera.items, camera.ended) << "hands did something on every visit";
  EXPECT_GT(camera.evidence, camera.ended / 4) << "and some of it is evidence";
  EXPECT_LE(camera.held_max, 3U * 4);  // two people at a time and one who just left, in each of three books
  EXPECT_EQ(camera.engine.visits_held(), 0U);
  EXPECT_EQ(camera.bodies.visits_held(), 0U);
  // Nobody is there at the end, one or two people were after an hour: what is held may only have become less, but for
  // the allocator's own crumbs.
  EXPECT_LT(late_bytes, early_bytes + 65'536);
}

TEST(Day, TwoHundredPeopleInViewAreAllFollowedAndAllLetGo) {
  const auto runtime = Runtime::open();
  ASSERT_TRUE(runtime) << runtime.error().message;
  const auto model = ConcealmentModel::load(*runtime, SHRIKE_SOURCE_DIR "/models/concealment-poselift.onnx");
  ASSERT_TRUE(model) << model.error().message;
  Camera camera(*model);
  Detections crowd;
  for (int n = 0; n < 200; ++n) {
    const auto x = static_cast<float>(32 + 63 * (n % 20)), y = static_cast<float>(70 + 70 * (n / 20));
    crowd.add({x - 14, y - 56, x + 14, y}, 0.9F, 0);
  }
  for (int i = 0; i < 50; ++i) camera.frame(i / kFps, crowd);
  EXPECT_EQ(camera.engine.visits_held(), 200U);
  for (int i = 50; i < 50 + static_cast<int>(300 * kFps); ++i) camera.frame(i / kFps, {});
  EXPECT_EQ(camera.ended, 200U);
  EXPECT_EQ(camera.engine.visits_held() + camera.bodies.visits_held(), 0U);
}

}  // namespace
}  // namespace shrike

#include "track/tracker.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <new>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "track/mot_eval.h"
#include "track/mot_run.h"

// Every allocation of the test program is counted, so that a test can hold the tracker to none.
namespace {
size_t allocations = 0;
}
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace shrike {
namespace {

using testing::ElementsAre;

PictureAt at(double time_s) { return {Timestamp{}.plus_s(time_s), 640, 480}; }
PictureAt frame(int n) { return at(n / 10.0); }

// A person of 50 x 150 whose left edge is at x.
Detections person(float x, float y = 200, float score = 0.9F) {
  Detections one;
  one.add({x, y, x + 50, y + 150}, score, 0);
  return one;
}
Detections nobody() { return {}; }

std::vector<int64_t> ids(std::span<const Track> tracks) {
  std::vector<int64_t> all;
  for (const Track& track : tracks) all.push_back(track.id);
  return all;
}

// Shows someone standing for `frames` frames; the next frame's number.
int stand(Tracker& tracker, const Detections& seen, int frames, int from = 0) {
  for (int i = 0; i < frames; ++i) tracker.update(seen, frame(from + i));
  return from + frames;
}

TEST(Tracker, KeepsTheIdsOfTwoWhoWalkPastEachOther) {
  Tracker tracker;
  for (int i = 0; i < 30; ++i) {
    Detections seen;
    const auto step = static_cast<float>(8 * i);
    seen.add({100 + step, 200, 150 + step, 350}, 0.9F, 0);
    seen.add({400 - step, 240, 450 - step, 390}, 0.9F, 0);
    const auto tracks = tracker.update(seen, frame(i));
    ASSERT_THAT(ids(tracks), ElementsAre(1, 2)) << "frame " << i;
    EXPECT_NEAR(tracks[0].box.x1, 100 + step, 1e-3) << "frame " << i;
  }
}

TEST(Tracker, FindsAWalkerAgainBehindAPillar) {
  Tracker tracker;
  std::vector<int64_t> last;
  for (int i = 0; i < 40; ++i) {
    const bool hidden = i >= 15 && i < 30;
    last = ids(tracker.update(hidden ? nobody() : person(100 + 6.F * static_cast<float>(i)), frame(i)));
  }
  EXPECT_THAT(last, ElementsAre(1));
}

TEST(Tracker, ForgetsWhoStaysAway) {
  Tracker tracker;
  const int n = stand(tracker, person(300), 10);
  for (int i = 0; i < 40; ++i) tracker.update(nobody(), frame(n + i));
  EXPECT_THAT(ids(tracker.update(person(300), frame(n + 40))), ElementsAre(2));
}

TEST(Tracker, TakesFramesAtAnyGap) {
  Tracker tracker;
  std::mt19937 random(3);
  double time_s = 0;
  for (int i = 0; i < 60; ++i) {
    const auto tracks = tracker.update(person(20 + 80 * static_cast<float>(time_s)), at(time_s));
    ASSERT_THAT(ids(tracks), ElementsAre(1)) << "at " << time_s;
    time_s += 0.02 + 0.001 * static_cast<double>(random() % 150);
  }
}

TEST(Tracker, GoesOnWhenTheClockIsSetBack) {
  Tracker tracker;
  for (int i = 0; i < 10; ++i) tracker.update(person(100 + 5.F * static_cast<float>(i)), frame(1000 + i));
  for (int i = 10; i < 20; ++i)
    EXPECT_THAT(ids(tracker.update(person(100 + 5.F * static_cast<float>(i)), frame(i))), ElementsAre(1));
}

TEST(Tracker, LowScoresProlongATrackButBeginNone) {
  Tracker tracker;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(tracker.update(person(300, 200, 0.3F), frame(i)).empty());
  int n = stand(tracker, person(300), 5, 10);
  for (int i = 0; i < 50; ++i) {
    const auto tracks = tracker.update(person(300, 200, 0.3F), frame(n + i));
    ASSERT_THAT(ids(tracks), ElementsAre(1));
    EXPECT_EQ(tracks[0].missed, 0);
  }
}

TEST(Tracker, ScalesItsScoresToTheDetector) {
  const TrackerOptions same = TrackerOptions::for_detector(TrackerOptions{}.score_birth);
  EXPECT_FLOAT_EQ(same.score_min, TrackerOptions{}.score_min);
  EXPECT_FLOAT_EQ(same.score_high, TrackerOptions{}.score_high);
  Tracker tracker(TrackerOptions::for_detector(0.3F));
  EXPECT_EQ(tracker.update(person(300, 200, 0.31F), frame(0)).size(), 1U);
  EXPECT_TRUE(Tracker().update(person(300, 200, 0.31F), frame(0)).empty());
}

TEST(Tracker, OnePersonFoundTwiceIsOne) {
  Tracker tracker;
  const int n = stand(tracker, person(300), 5);
  Detections twice = person(300);
  twice.add({310, 210, 360, 340}, 0.8F, 0);
  EXPECT_THAT(ids(tracker.update(twice, frame(n))), ElementsAre(1));
}

TEST(Tracker, CoastsThreeFramesOfAnEstablishedTrackAndOnlyWhereSomebodyHidesIt) {
  Tracker tracker;
  // One walks behind another, who is nearer to the camera and seen all along.
  Detections both = person(200), front;
  front.add({200, 210, 260, 400}, 0.9F, 0);
  both.add(front.boxes[0], 0.9F, 0);
  int n = stand(tracker, both, 10);
  for (int missed = 1; missed <= 3; ++missed) {
    const auto tracks = tracker.update(front, frame(n++));
    ASSERT_THAT(ids(tracks), ElementsAre(1, 2)) << "missed " << missed;
    EXPECT_EQ(tracks[0].missed, missed);
    EXPECT_NEAR(tracks[0].box.x1, 200, 3);
  }
  EXPECT_THAT(ids(tracker.update(front, frame(n++))), ElementsAre(2));

  Tracker alone;
  n = stand(alone, person(200), 10);
  EXPECT_THAT(ids(alone.update(nobody(), frame(n++))), ElementsAre(1));
  EXPECT_TRUE(alone.update(nobody(), frame(n++)).empty());
  Tracker young;
  young.update(person(200), frame(0));
  EXPECT_TRUE(young.update(nobody(), frame(1)).empty());
}

TEST(Tracker, FollowsACameraThatPans) {
  Tracker tracker;
  std::vector<int64_t> last;
  for (int i = 0; i < 60; ++i) {
    // Six people stand still; the camera turns to and fro, up to 25 pixels a frame.
    const float pan = 160 * std::sin(static_cast<float>(i) * 0.16F);
    Detections seen;
    for (int k = 0; k < 6; ++k) {
      if (k == 2 && i >= 30 && i < 45) continue;  // hidden meanwhile
      const auto x = 30 + 90 * static_cast<float>(k) + pan;
      seen.add({x, 200, x + 50, 350}, 0.9F, 0);
    }
    last = ids(tracker.update(seen, frame(i)));
  }
  EXPECT_THAT(last, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Tracker, NeverMatchesAPersonWithAnObject) {
  Tracker tracker;
  Detections seen = person(100);
  tracker.update(seen, frame(0));
  seen.classes[0] = 26;
  const auto tracks = tracker.update(seen, frame(1));
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks[0].id, 2);
  EXPECT_EQ(tracks[0].label, 26);
}

TEST(Tracker, AnObjectIsWhatItWasCalledMostOften) {
  Tracker tracker;
  Detections seen = person(100);
  for (int i = 0; i < 20; ++i) {
    seen.classes[0] = i % 3 == 2 ? 28 : 24;
    const auto tracks = tracker.update(seen, frame(i));
    ASSERT_THAT(ids(tracks), ElementsAre(1));
    EXPECT_EQ(tracks[0].label, 24) << "frame " << i;
  }
}

TEST(Tracker, HoldsWhoWasSeenWhileNothingMoves) {
  Tracker tracker;
  Detections two = person(100);
  two.add({400, 200, 450, 350}, 0.9F, 0);
  int n = stand(tracker, two, 10);
  tracker.update(person(100), frame(n++));  // the second has just been lost
  for (int i = 0; i < 200; ++i) EXPECT_THAT(ids(tracker.hold(frame(n++))), ElementsAre(1));
  EXPECT_THAT(ids(tracker.update(two, frame(n))), ElementsAre(1, 3));
}

TEST(Tracker, LeavesOutWhatIsNoBox) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  Tracker tracker;
  Detections rubbish;
  for (const Box& box : {Box{nan, 0, 10, 10}, Box{0, 0, inf, 10}, Box{-inf, -inf, inf, inf}, Box{10, 10, 10, 20},
                         Box{20, 10, 10, 20}, Box{0, 0, 0, 0}})
    rubbish.add(box, 0.9F, 0);
  rubbish.add({0, 0, 10, 10}, nan, 0);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(tracker.update(rubbish, frame(i)).empty());
  EXPECT_EQ(tracker.update(person(100), frame(6)).size(), 1U);
}

// Two who look different cross behind a pillar and turn back there: by motion alone they swap, by their clothes not.
TEST(Tracker, KnowsPeopleByTheirClothesAfterAGap) {
  const std::vector<float> red = {1, 0, 0}, blue = {0, 1, 0};
  const auto played = [&](bool with_appearance) {
    Tracker tracker;
    std::vector<int64_t> last;
    for (int i = 0; i < 50; ++i) {
      const auto step = static_cast<float>(i < 25 ? i : 50 - i) * 3;
      Detections seen;
      std::vector<float> rows;
      if (i < 15 || i > 35) {
        seen.add({200 + step, 200, 250 + step, 350}, 0.9F, 0);
        rows.insert(rows.end(), red.begin(), red.end());
        seen.add({350 - step, 200, 400 - step, 350}, 0.9F, 0);
        rows.insert(rows.end(), blue.begin(), blue.end());
      }
      const auto tracks = tracker.update(seen, frame(i), with_appearance ? rows : std::vector<float>{});
      last.clear();
      for (const Track& track : tracks) last.push_back(track.box.x1 < 250 ? track.id : -track.id);
      EXPECT_EQ(tracker.appearance().size(), with_appearance ? tracks.size() * 3 : 0U);
    }
    return last;
  };
  EXPECT_THAT(played(true), ElementsAre(1, -2));
  EXPECT_THAT(played(false), testing::Not(ElementsAre(1, -2)));
}

// Two meet, stand in each other's way and turn back, in full view: by motion alone they walked through each other.
TEST(Tracker, KnowsThoseWhoMeetByTheirClothes) {
  const std::vector<float> red = {1, 0, 0}, blue = {0, 1, 0};
  const auto played = [&](bool with_appearance) {
    Tracker tracker;
    std::vector<int64_t> last;
    for (int i = 0; i <= 16; ++i) {
      const auto step = static_cast<float>(i < 8 ? i : 16 - i) * 6;
      Detections seen;
      seen.add({200 + step, 200, 250 + step, 350}, 0.9F, 0);
      seen.add({300 - step, 200, 350 - step, 350}, 0.9F, 0);
      std::vector<float> rows = red;
      rows.insert(rows.end(), blue.begin(), blue.end());
      last.clear();
      for (const Track& track : tracker.update(seen, frame(i), with_appearance ? rows : std::vector<float>{}))
        last.push_back(track.box.x1 < 250 ? track.id : -track.id);
    }
    return last;
  };
  EXPECT_THAT(played(true), ElementsAre(1, -2));
  EXPECT_THAT(played(false), ElementsAre(-1, 2));
}

// The light goes on: whoever stands alone is who they were.
TEST(Tracker, OneInViewIsNotLostByTheirLooks) {
  Tracker tracker;
  for (int i = 0; i < 10; ++i) {
    const std::vector<float> look = i < 5 ? std::vector<float>{1, 0} : std::vector<float>{0, 1};
    const auto tracks = tracker.update(person(100), frame(i), look);
    ASSERT_EQ(tracks.size(), 1U);
    EXPECT_EQ(tracks.front().id, 1);
    EXPECT_EQ(tracks.front().missed, 0);
  }
}

// A crowd that comes, goes, hides and shakes.
std::vector<Detections> crowd(int frames, int people) {
  std::mt19937 random(11);
  const auto within = [&](float a, float b) { return std::uniform_real_distribution<float>(a, b)(random); };
  std::vector<Point> places, speeds;
  for (int i = 0; i < people; ++i) {
    places.push_back({within(0, 1800), within(0, 900)});
    speeds.push_back({within(-6, 6), within(-3, 3)});
  }
  std::vector<Detections> all(static_cast<size_t>(frames));
  for (Detections& seen : all)
    for (size_t i = 0; i < places.size(); ++i) {
      places[i].x = std::fmod(places[i].x + speeds[i].x + 1800, 1800.F);
      places[i].y = std::fmod(places[i].y + speeds[i].y + 900, 900.F);
      const float x = places[i].x + within(-3, 3), y = places[i].y + within(-3, 3);
      if (within(0, 1) > 0.2F) seen.add({x, y, x + 50, y + 140}, within(0.2F, 0.95F), 0);
    }
  return all;
}

TEST(Tracker, AllocatesNothingInTheSteadyState) {
  const auto frames = crowd(1200, 60);
  const std::vector<float> looks(size_t{200} * 16, 0.25F);
  for (const bool with_appearance : {false, true}) {
    Tracker tracker;
    size_t before = 0;
    for (size_t i = 0; i < 3 * frames.size(); ++i) {
      if (i == 2 * frames.size()) before = allocations;
      const Detections& seen = frames[i % frames.size()];
      const auto rows = std::span(looks).first(with_appearance ? seen.size() * 16 : 0);
      tracker.update(seen, frame(static_cast<int>(i)), rows);
    }
    EXPECT_EQ(allocations - before, 0U) << (with_appearance ? "with" : "without") << " appearance";
  }
}

TEST(Tracker, GivesTheSameForTheSameAndNeverAnIdTwice) {
  const auto frames = crowd(200, 30);
  Tracker a, b;
  std::set<int64_t> over;
  std::set<int64_t> open;
  for (size_t i = 0; i < frames.size(); ++i) {
    const auto tracks = a.update(frames[i], frame(static_cast<int>(i)));
    const auto again = b.update(frames[i], frame(static_cast<int>(i)));
    ASSERT_EQ(ids(tracks), ids(again));
    std::set<int64_t> now;
    for (const Track& track : tracks) {
      EXPECT_TRUE(now.insert(track.id).second) << "id " << track.id << " twice in frame " << i;
      EXPECT_TRUE(std::isfinite(track.box.area()));
    }
    ASSERT_TRUE(std::ranges::is_sorted(ids(tracks)));
  }
}

// The goals of the product on public detections, one setting for all sequences.
TEST(Tracker, ReachesItsGoalsOnMot17) {
  const auto root = std::filesystem::path(SHRIKE_SOURCE_DIR) / "../shared/data/tracking";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << root << " is not here";
  MotScore pooled;
  for (const char* scene : {"02", "05", "09"})
    for (const char* detector : {"FRCNN", "SDP"}) {
      const auto folder = root / (std::string("MOT17-") + scene + "-" + detector);
      const auto sequence = read_seqinfo(folder / "seqinfo.ini");
      ASSERT_TRUE(sequence) << sequence.error().message;
      const auto detections = read_mot(folder / "det/det.txt", MotKind::detections, sequence->frames);
      const auto truth = read_mot(folder / "gt/gt.txt", MotKind::truth, sequence->frames);
      ASSERT_TRUE(detections && truth);
      pooled += score_mot(*truth, track_sequence(*sequence, *detections));
    }
  EXPECT_GE(pooled.mota(), 0.470);
  EXPECT_GE(pooled.idf1(), 0.530);
  EXPECT_GE(pooled.hota(), 0.435);
}

}  // namespace
}  // namespace shrike

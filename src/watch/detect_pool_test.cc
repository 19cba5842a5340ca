#include "watch/detect_pool.h"

#include <atomic>
#include <gtest/gtest.h>
#include <latch>

namespace shrike {
namespace {

Frame numbered(int64_t seq, bool motion = true) {
  Frame frame;
  frame.seq = seq;
  frame.motion = motion;
  return frame;
}

TEST(DetectPool, AFileLosesNothingAndComesBackInOrder) {
  BoundedQueue<SeenFrame> out(4, WhenFull::wait);
  DetectPool pool(
      {{WhenFull::wait}}, 3, [](SeenFrame& seen) { seen.detections.add({}, 1, static_cast<int>(seen.frame->seq)); },
      [&](size_t, SeenFrame seen) { out.push(std::move(seen)); });
  std::thread feeder([&] {
    for (int i = 0; i < 500; ++i) pool.submit(0, numbered(i, i % 3 != 0));
    pool.finish(0);
  });
  Resequencer order;
  int64_t expected = 0;
  for (bool over = false; !over;) {
    order.put(*out.pop());
    while (auto seen = order.next()) {
      over = !seen->frame;
      if (over) break;
      EXPECT_EQ(seen->frame->seq, expected);
      EXPECT_EQ(seen->detected, expected % 3 != 0);
      EXPECT_EQ(seen->detections.size(), seen->detected ? 1U : 0U);
      ++expected;
    }
  }
  feeder.join();
  EXPECT_EQ(expected, 500);
  EXPECT_EQ(pool.dropped(0), 0U);
}

TEST(DetectPool, ALiveCameraKeepsTheNewestAndNeverBlocks) {
  std::latch started(1), go(1);
  BoundedQueue<int64_t> out(16, WhenFull::wait);
  DetectPool pool(
      {{WhenFull::drop_oldest}}, 1,
      [&](SeenFrame& seen) {
        if (seen.frame->seq == 0) {
          started.count_down();
          go.wait();
        }
      },
      [&](size_t, SeenFrame seen) { out.push(seen.frame ? seen.frame->seq : -1); });
  pool.submit(0, numbered(0));
  started.wait();
  for (int i = 1; i <= 9; ++i) EXPECT_TRUE(pool.submit(0, numbered(i)));
  EXPECT_EQ(pool.dropped(0), 7U);
  pool.finish(0);
  go.count_down();
  EXPECT_EQ(out.pop(), 0);
  EXPECT_EQ(out.pop(), 8);
  EXPECT_EQ(out.pop(), 9);
  EXPECT_EQ(out.pop(), -1) << "the end of the stream pushes no frame out";
}

TEST(DetectPool, ABusyCameraDoesNotStarveAQuietOne) {
  std::latch started(1), go(1);
  BoundedQueue<size_t> out(16, WhenFull::wait);
  DetectPool pool(
      {{}, {}}, 1,
      [&](SeenFrame& seen) {
        if (seen.frame->seq == 0) {
          started.count_down();
          go.wait();
        }
      },
      [&](size_t camera, SeenFrame) { out.push(camera); });
  pool.submit(0, numbered(0));
  started.wait();
  for (int i = 1; i < 50; ++i) pool.submit(0, numbered(i));
  pool.submit(1, numbered(1));
  go.count_down();
  EXPECT_EQ(out.pop(), 0U);
  EXPECT_EQ(out.pop(), 1U);
}

TEST(DetectPool, StopEndsABlockedProducer) {
  std::latch started(1), go(1);
  DetectPool pool(
      {{WhenFull::wait}}, 1,
      [&](SeenFrame& seen) {
        if (seen.frame->seq != 0) return;
        started.count_down();
        go.wait();
      },
      [](size_t, SeenFrame) {});
  pool.submit(0, numbered(0));
  started.wait();
  std::thread producer([&] {
    while (pool.submit(0, numbered(1))) {
    }
  });
  go.count_down();
  pool.stop();
  producer.join();
  EXPECT_FALSE(pool.submit(0, numbered(2)));
}

}  // namespace
}  // namespace shrike

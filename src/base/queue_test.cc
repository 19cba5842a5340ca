#include "base/queue.h"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace shrike {
namespace {

TEST(Queue, DropsTheOldestAndCountsIt) {
  BoundedQueue<int> q(2, WhenFull::drop_oldest);
  for (int i = 1; i <= 5; ++i) EXPECT_TRUE(q.push(i));
  EXPECT_EQ(q.dropped(), 3U);
  EXPECT_EQ(q.pop(), 4);
  EXPECT_EQ(q.pop(), 5);
}

TEST(Queue, GivesWhatIsLeftAfterCloseThenNothing) {
  BoundedQueue<int> q(4, WhenFull::wait);
  EXPECT_TRUE(q.push(1));
  q.close();
  EXPECT_FALSE(q.push(2));
  EXPECT_EQ(q.pop(), 1);
  EXPECT_EQ(q.pop(), std::nullopt);
}

TEST(Queue, WaitingProducerLosesNothing) {
  BoundedQueue<int> q(1, WhenFull::wait);
  std::thread producer([&] {
    for (int i = 0; i < 1000; ++i) q.push(i);
    q.close();
  });
  std::vector<int> got;
  while (auto item = q.pop()) got.push_back(*item);
  producer.join();
  ASSERT_EQ(got.size(), 1000U);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(got[static_cast<size_t>(i)], i);
  EXPECT_EQ(q.dropped(), 0U);
}

TEST(Queue, CloseWakesAWaitingProducerAndConsumer) {
  BoundedQueue<int> full(1, WhenFull::wait), empty(1, WhenFull::wait);
  EXPECT_TRUE(full.push(1));
  bool pushed = true;
  std::thread producer([&] { pushed = full.push(2); });
  std::thread consumer([&] { EXPECT_EQ(empty.pop(), std::nullopt); });
  full.close();
  empty.close();
  producer.join();
  consumer.join();
  EXPECT_FALSE(pushed);
}

}  // namespace
}  // namespace shrike

#include "vision/nms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Detections suppressed(Detections d, float iou_max, size_t count_max = 100) {
  std::vector<int> order = {42};  // what an earlier call left behind must not matter
  suppress_overlaps(d, iou_max, count_max, order);
  return d;
}

TEST(Nms, the_better_of_two_that_overlap_stays) {
  Detections d;
  d.add({0, 0, 10, 10}, 0.5F, 0);
  d.add({1, 0, 11, 10}, 0.9F, 0);
  d.add({50, 50, 60, 60}, 0.1F, 0);
  EXPECT_THAT(suppressed(d, 0.6F).scores, ElementsAre(0.9F, 0.1F));
}

TEST(Nms, overlap_up_to_the_limit_is_kept) {
  Detections d;
  d.add({0, 0, 10, 10}, 0.9F, 0);
  d.add({0, 5, 10, 15}, 0.8F, 0);  // IoU 1/3
  EXPECT_EQ(suppressed(d, 0.34F).size(), 2U);
  EXPECT_EQ(suppressed(d, 0.33F).size(), 1U);
}

TEST(Nms, classes_do_not_suppress_each_other) {
  Detections d;
  d.add({0, 0, 10, 10}, 0.5F, 1);
  d.add({0, 0, 10, 10}, 0.9F, 0);
  d.add({0, 0, 10, 10}, 0.7F, 1);
  const Detections kept = suppressed(d, 0.6F);
  EXPECT_THAT(kept.scores, ElementsAre(0.9F, 0.7F));
  EXPECT_THAT(kept.classes, ElementsAre(0, 1));
}

TEST(Nms, a_box_that_was_dropped_drops_nothing) {
  Detections d;  // a row of boxes, each overlapping only its neighbours
  for (int i = 0; i < 3; ++i)
    d.add({4.F * static_cast<float>(i), 0, 4.F * static_cast<float>(i) + 10, 10}, 0.9F - 0.1F * static_cast<float>(i),
          0);
  EXPECT_THAT(suppressed(d, 0.4F).scores, ElementsAre(0.9F, 0.7F));
}

TEST(Nms, keeps_the_best_so_many) {
  Detections d;
  for (int i = 0; i < 5; ++i)
    d.add({20.F * static_cast<float>(i), 0, 20.F * static_cast<float>(i) + 10, 10}, 0.1F * static_cast<float>(i + 1),
          i % 2);
  EXPECT_THAT(suppressed(d, 0.6F, 2).scores, ElementsAre(0.5F, 0.4F));
  EXPECT_THAT(suppressed(d, 0.6F, 0).scores, IsEmpty());
  EXPECT_THAT(suppressed({}, 0.6F).scores, IsEmpty());
}

}  // namespace
}  // namespace shrike

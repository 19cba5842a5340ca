#include "insight/heat.h"

#include <gtest/gtest.h>
#include <numeric>

namespace shrike {
namespace {

double sum(const std::vector<double>& v) { return std::accumulate(v.begin(), v.end(), 0.0); }

TEST(HeatMaker, TimeLiesWhereItWasSpentAndAWayCountsEachPlaceOnce) {
  HeatMaker maker;
  VisitTrace trace{.camera_visit_id = "v", .visit_id = "v", .camera = "a", .aspect = 4.0 / 3};
  trace.path = {{0, 5, 0.05F, 0.5F}, {5, 20, 0.95F, 0.5F}, {25, 1, 0.05F, 0.5F}};
  maker.take(trace);
  const Zone razors{.name = "razors", .polygon = {{0, 0}, {1, 0}, {1, 1}}};
  const auto grids = maker.finish(std::vector<ZoneOutline>{{"a", razors}, {"b", razors}});
  ASSERT_EQ(grids.size(), 1U);
  const HeatGrid& g = grids[0];
  EXPECT_EQ(g.columns, 32);
  EXPECT_EQ(g.rows, 24);
  EXPECT_EQ(g.zones.size(), 1U);
  EXPECT_DOUBLE_EQ(sum(g.seconds), 26);
  const size_t row = 12 * 32;
  EXPECT_DOUBLE_EQ(g.seconds[row + 1], 6);
  EXPECT_DOUBLE_EQ(g.seconds[row + 30], 20);
  for (size_t c = 1; c <= 30; ++c) EXPECT_EQ(g.people[row + c], 1) << c;
  EXPECT_EQ(sum(g.people), 30);
}

TEST(HeatMaker, TheFloorGrowsWithWhatIsSeenAndPutsCamerasTogether) {
  HeatMaker maker;
  for (const char* camera : {"a", "b"}) {
    VisitTrace trace{.camera_visit_id = camera, .visit_id = "v", .camera = camera, .plane = Plane::floor};
    trace.path = {{0, 10, 2.2F, 3.1F}, {10, 4, -1.0F, 8.0F}};
    maker.take(trace);
  }
  VisitTrace far{.camera_visit_id = "f", .visit_id = "f", .camera = "a", .plane = Plane::floor};
  far.path = {{0, 99, 1e6F, 0}};
  maker.take(far);
  const auto grids = maker.finish({});
  ASSERT_EQ(grids.size(), 1U);
  const HeatGrid& g = grids[0];
  EXPECT_EQ(g.name, "floor");
  EXPECT_EQ(g.visits, 2) << "two cameras saw one visit";
  EXPECT_DOUBLE_EQ(sum(g.seconds), 28) << "a point that no store has is left out";
  const auto cell = [&](double x, double y) {
    return g.seconds[static_cast<size_t>((y - g.top) / 0.5) * static_cast<size_t>(g.columns) +
                     static_cast<size_t>((x - g.left) / 0.5)];
  };
  EXPECT_DOUBLE_EQ(cell(2.2, 3.1), 20);
  EXPECT_DOUBLE_EQ(cell(-1.0, 8.0), 8);
}

}  // namespace
}  // namespace shrike

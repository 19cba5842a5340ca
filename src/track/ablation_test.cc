#include "track/ablation.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <tuple>

#include "track/mot_run.h"

namespace shrike {
namespace {

// A crowd that walks to and fro before a camera that shakes: boxes waver, are missing, weak, or there twice.
std::vector<MotRow> detections() {
  std::mt19937 random(7);  // the same everywhere, as distributions are not
  const auto wide = [&](double from, double to) {
    return from + (to - from) * static_cast<double>(random()) / 4294967295.0;
  };
  std::vector<MotRow> rows;
  for (int frame = 1; frame <= 200; ++frame) {
    const double pan = 60 * std::sin(frame / 6.0) + wide(-8, 8);
    for (int i = 0; i < 16; ++i) {
      const double left = 450 + (80 + 20 * i) * std::sin(frame / (10.0 + i) + i) + pan, top = 100 + 25 * i;
      MotRow row = {.frame = frame, .id = -1, .left = left, .top = top, .width = 45, .height = 130};
      row.left += wide(-3, 3);
      row.height += wide(-4, 4);
      row.confidence = wide(0, 1) < 0.2 ? 0.3 : 0.8;
      if (wide(0, 1) < 0.1 || (frame / 10 + i) % 6 == 0) continue;  // for a moment, or for a second
      rows.push_back(row);
      if (wide(0, 1) < 0.02) {
        row.left += 12;
        rows.push_back(row);
      }
    }
  }
  return rows;
}

TEST(Ablation, EachPartLeftOutChangesWhatIsSaid) {
  const MotSequence sequence{.name = "crowd", .fps = 10, .frames = 200, .width = 1000, .height = 700};
  const auto rows = detections();
  const auto told = [&](const Ablation& one) {
    std::vector<std::tuple<int, int64_t, double, double>> all;
    for (const MotRow& row : track_sequence(sequence, rows, one.options))
      all.emplace_back(row.frame, row.id, row.left, row.top);
    return all;
  };
  const auto all = ablations();
  ASSERT_GT(all.size(), 1U);
  EXPECT_EQ(all[0].name, "whole");
  const auto whole = told(all[0]);
  std::set<std::string> names;
  for (const Ablation& one : all) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    if (&one != &all[0]) {
      EXPECT_TRUE(told(one) != whole) << one.name;
    }
  }
}

}  // namespace
}  // namespace shrike

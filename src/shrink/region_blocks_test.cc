#include "shrink/region_blocks.h"

#include <gtest/gtest.h>
#include <map>

namespace shrike {
namespace {

std::vector<Store> grid(int rows, int columns) {
  std::vector<Store> out;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      Store s;
      s.id = std::to_string(out.size());
      s.area = s.id;
      s.lat = 50 + r;
      s.lon = 8 + 0.1 * c;
      out.push_back(s);
    }
  }
  return out;
}

TEST(RegionBlocks, AreSmallAndTogetherOnTheMap) {
  const auto stores = grid(8, 10);
  const Regions r = regions_of(stores);
  EXPECT_EQ(r.areas, 80);
  EXPECT_TRUE(r.located);
  std::map<int, std::pair<double, double>> north;  // of each block: least and greatest
  std::map<int, int> size;
  for (size_t s = 0; s < stores.size(); ++s) {
    const int b = r.block[static_cast<size_t>(r.area[s])];
    ++size[b];
    auto [at, is_new] = north.try_emplace(b, stores[s].lat, stores[s].lat);
    at->second.first = std::min(at->second.first, stores[s].lat);
    at->second.second = std::max(at->second.second, stores[s].lat);
  }
  EXPECT_EQ(static_cast<int>(size.size()), r.blocks);
  for (const auto& [b, n] : size) EXPECT_LE(n, 11);
  for (const auto& [b, range] : north) EXPECT_LE(range.second - range.first, 1);
}

TEST(RegionBlocks, WithoutCoordinatesTheChainIsOneBlock) {
  std::vector<Store> stores(30);
  const Regions r = regions_of(stores);
  EXPECT_FALSE(r.located);
  EXPECT_EQ(r.blocks, 1);
}

TEST(RegionBlocks, StoresOfOneAreaAreOneObservation) {
  std::vector<Store> stores(4);
  const std::string shared("X");
  stores[0].area = stores[2].area = shared;
  stores[1].id = std::to_string(1);
  stores[3].id = std::to_string(3);
  const Regions r = regions_of(stores);
  EXPECT_EQ(r.areas, 3);
  EXPECT_EQ(r.area[0], r.area[2]);
}

}  // namespace
}  // namespace shrike

#include "shrink/region_blocks.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

namespace shrike {
namespace {

constexpr size_t kAreasPerBlockMax = 11;

struct Place {
  double north = 0, east = 0;  ///< degrees of latitude
};

class Splitter {
 public:
  Splitter(const std::vector<Place>& places, std::vector<int>& block) : places_(places), block_(block) {}

  void split(std::vector<int> areas) {
    if (areas.size() <= kAreasPerBlockMax) {
      for (int a : areas) block_[static_cast<size_t>(a)] = blocks_;
      ++blocks_;
      return;
    }
    const bool by_north = range(areas, &Place::north) >= range(areas, &Place::east);
    const auto side = by_north ? &Place::north : &Place::east;
    std::stable_sort(areas.begin(), areas.end(), [&](int a, int b) {
      return places_[static_cast<size_t>(a)].*side < places_[static_cast<size_t>(b)].*side;
    });
    const auto middle = areas.begin() + static_cast<std::ptrdiff_t>(areas.size() / 2);
    split({areas.begin(), middle});
    split({middle, areas.end()});
  }
  [[nodiscard]] int blocks() const { return blocks_; }

 private:
  double range(const std::vector<int>& areas, double Place::*side) const {
    double low = 1e9, high = -1e9;
    for (int a : areas) {
      low = std::min(low, places_[static_cast<size_t>(a)].*side);
      high = std::max(high, places_[static_cast<size_t>(a)].*side);
    }
    return high - low;
  }

  const std::vector<Place>& places_;
  std::vector<int>& block_;
  int blocks_ = 0;
};

}  // namespace

Regions regions_of(const std::vector<Store>& stores) {
  Regions out;
  std::map<std::string, int> index;
  std::vector<Place> sum;
  std::vector<double> stores_in;
  for (const Store& s : stores) {
    const auto [at, is_new] = index.try_emplace(s.area.empty() ? "\n" + s.id : s.area, static_cast<int>(index.size()));
    if (is_new) {
      sum.emplace_back();
      stores_in.push_back(0);
    }
    const auto a = static_cast<size_t>(at->second);
    out.area.push_back(at->second);
    sum[a].north += s.lat;
    sum[a].east += s.lon * std::cos(s.lat * std::numbers::pi / 180);
    stores_in[a] += 1;
    out.located = out.located || s.lat != 0 || s.lon != 0;
  }
  for (size_t a = 0; a < sum.size(); ++a) {
    sum[a].north /= stores_in[a];
    sum[a].east /= stores_in[a];
  }
  out.areas = static_cast<int>(sum.size());
  out.block.assign(sum.size(), 0);
  out.blocks = 1;
  if (!out.located) return out;
  std::vector<int> all(sum.size());
  std::iota(all.begin(), all.end(), 0);
  Splitter splitter(sum, out.block);
  splitter.split(std::move(all));
  out.blocks = splitter.blocks();
  return out;
}

}  // namespace shrike

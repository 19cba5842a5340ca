// How often the same clothing is known again, and how often other people's is taken for it: the figures behind
// watch_list.alike. Debian's vtest.avi (PETS 2009, S2.L1) with the ground truth of MOT15-PETS09-S2L1. One camera, one
// day, one light: the figures of a shop with several cameras are worse.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

#include "base/file.h"
#include "video/play_file.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

constexpr const char* kVideo = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";
constexpr const char* kTruth = SHRIKE_SOURCE_DIR "/../shared/data/tracking/MOT15-PETS09-S2L1/gt/gt.txt";
constexpr int kSightings = 15, kApartFrames = 50;  // pictures in a look, 7 frames a second: 7 s between two looks

struct Row {
  int frame = 0, id = 0;
  float left = 0, top = 0, width = 0, height = 0;
};

/// The mean look of kSightings boxes in a row of one person.
struct Look {
  int id = 0, begin = 0;
  std::vector<float> mean;
};

Result<std::map<int, std::vector<Row>>> truth() {
  TRY(const std::string text, read_file(kTruth, 64U << 20U));
  std::map<int, std::vector<Row>> rows;
  for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    Row r;
    if (std::sscanf(text.c_str() + at, "%d,%d,%f,%f,%f,%f", &r.frame, &r.id, &r.left, &r.top, &r.width, &r.height) != 6)
      break;
    rows[r.frame].push_back(r);
    if (text.find('\n', at) == std::string::npos) break;
  }
  return rows;
}

Result<std::vector<Look>> looks() {
  TRY(const auto rows, truth());
  std::map<int, std::vector<std::pair<int, std::vector<float>>>> seen;  // by person: frame, appearance
  int frame = 0;
  TRY_VOID(play_file(kVideo, [&](const Frame& picture) -> Result<void> {
    const auto here = rows.find(++frame);
    if (here == rows.end()) return {};
    Detections people;
    for (const Row& r : here->second) people.add({r.left, r.top, r.left + r.width, r.top + r.height}, 1, 0);
    const auto all = appearance_of(picture, people);
    for (size_t i = 0; i < people.size(); ++i) {
      const auto row = all.begin() + static_cast<ptrdiff_t>(i * kAppearanceSize);
      std::vector<float> one(row, row + kAppearanceSize);
      if (std::ranges::any_of(one, [](float v) { return v != 0; }))
        seen[here->second[i].id].emplace_back(frame, std::move(one));
    }
    return {};
  }));
  std::vector<Look> out;
  for (const auto& [id, sights] : seen) {
    for (size_t from = 0; from + kSightings <= sights.size(); from += kSightings) {
      Look look{id, sights[from].first, std::vector<float>(kAppearanceSize, 0)};
      for (size_t i = from; i < from + kSightings; ++i) {
        for (size_t k = 0; k < kAppearanceSize; ++k) look.mean[k] += sights[i].second[k];
      }
      const double length = std::sqrt(std::inner_product(look.mean.begin(), look.mean.end(), look.mean.begin(), 0.0));
      for (float& v : look.mean) v /= static_cast<float>(length);
      out.push_back(std::move(look));
    }
  }
  return out;
}

Result<void> measure() {
  TRY(const auto all, looks());
  std::vector<double> same, others;
  for (size_t a = 0; a < all.size(); ++a) {
    for (size_t b = a + 1; b < all.size(); ++b) {
      const double alike = std::inner_product(all[a].mean.begin(), all[a].mean.end(), all[b].mean.begin(), 0.0);
      if (all[a].id != all[b].id) others.push_back(alike);
      if (all[a].id == all[b].id && std::abs(all[a].begin - all[b].begin) >= kApartFrames) same.push_back(alike);
    }
  }
  fmt::print("{} looks of {} pictures; {} pairs of one person, {} of two\n", all.size(), kSightings, same.size(),
             others.size());
  fmt::print("{:>6} {:>12} {:>14}\n", "alike", "known again", "taken for it");
  for (const double t : {0.80, 0.85, 0.88, 0.90, 0.92, 0.94, 0.96, 0.98}) {
    const auto share = [&](const std::vector<double>& v) {
      return 100.0 * static_cast<double>(std::ranges::count_if(v, [&](double x) { return x >= t; })) /
             static_cast<double>(v.size());
    };
    fmt::print("{:>6.2f} {:>10.1f} % {:>12.2f} %\n", t, share(same), share(others));
  }
  return {};
}

}  // namespace
}  // namespace shrike

int main() {
  const auto done = shrike::measure();
  if (!done) fmt::print("skipped: {}\n", done.error().message);
}

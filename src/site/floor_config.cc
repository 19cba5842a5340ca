#include "site/floor_config.h"

#include <fmt/format.h>

#include "base/yaml.h"

namespace shrike {
namespace {

constexpr double kSideMin_m = 1, kSideMax_m = 2000;
/// People stand a little outside of a plan that was drawn along the walls' inside, and in front of its door.
constexpr double kOutside_m = 5;

}  // namespace

FloorConfig read_floor(YamlMap map, const std::filesystem::path& base) {
  FloorConfig floor;
  std::optional<std::vector<double>> size_m;
  map.read("size_m", size_m, 2, {kSideMin_m, kSideMax_m});
  std::string picture;
  map.read("picture", picture);
  if (size_m) {
    floor.width_m = size_m->at(0);
    floor.depth_m = size_m->at(1);
  }
  if (!picture.empty()) {
    floor.picture = base / picture;
    std::error_code error;
    if (!size_m) map.fault("picture", "size_m is missing: a plan without a scale places nobody");
    if (!std::filesystem::is_regular_file(floor.picture, error))
      map.fault("picture", fmt::format("there is no file {}", floor.picture.string()));
  }
  map.finish();
  return floor;
}

std::vector<FloorPair> read_floor_points(YamlMap& camera, const FloorConfig& floor) {
  constexpr const char* kKey = "floor_points";
  std::vector<FloorPair> pairs;
  bool whole = true;
  for (auto& map : camera.list(kKey)) {
    std::optional<std::vector<double>> picture, at_m;
    map.read("picture", picture, 2, {0, 1});
    map.read("floor", at_m, 2, {-kOutside_m, kSideMax_m + kOutside_m});
    map.finish();
    whole = whole && picture && at_m;
    if (!picture || !at_m) {
      map.fault("picture", "a point needs both: {picture: [0.12, 0.80], floor: [2.0, 3.5]}, 0..1 and metres");
      continue;
    }
    const auto point = [](const std::vector<double>& v) {
      return Point{static_cast<float>(v[0]), static_cast<float>(v[1])};
    };
    pairs.push_back({point(*picture), point(*at_m)});
    if (floor.known() && (at_m->at(0) > floor.width_m + kOutside_m || at_m->at(1) > floor.depth_m + kOutside_m))
      map.fault("floor", fmt::format("[{}, {}] lies outside the floor of {} x {} m (floor.size_m)", at_m->at(0),
                                     at_m->at(1), floor.width_m, floor.depth_m));
  }
  if (!camera.has(kKey) || !whole) return {};
  if (!floor.known()) camera.fault(kKey, "floor.size_m is missing; give the floor's width and depth in metres");
  if (const auto fit = fit_homography(pairs); !fit) camera.fault(kKey, fit.error().message);
  return pairs;
}

}  // namespace shrike

// What behaviour costs a frame: people walking among ten zones, one in three with a bag. Goal: under 1 ms.

#include <benchmark/benchmark.h>
#include <cmath>

#include "behaviour/engine.h"

namespace shrike {
namespace {

CameraConfig busy_shop() {
  CameraConfig camera{.name = "cam"};
  constexpr ZoneKind kKinds[] = {ZoneKind::high_risk,  ZoneKind::exit,  ZoneKind::checkout,
                                 ZoneKind::restricted, ZoneKind::staff, ZoneKind::shelf};
  for (int i = 0; i < 10; ++i) {
    const float x = 0.1F * static_cast<float>(i);
    camera.zones.push_back({.name = "zone " + std::to_string(i),
                            .kind = kKinds[i % 6],
                            .polygon = {{x, 0.2F}, {x + 0.05F, 0.1F}, {x + 0.1F, 0.2F}, {x + 0.1F, 1}, {x, 1}}});
  }
  return camera;
}

void observe(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  BehaviourEngine engine(busy_shop(), *make_rule_book({}), {"person", "handbag"});
  std::vector<VisitTrack> people(n);
  std::vector<Track> tracks;
  for (size_t i = 0; i < n; ++i) people[i].visit_id = "01JX0000000000000000" + std::to_string(100000 + i);
  int64_t frame = 0;
  size_t evidence = 0;
  for (auto _ : state) {
    ++frame;
    tracks.clear();
    for (size_t i = 0; i < n; ++i) {
      const double phase = 0.01 * static_cast<double>(frame) + static_cast<double>(i);
      const auto x = static_cast<float>(960 + 900 * std::sin(phase));
      people[i].track = {.id = static_cast<int64_t>(i) + 1, .box = {x - 60, 400, x + 60, 760}, .hits = 5};
      tracks.push_back(people[i].track);
      if (i % 3 == 0) tracks.push_back({.id = static_cast<int64_t>(n + i), .box = {x, 560, x + 40, 620}, .label = 1});
    }
    const auto out = engine.observe({Timestamp{frame * 100'000}, 1920, 1080}, people, tracks);
    evidence += out.evidence.size();
  }
  state.counters["us_per_frame"] = benchmark::Counter(static_cast<double>(state.iterations()) * 1e-6,
                                                      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["evidence"] = static_cast<double>(evidence);
}
BENCHMARK(observe)->Name("behaviour_observe")->Arg(1)->Arg(10)->Arg(50)->Arg(200)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace shrike

BENCHMARK_MAIN();

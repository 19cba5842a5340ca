#include <benchmark/benchmark.h>

#include "track/shop_walks.h"
#include "track/store_visits.h"

namespace shrike {
namespace {

/// A sight of one of four placed cameras, with so many people coming through the shop in ten minutes.
void store_visits(benchmark::State& state) {
  const auto sights = walk_shop({.people = static_cast<int>(state.range(0))});
  for (auto _ : state) {
    StoreVisits visits(StoreVisitOptions{.shop = {.area_m2 = 240, .doors_are_watched = true}});
    for (const TrueSight& one : sights) benchmark::DoNotOptimize(visits.see(one.sight));
  }
  state.counters["us_per_sight"] = benchmark::Counter(static_cast<double>(sights.size()) * 1e-6 * state.iterations(),
                                                      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(store_visits)->Arg(10)->Arg(40)->Arg(120)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace shrike

BENCHMARK_MAIN();

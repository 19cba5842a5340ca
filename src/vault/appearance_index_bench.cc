// How long it takes to look for one appearance among 100,000 (the demand: under 5 ms), and how often the nearest is
// missed. Appearances as vision/appearance.h makes them: 384 numbers, a few colours each, so that many are much alike.

#include <benchmark/benchmark.h>
#include <cmath>
#include <fmt/format.h>
#include <random>

#include "vault/appearance_index.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

constexpr size_t kEntries = 100'000, kQueries = 500;

/// Square roots of a histogram in which few of the bins hold most: trousers, a coat, a face of no matter.
std::vector<float> clothes(std::mt19937_64& engine) {
  std::vector<float> v(kAppearanceSize, 0);
  std::gamma_distribution<float> weight(0.15F);
  double sum = 0;
  for (float& x : v) sum += x = weight(engine);
  for (float& x : v) x = static_cast<float>(std::sqrt(x / sum));
  return v;
}

/// The same clothes another time.
std::vector<float> again(const std::vector<float>& look, std::mt19937_64& engine) {
  std::normal_distribution<float> noise(0, 0.015F);
  std::vector<float> v = look;
  double square = 0;
  for (float& x : v) square += std::pow(x = std::abs(x + noise(engine)), 2);
  for (float& x : v) x /= static_cast<float>(std::sqrt(square));
  return v;
}

struct Store {
  Store() : index(kAppearanceSize, kEntries) {
    std::mt19937_64 engine(7);
    for (size_t i = 0; i < kEntries; ++i) {
      looks.push_back(clothes(engine));
      (void)index.add(i, looks.back());
    }
    for (size_t i = 0; i < kQueries; ++i) queries.push_back(again(looks[i * 199], engine));
  }
  AppearanceIndex index;
  std::vector<std::vector<float>> looks, queries;
};

const Store& store() {
  static const Store one;
  return one;
}

void search_100k(benchmark::State& state) {
  const Store& s = store();
  size_t i = 0, found = 0;
  for (auto _ : state) {
    const size_t q = i++ % kQueries;
    const auto near = s.index.nearest(s.queries[q], 4);
    found += !near.empty() && near[0].label == q * 199 ? 1U : 0U;
  }
  state.counters["found"] = static_cast<double>(found) / static_cast<double>(std::max<size_t>(1, i));
  state.counters["entries"] = static_cast<double>(s.index.size());
}
BENCHMARK(search_100k)->Unit(benchmark::kMillisecond)->MinTime(1.0);

/// What it would take to look at every one.
void look_at_all_100k(benchmark::State& state) {
  const Store& s = store();
  size_t i = 0;
  for (auto _ : state) {
    const auto& query = s.queries[i++ % kQueries];
    float best = -1;
    for (const auto& look : s.looks) {
      float dot = 0;
      for (size_t k = 0; k < look.size(); ++k) dot += look[k] * query[k];
      best = std::max(best, dot);
    }
    benchmark::DoNotOptimize(best);
  }
}
BENCHMARK(look_at_all_100k)->Unit(benchmark::kMillisecond)->MinTime(1.0);

}  // namespace
}  // namespace shrike

BENCHMARK_MAIN();

#pragma once
// Days of made-up visits whose truth is known, for tests.

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <fmt/format.h>
#include <vector>

#include "insight/journeys.h"

namespace shrike {

constexpr Timestamp kMonday{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z

/// What people do in the made-up shop from one day on.
struct Habits {
  double visits_a_day = 100, weekend_factor = 1;
  double razors = 0.3;   ///< share that stops at the razors
  double razors_s = 20;  ///< for so long on average
  double buys = 0.7;     ///< share of those that then stops at the till
};

class MadeUpShop {
 public:
  explicit MadeUpShop(uint64_t seed) : engine_(seed) {}

  /// Visits of one day, 9 to 19 h UTC, appended to `traces`.
  void day(int number, const Habits& habits) {
    const double factor = number % 7 >= 5 ? habits.weekend_factor : 1;
    const int n = boost::random::poisson_distribution<int>(habits.visits_a_day * factor)(engine_);
    for (int i = 0; i < n; ++i) {
      visit(kMonday.plus_s(number * 86400.0 + 9 * 3600 + uniform() * 36000), habits);
    }
  }
  double uniform() { return boost::random::uniform_01<double>()(engine_); }

  std::vector<VisitTrace> traces;

 private:
  void visit(Timestamp t, const Habits& habits) {
    VisitTrace trace{.camera_visit_id = fmt::format("v{:06}", traces.size()), .camera = "ceiling", .from = t};
    trace.visit_id = trace.camera_visit_id;
    const auto stay = [&](const char* zone, ZoneKind kind, double seconds) {
      trace.stays.push_back({zone, kind, t, t.plus_s(seconds), seconds});
      t = t.plus_s(seconds + 5 + 20 * uniform());
    };
    stay("door", ZoneKind::entrance, 2);
    stay("bread", ZoneKind::shelf, 3 + 20 * uniform());
    const bool razors = uniform() < habits.razors;
    if (razors) stay("razors", ZoneKind::high_risk, 5 + (habits.razors_s - 5) * 2 * uniform());
    if (uniform() < habits.buys) stay("till", ZoneKind::checkout, 20 + 60 * uniform());
    stay("door", ZoneKind::entrance, 2);
    trace.to = t;
    trace.path = {{0, 10, 0.1F, 0.9F},
                  {10, seconds_between(trace.from, t) - 10, 0.1F + 0.8F * static_cast<float>(uniform()), 0.5F}};
    traces.push_back(std::move(trace));
  }

  boost::random::mt19937_64 engine_;
};

}  // namespace shrike

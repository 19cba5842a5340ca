#pragma once
// Where `shrike insight` reads from.

#include <string>

#include "base/time.h"
#include "db/database.h"

namespace CLI {
class App;
}

namespace shrike {

struct InsightFrom {
  std::string dir, since, until, time_zone;
};
void add_insight_from(CLI::App& command, InsightFrom& from, bool required);

struct InsightData {
  Database database;
  std::string store, time_zone;
  Timestamp since, until;
};
/// Errors: no database there, a day that is none.
[[nodiscard]] Result<InsightData> open_insight(const InsightFrom& from);

/// Below `shrike insight`.
void add_insight_correlates(CLI::App& insight, int& exit_code);

}  // namespace shrike

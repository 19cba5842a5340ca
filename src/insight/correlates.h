#pragma once
// Which facts of visits go with confirmed incidents. The same guard as `usl correlate`: shuffled labels, made-up facts,
// days drawn again, days left out, and the number of tests ever made. The words are noise, association and replicated
// association (docs/insight.md).

#include <string>
#include <unordered_map>
#include <vector>

#include "insight/features.h"
#include "insight/journeys.h"
#include "shrink/association.h"

namespace shrike {

/// Whom visits with a confirmed incident are compared with.
enum class Against {
  judged,  ///< visits whose incident an officer judged honest or a staff error: all were raised by the same rules
  others,  ///< all other visits: shows more, but facts that raise incidents cannot be asked
};
[[nodiscard]] const char* to_string(Against against);

/// `partial` is after hour and length of the visit, its interval over days drawn with replacement; labels are shuffled
/// within blocks of days.
struct FactTest : AssociationTest {
  std::string name;
  Against against = Against::judged;
  int64_t confirmed = 0, others = 0;                 ///< visits of which the fact is known
  double typical_confirmed = 0, typical_others = 0;  ///< mean of the fact
};

struct RefusedFact {
  std::string name;
  Against against = Against::judged;
  std::string reason;
};

struct Correlates {
  int64_t confirmed = 0, judged_otherwise = 0, others = 0;
  size_t days = 0, all_tests = 0;
  std::vector<FactTest> tests;  ///< smallest p first
  std::vector<RefusedFact> refused;
  std::vector<std::string> notes;
};

struct CorrelatesOptions {
  int permutations = 2000, bootstraps = 1000, controls = 200;
  double false_discovery_rate = 0.10;
  size_t confirmed_min = 20;    ///< visits on either side of a comparison
  size_t others_max = 4000;     ///< of all other visits, drawn by the seed
  std::vector<double> earlier;  ///< p of tests that were made before on the same data
  uint64_t seed = 1;
};

/// `verdicts`: by visit, the verdict that counts. Refused, with the reason, where too few are confirmed.
[[nodiscard]] Result<Correlates> correlate_visits(const Journeys& journeys,
                                                  const std::unordered_map<std::string, std::string>& verdicts,
                                                  const std::string& time_zone, const CorrelatesOptions& options);

}  // namespace shrike

#pragma once
// What a correlation may be called once all that speaks against it was heard. The guard is one for what surrounds
// stores (correlate.h) and for facts of visits (insight/correlates.h).

#include <algorithm>
#include <string>
#include <vector>

#include "shrink/numeric.h"

namespace shrike {

enum class AssociationLabel { noise, association, replicated };
[[nodiscard]] const char* to_string(AssociationLabel label);

/// What tests of one candidate found, and what it is called by it.
struct AssociationTest {
  double partial = 0, low = 0, high = 0;  ///< rank correlation after the adjustments; 95 %
  double p = 1;                           ///< two-sided, by permutation
  double controls_beyond = 1;             ///< share of made-up candidates that correlate as strongly
  double gain = 0;                        ///< share of the error of what was left out that knowing it saves
  double partial_half[2] = {0, 0}, p_half[2] = {1, 1};  ///< the same in the earlier and the later half of time
  bool discovery = false;                               ///< at the false discovery rate, over every test that was made
  AssociationLabel label = AssociationLabel::noise;
  std::string why;  ///< of the label
};

/// How the reasons name what was shuffled, made up, drawn again and left out.
struct AssociationWords {
  const char* shuffled = "";  ///< "no further from nothing than shuffled … are"
  const char* made_up = "";   ///< "12 % of made-up … do as well"
  const char* drawn = "";     ///< "its interval holds zero once … are drawn again"
  const char* no_gain = "";   ///< in whole
};

/// `tests_made`: on the same data, ever.
void judge(AssociationTest& test, bool discovery, size_t tests_made, const AssociationWords& words);

/// Judges all at false discovery rate `q` over them and the p of `earlier` tests, and puts the smallest p first.
template <class Test>
void judge_all(std::vector<Test>& tests, const std::vector<double>& earlier, double q, const AssociationWords& words) {
  std::vector<double> p = earlier;
  for (const Test& test : tests) p.push_back(test.p);
  const auto found = benjamini_hochberg(p, q);
  for (size_t i = 0; i < tests.size(); ++i) judge(tests[i], found[earlier.size() + i], p.size(), words);
  std::ranges::stable_sort(tests, {}, &Test::p);
}

}  // namespace shrike

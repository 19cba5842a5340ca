#include "shrink/association.h"

#include <fmt/format.h>

namespace shrike {

constexpr double kLevel = 0.05;

const char* to_string(AssociationLabel label) {
  switch (label) {
    case AssociationLabel::noise:
      return "noise";
    case AssociationLabel::association:
      return "association";
    case AssociationLabel::replicated:
      return "replicated association";
  }
  return "noise";
}

void judge(AssociationTest& t, bool discovery, size_t tests_made, const AssociationWords& words) {
  t.discovery = discovery;
  if (!discovery) {
    t.why = t.p <= kLevel
                ? fmt::format("p = {:.3f}, but {} tests were made: some are so small by chance", t.p, tests_made)
                : fmt::format("no further from nothing than shuffled {} are", words.shuffled);
  } else if (t.controls_beyond > kLevel) {
    t.why = fmt::format("{:.0f} % of made-up {} do as well", 100 * t.controls_beyond, words.made_up);
  } else if (t.low <= 0 && t.high >= 0) {
    t.why = fmt::format("its interval holds zero once {} are drawn again", words.drawn);
  } else if (t.gain <= 0) {
    t.why = words.no_gain;
  } else {
    const bool again = t.p_half[0] <= kLevel && t.p_half[1] <= kLevel && t.partial_half[0] * t.partial_half[1] > 0;
    t.label = again ? AssociationLabel::replicated : AssociationLabel::association;
    t.why = again ? "in both halves of time" : "not in both halves of time by itself";
  }
}

}  // namespace shrike

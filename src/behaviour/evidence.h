#pragma once
#include <string>

#include "base/time.h"

namespace shrike {

/// One scored fact about a visit, for (llr > 0) or against (llr < 0) theft.
struct Evidence {
  std::string kind;    ///< e.g. loitering, repeated_entry, restricted_entry, exit_without_checkout, checkout_visited
  Timestamp from, to;  ///< the span it was seen in
  std::string source;  ///< camera (or sensor, till) that saw it
  std::string zone;    ///< zone name; empty where none is meant
  double llr = 0;      ///< log-likelihood ratio, natural logarithm, before weight and caps
  std::string detail;  ///< one short clause for a person: "34 s in razors"

  bool operator==(const Evidence&) const = default;
};

}  // namespace shrike

#pragma once
#include <string>

#include "base/time.h"

namespace shrike {

/// What a gate, a door or another system says happened somewhere; whoever was there then, it is about.
struct ZoneFact {
  std::string kind;    ///< of evidence, a row of behaviour/kinds.cc or one that the rules declare
  Timestamp from, to;  ///< on this machine's clock; equal where a moment is meant
  std::string source;  ///< the sensor's name
  std::string zone;    ///< of the store; names are unique
  std::string detail;  ///< one short clause for a person: "the gate alarmed"

  bool operator==(const ZoneFact&) const = default;
};

}  // namespace shrike

#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace shrike {

/// Of whom a fact is, where that is not sure.
struct Whose {
  double mine = 1;   ///< that it is of the visit that it is told of
  std::string part;  ///< what one camera saw of one person: all of it is the same visit's. Empty: sure
  /// Visits that it may be of, by probability; first the one that it is part of. They exclude one another; what is
  /// missing to 1 is that of somebody unknown.
  std::vector<std::pair<std::string, double>> visits = {};

  static constexpr double kSure = 0.9;  ///< from here on it is as good as sure
  [[nodiscard]] bool is_sure() const { return mine >= kSure; }
  bool operator==(const Whose&) const = default;
};

/// One scored fact about a visit, for (llr > 0) or against (llr < 0) theft.
struct Evidence {
  std::string kind;    ///< a row of behaviour/kinds.cc, or a kind declared under `rules:`
  Timestamp from, to;  ///< the span it was seen in
  std::string source;  ///< camera (or sensor, till) that saw it
  std::string zone;    ///< zone name; empty where none is meant
  double llr = 0;      ///< log-likelihood ratio, natural logarithm, before weight and caps; 0 = taken back
  std::string detail;  ///< one short clause for a person: "34 s in razors"
  /// Of goods that left unpaid, as far as sensors and tills tell: product id, expected pieces.
  std::vector<std::pair<std::string, double>> goods = {};
  Whose whose = {};

  bool operator==(const Evidence&) const = default;
};

/// Names a fact within its visit: evidence of the same kind, source and zone is the same fact, and the newer statement
/// replaces the older, so that a stay that grows does not add up.
[[nodiscard]] inline std::string key_of(const Evidence& e) { return e.kind + "@" + e.source + "/" + e.zone; }

/// Evidence about one visit, as the cameras' engines hand it to risk.
struct VisitEvidence {
  std::string visit_id;  ///< ULID
  std::string camera;
  int64_t track_id = 0;  ///< on `camera`, when it was seen; 0 where unknown
  Evidence evidence;
};

}  // namespace shrike

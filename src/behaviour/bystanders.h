#pragma once
// From what a gate, a door or another system says of a place to evidence about those who were there.

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "behaviour/evidence.h"
#include "behaviour/rule_book.h"
#include "sense/zone_fact.h"

namespace shrike {

/// Remembers who stood where in the last minute. A value machine: no thread, no clock of its own.
class Bystanders {
 public:
  explicit Bystanders(RuleBook rules) : rules_(std::move(rules)) {}

  /// A visit on a camera's picture, in `zones`. Cameras may be behind one another.
  void see(const std::string& visit_id, const std::string& camera, int64_t track_id,
           const std::vector<std::string>& zones, Timestamp time);
  /// Evidence about each visit that was in the fact's zone from 3 s before it to 1 s after. Of n people one is meant,
  /// and nobody knows which: each is given ln((e^llr + n - 1) / n). None where the kind is switched off, or nobody was
  /// seen there.
  /// `visit_of` says which visit of the store a camera's visit is part of, so that one person on two pictures is one.
  [[nodiscard]] std::vector<VisitEvidence> evidence_of(
      const ZoneFact& fact, const std::function<std::string(const std::string&)>& visit_of = {}) const;

 private:
  struct Seen {
    std::string visit_id, camera, zone;
    int64_t track_id = 0;
    Timestamp time;
  };
  RuleBook rules_;
  std::deque<Seen> seen_;
};

}  // namespace shrike

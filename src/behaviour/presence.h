#pragma once
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace shrike {

/// A visit was in a zone, without being away for long.
struct PlaceStay {
  std::string zone;
  Timestamp from, to;
};

/// A place on the shop's floor, metres, and how sure it is.
struct StoodAt {
  double x_m = 0, y_m = 0;
  double variance_m2 = 1;  ///< along either axis
};

/// Who stood where, and when: the newest stays of each visit. Bounded in visits and stays.
class Presence {
 public:
  /// A visit and how well it fits, 0..1.
  struct Near {
    std::string visit_id;
    double weight = 0;
  };

  /// The visit was seen, standing in `zones` (or in none).
  void see(const std::string& visit_id, std::span<const std::string> zones, Timestamp time,
           std::optional<StoodAt> at = {});
  /// Where it stood at `time`, by the surest sight of that second; none where no placed camera saw it then.
  [[nodiscard]] std::optional<StoodAt> stood_at(std::string_view visit_id, Timestamp time) const;
  /// Who was in `zone` between `from` and `to`: weight 1; or was there a few seconds before or after: less.
  [[nodiscard]] std::vector<Near> near(std::string_view zone, Timestamp from, Timestamp to) const;
  /// Whether it was last seen at most `within_s` before `from`, and not after `to`.
  [[nodiscard]] bool lost_within(std::string_view visit_id, Timestamp from, Timestamp to, double within_s) const;
  /// Whether it was last seen close to where people stand in `zone`, or on the way there: who runs is through between
  /// two frames. Only of placed cameras, and of zones in which somebody has been seen.
  [[nodiscard]] bool lost_at(std::string_view visit_id, std::string_view zone) const;
  /// Who was lost there a moment before `to`: weight 1, or less where it was some seconds before `from`.
  [[nodiscard]] std::vector<Near> lost_near(std::string_view zone, Timestamp from, Timestamp to) const;
  /// When it was seen last.
  [[nodiscard]] std::optional<Timestamp> seen(std::string_view visit_id) const;
  /// Whether goods that `a` had at `from` may be with `b` at `to`: the two stood within reach of one another between
  /// (then the one may also have been taken for the other), or `b` was first seen where `a` had just been lost.
  [[nodiscard]] bool met(std::string_view a, std::string_view b, Timestamp from, Timestamp to) const;
  /// In the order they began; empty where the visit is not known.
  [[nodiscard]] const std::deque<PlaceStay>& stays(std::string_view visit_id) const;
  void forget(std::string_view visit_id);
  /// Two visits were one person.
  void merge(std::string_view from, const std::string& into);

 private:
  struct Sight {
    Timestamp time;
    StoodAt at;
  };
  struct Visit {
    std::deque<PlaceStay> stays;
    std::deque<Sight> sights;  ///< of the last seconds
    std::deque<Sight> way;     ///< of the last minutes, about one a second
    Timestamp first, seen;
  };
  /// Where people stand who are in a zone.
  struct Spot {
    double x_m = 0, y_m = 0;
    int64_t sights = 0;
  };
  [[nodiscard]] bool runs_into(const Visit& visit, const Spot& spot) const;

  std::map<std::string, Visit, std::less<>> visits_;
  std::map<std::string, Spot, std::less<>> spots_;
};

/// Seconds from `from`..`to` to the stay; 0 where they overlap.
[[nodiscard]] double gap_s(const PlaceStay& stay, Timestamp from, Timestamp to);

}  // namespace shrike

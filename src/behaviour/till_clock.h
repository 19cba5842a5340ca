#pragma once
// Tills keep their own time. How far each is from the cameras' shows in when people stand at checkouts.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "behaviour/presence.h"

namespace shrike {

/// What is known of one till's clock.
struct TillClock {
  std::string till;
  double offset_s = 0;   ///< what it shows is ahead of the cameras by so much; 0 until that is found
  bool found = false;    ///< the offset stands out from chance, or messages that come at once tell it
  int64_t receipts = 0;  ///< it follows from so many
  double late_s = 0;     ///< 19 of 20 receipts come within so many seconds
};

/// Not thread-safe. Every receipt votes for the offsets that would put its end at the end of somebody's stay at a
/// checkout: true ones agree, chance ones are spread over ±kSearch_s. Until they do, messages that all come equally
/// late are taken to come at once, so that what they seem late by is the clock's.
class TillClocks {
 public:
  static constexpr double kSearch_s = 900;

  void receipt(const std::string& till, Timestamp time, Timestamp heard);
  /// A stay at a checkout that is over.
  void stop(const PlaceStay& stay);

  [[nodiscard]] double offset_s(const std::string& till) const;
  /// How late receipts of any till come; 10 s until some are known.
  [[nodiscard]] double late_s() const;
  [[nodiscard]] std::vector<TillClock> all() const;

 private:
  static constexpr double kBin_s = 5;
  static constexpr size_t kBins = static_cast<size_t>(2 * kSearch_s / kBin_s);
  struct Till {
    std::vector<double> votes = std::vector<double>(kBins, 0.0);
    std::deque<Timestamp> recent;
    std::deque<double> lags;  ///< by how much each came after the time that it states; negative where before
    int64_t receipts = 0;
    double offset_s = 0;
    bool found = false;  ///< by votes
  };
  static std::optional<double> by_messages(const Till& till);
  static void vote(Till& till, double offset_s);
  static void decide(Till& till);

  std::map<std::string, Till> tills_;
  std::deque<PlaceStay> stops_;
};

}  // namespace shrike

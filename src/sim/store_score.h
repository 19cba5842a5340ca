#pragma once
// How good a simulated day's incidents were: who was meant, who really stole, and what a threshold makes of it.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/store_truth.h"
#include "watch/replay.h"

namespace shrike {

/// One visit's risk over the day, as a mind stated it, and who it really was.
struct RaisedVisit {
  struct At {
    Timestamp time;
    double risk = 0;
    int person = 0;  ///< id of who was in the visit's newest box then; 0: a box that nobody made
  };
  std::vector<At> risks;  ///< whenever it changed, while an incident of it was open
  Incident highest;       ///< as it stood when its risk was highest
};

/// A visit as it ended.
struct ScoredVisit {
  double risk = 0;
  int person = 0;  ///< who it mostly was
  VisitRecord record;
};

/// Whether visits are people, counted in seconds of customers on cameras.
struct IdentityScore {
  double views = 0, own = 0, together = 0;
  int visits = 0, people = 0;
  /// Share of a visit's views that are of whoever it is mostly of; share of a person's views that are in one visit.
  [[nodiscard]] double pure() const { return views <= 0 ? 0 : own / views; }
  [[nodiscard]] double whole() const { return views <= 0 ? 0 : together / views; }
};

/// What one mind made of one day.
struct MindDay {
  std::vector<RaisedVisit> raised;  ///< visits whose risk passed the lowest threshold looked at
  std::vector<ScoredVisit> visits;  ///< every one that ended
  std::map<int, double> peak;       ///< by person: highest risk stated of anything that was them
  /// Pieces by party and product that visits were said to hold when they ended; party 0: staff's and nobody's.
  std::map<std::pair<int, std::string>, double> held;
  IdentityScore identity;
};

/// Follows a replay: puts names of the truth to visits, and keeps what the minds say.
class DayScore {
 public:
  DayScore(const TrueDay& truth, const SiteConfig& site, size_t minds);
  void see(size_t camera, const ReplayedView& seen);
  void take(size_t mind, Timestamp now, const MindChanges& changes, const StoreMind& says);
  /// What each mind made of the day.
  [[nodiscard]] std::vector<MindDay> finish();

 private:
  struct Followed {
    std::vector<std::pair<Timestamp, int>> seen;     ///< who was in the box, once a second
    std::vector<std::pair<Timestamp, int>> changes;  ///< from when it was whom
  };
  struct Ended {
    VisitRecord record;
    std::map<std::string, double> held;  ///< pieces, by product
  };
  [[nodiscard]] int person_of(const std::string& camera_visit, Timestamp when) const;
  [[nodiscard]] int newest_of(const std::vector<StoreVisit::Part>& parts, Timestamp when) const;
  [[nodiscard]] std::map<int, int> seen_in(const std::vector<StoreVisit::Part>& parts) const;
  [[nodiscard]] IdentityScore identity(const std::map<std::string, Ended>& ended) const;
  [[nodiscard]] int mostly(const std::vector<StoreVisit::Part>& parts) const;

  const TrueDay& truth_;
  std::vector<std::string> cameras_;
  std::map<std::string, Followed> followed_;              ///< by camera visit
  std::vector<std::map<std::string, RaisedVisit>> open_;  ///< by mind, visit
  std::vector<std::map<std::string, Ended>> ended_;
};

/// What an alert about somebody is whose party left goods unpaid by an honest mistake at a till: false, because it was
/// no theft; or a loss that was found, neither false nor true, because what it says is so and the goods come back.
enum class HonestMistakes { are_false, are_losses };

/// Alerts of one mind on some days at one threshold.
struct Outcome {
  int days = 0;
  int alerts = 0, true_alerts = 0;
  int losses_found = 0;  ///< alerts about honest mistakes, where these are losses; not among `alerts`
  int false_alerts = 0;  ///< about people who stole nothing, staff and boxes of nobody among them …
  int about_staff = 0, about_nobody = 0, about_mistakes = 0;  ///< … of which so many were these
  int thefts = 0, caught = 0;
  int honest = 0, honest_alerted = 0;                  ///< visitors
  std::map<std::string, std::pair<int, int>> by_kind;  ///< caught, of
  std::map<std::string, int> false_by_habit;
  std::vector<double> to_alert_s;  ///< from when a theft shows to its first alert

  [[nodiscard]] double recall() const { return thefts == 0 ? 0 : static_cast<double>(caught) / thefts; }
  [[nodiscard]] double precision() const { return alerts == 0 ? 0 : static_cast<double>(true_alerts) / alerts; }
  [[nodiscard]] double specificity() const {
    return honest == 0 ? 0 : 1 - static_cast<double>(honest_alerted) / honest;
  }
  [[nodiscard]] double false_a_day() const { return days == 0 ? 0 : static_cast<double>(false_alerts) / days; }
  /// Harmonic mean of precision, recall and specificity (RetailS, arXiv 2603.04723).
  [[nodiscard]] double h_prs() const;
};

/// Adds one day. An alert is true where the person in the box is a thief or with one; a theft is caught where an alert
/// about one of its party comes by `late_s` after they passed the exit.
void add_day(Outcome& outcome, const TrueDay& truth, const MindDay& day, double threshold,
             HonestMistakes mistakes = HonestMistakes::are_false, double late_s = 120);

/// Σ |said − true| over Σ true, of pieces by party and product as they left, for the products in `of`.
struct BasketError {
  double wrong = 0, pieces = 0;
  [[nodiscard]] double share() const { return pieces <= 0 ? 0 : wrong / pieces; }
};
[[nodiscard]] BasketError basket_error(const TrueDay& truth, const MindDay& day, const std::set<std::string>& of);

/// The lowest threshold at which these days have at most `false_a_day` false alerts a day.
[[nodiscard]] double choose_threshold(const std::vector<std::pair<const TrueDay*, const MindDay*>>& days,
                                      double false_a_day, HonestMistakes mistakes = HonestMistakes::are_false);

/// What one threshold for all these days would have found, chosen with hindsight: a picture, not a promise.
struct CurvePoint {
  double threshold = 0;
  int false_alerts = 0, caught = 0;
};
/// At each number of false alerts, up to `false_most`, the most thefts that can be caught.
[[nodiscard]] std::vector<CurvePoint> alert_curve(const std::vector<std::pair<const TrueDay*, const MindDay*>>& days,
                                                  int false_most);

struct ScoreRange {
  double low = 0, high = 1;
};
/// 90 % interval of a share (Jeffreys), and of a rate an exposure (exact Poisson).
[[nodiscard]] ScoreRange share_interval(int hits, int of);
[[nodiscard]] ScoreRange rate_interval(int events, double exposure);

/// Expected calibration error in ten equal bins of risk.
[[nodiscard]] double calibration_error(const std::vector<std::pair<double, bool>>& risks);

}  // namespace shrike

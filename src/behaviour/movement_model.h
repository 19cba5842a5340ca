#pragma once
// How unusual a visit's movement is, as a share of normal days: the net's surprise, brought to ranks by place and hour.

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "behaviour/movement_facts.h"
#include "behaviour/movement_net.h"
#include "behaviour/movement_quantiles.h"

namespace shrike {

/// Visits of normal days that the net did not learn from. Where an hour or a place has few, its ranks are drawn to
/// those of the whole: n of its own count against kShrink of the whole.
struct MovementCalibration {
  static constexpr double kShrink = 50;
  static constexpr int64_t kOwn_min = 20;

  Quantiles stretches;                        ///< surprise of any stretch
  std::map<std::string, Quantiles> by_place;  ///< … in a place
  std::map<std::pair<std::string, int>, Quantiles> by_place_hour;
  Quantiles visits;  ///< unusualness of a visit (VisitReading::raw)
  std::array<Quantiles, 24> visits_by_hour;
  double surprise = 0;  ///< mean a stretch, leaving included

  [[nodiscard]] double stretch_rank(const std::string& place, int hour, float found) const;
  [[nodiscard]] double visit_rank(int hour, float raw) const;
};

/// What there is to say of a visit.
struct VisitReading {
  std::vector<float> surprise;  ///< by stretch
  std::vector<double> rank;     ///< by stretch: share of normal stretches there at that hour as surprising or more
  float leaving = 0;
  float where = 0;                             ///< surprise at the places alone a stretch, leaving included
  std::array<double, kMovementFacts> below{};  ///< its facts among normal visits' (FactRanks::below)
  float far = 0;   ///< distance of its embedding from normal visits', root mean square of standard deviations
  float mean = 0;  ///< surprise a stretch, leaving included
  float raw = 0;   ///< unusualness
  double p = 1;    ///< share of normal visits at that hour as unusual or more
};

/// Which number is the unusualness of a visit; docs/movement.md says how that was chosen.
enum class MovementScore { mean_surprise, worst_surprise, embedding, whole };
inline constexpr std::array kMovementScores = {MovementScore::mean_surprise, MovementScore::worst_surprise,
                                               MovementScore::embedding, MovementScore::whole};
[[nodiscard]] const char* to_string(MovementScore score);

/// How a model did on the newest days before it took its place or was refused; docs/movement.md, "canary first".
struct MovementTried {
  bool promoted = false;
  std::string why;     ///< in words
  int64_t visits = 0;  ///< that it was tried on
  double psi = 0;      ///< of its ranks (Drift)
};

struct MovementModel {
  /// What a model's file is called, besides, that was refused.
  static constexpr const char* kRefused = ".candidate";

  MovementNet net;
  std::vector<float> centre;  ///< of normal visits' embeddings
  std::vector<float> whiten;  ///< hidden × hidden: whiten · (embedding − centre) has unit variance
  FactRanks facts;
  MovementScore score = MovementScore::whole;
  MovementCalibration calibration;
  std::string time_zone = "UTC", store;
  Timestamp learnt_from, learnt_to, calibrated_to, tried_to;  ///< newest visit of each part
  int64_t walks = 0, days = 0;
  std::optional<MovementTried> tried;
  double retrain_days = 0;  ///< a running store trains anew after so many days of new visits; 0: never

  [[nodiscard]] VisitReading read(const Walk& walk) const;
  [[nodiscard]] int hour_of(const Walk& walk) const;
};

/// Fits centre, whiten and the ranks of facts to the walks that the net learnt from.
void fit_visits(MovementModel& model, std::span<const Walk> walks);
/// … and the ranks to others.
void calibrate(MovementModel& model, std::span<const Walk> walks);

[[nodiscard]] std::string to_text(const MovementModel& model);
/// Refuses what is no model; `file` names it.
[[nodiscard]] Result<MovementModel> movement_model_from(std::string_view text, const std::string& file);
[[nodiscard]] Result<MovementModel> load_movement_model(const std::string& file);

}  // namespace shrike

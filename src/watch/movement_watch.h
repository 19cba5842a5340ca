#pragma once
// The movement model in a running store: visits that leave are ranked, what is unusual becomes weak evidence, drift is
// counted, and a new model is trained at night.

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "behaviour/evidence.h"
#include "behaviour/movement_model.h"
#include "behaviour/rule_book.h"
#include "site/config.h"
#include "watch/metrics.h"

namespace shrike {

/// One owner, no thread. Does nothing where the data folder holds no movement.json, or where
/// `rules:` switch the kind off.
class MovementWatch {
 public:
  static constexpr const char* kFile = "movement.json";
  static constexpr double kUnusual = 0.05;  ///< rank

  MovementWatch(const SiteConfig& site, const RuleBook& rules, Metrics& metrics, std::vector<std::string> train = {});
  ~MovementWatch();
  MovementWatch(const MovementWatch&) = delete;
  MovementWatch& operator=(const MovementWatch&) = delete;

  /// Evidence about the camera visits that `traces` (on the floor where they can be) are of. A visit is ranked once it
  /// was last seen in an exit; in a store that watches none, whenever a camera loses it for good.
  [[nodiscard]] std::vector<VisitEvidence> see(std::span<const VisitTrace> traces,
                                               const std::function<std::string(const std::string&)>& visit_of);
  /// To be called now and then: takes over a new file, starts a training that is due, and says how one ended.
  void tend(Timestamp now);

  [[nodiscard]] const MovementModel* model() const { return model_ ? &*model_ : nullptr; }
  [[nodiscard]] bool is_training() const { return training_.has_value(); }

 private:
  void judge(const VisitTrace& newest, const std::function<std::string(const std::string&)>& visit_of,
             std::vector<VisitEvidence>& out);
  void forget(Timestamp now);
  void count(double rank);
  void load();
  [[nodiscard]] bool training_due(Timestamp now) const;
  void train();

  std::filesystem::path file_;
  Metrics& metrics_;
  std::vector<std::string> train_;
  double llr_ = 0;  ///< 0: switched off
  bool doors_ = false;
  std::optional<MovementModel> model_;
  std::filesystem::file_time_type loaded_{};
  std::optional<double> looked_s_, tried_s_;  ///< monotonic
  std::optional<pid_t> training_;
  std::deque<VisitTrace> held_;              ///< of the last hours
  std::map<std::string, std::string> told_;  ///< by store visit, the camera visit that something was said of
  std::deque<double> ranks_;
};

}  // namespace shrike

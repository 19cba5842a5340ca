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
#include "watch/movement_status.h"

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
  /// To be called now and then; looks every ten seconds. True when it did.
  bool tend(Timestamp now);
  /// Takes over a new file, starts a training that is due, and says how one ended.
  void look(Timestamp now);

  [[nodiscard]] const MovementModel* model() const { return model_ ? &*model_ : nullptr; }
  [[nodiscard]] MovementStatus status() const;
  [[nodiscard]] bool is_training() const { return training_.has_value(); }

 private:
  void judge(const VisitTrace& newest, const std::function<std::string(const std::string&)>& visit_of,
             std::vector<VisitEvidence>& out);
  void forget(Timestamp now);
  void count(double rank);
  void load();
  void load_refused();
  void end_training(Timestamp now);
  void tell(MovementStatus::Training training);
  [[nodiscard]] bool training_due(Timestamp now) const;
  void train(Timestamp now);

  std::filesystem::path file_;
  Metrics& metrics_;
  std::vector<std::string> train_;
  double llr_ = 0;  ///< 0: switched off
  bool doors_ = false;
  std::optional<MovementModel> model_;
  std::optional<std::filesystem::file_time_type> loaded_, refused_;  ///< when the files were written
  std::string problem_;
  std::optional<double> looked_s_;  ///< monotonic
  std::optional<pid_t> training_;
  std::optional<Timestamp> tried_;  ///< when the newest training began,
  Timestamp trained_before_;        ///< and what last_training_ was of then
  std::optional<MovementStatus::Training> last_training_;
  std::deque<VisitTrace> held_;              ///< of the last hours
  std::map<std::string, std::string> told_;  ///< by store visit, the camera visit that something was said of
  std::deque<double> ranks_;                 ///< the newest
  int64_t ranked_ = 0;
  std::optional<Drift> drift_;
};

}  // namespace shrike

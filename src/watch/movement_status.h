#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "behaviour/movement_model.h"
#include "behaviour/movement_trial.h"

namespace shrike {

/// How the movement model of a running store does, as the page shows it.
struct MovementStatus {
  /// What is known of the model in use, without its weights.
  struct Model {
    Timestamp learnt_from, learnt_to, known_to;  ///< visits that began then; known_to: that it was tried on
    int64_t visits = 0, days = 0;                ///< learnt from; in all
    double retrain_days = 0;                     ///< 0: never by itself
    std::optional<MovementTried> tried;
  };
  /// How the newest training ended.
  struct Training {
    Timestamp time;
    std::string outcome;  ///< promoted, refused, nothing_new, failed
    std::string why;
  };

  bool enabled = true;  ///< by `rules:`
  std::optional<Model> model;
  std::string problem;         ///< why the file cannot be used; empty while it can, or where there is none
  int64_t ranked = 0;          ///< visits since the model was taken into use
  std::optional<Drift> drift;  ///< of the newest of them; none while they are too few
  bool training = false;
  std::optional<Training> last_training;
};

}  // namespace shrike

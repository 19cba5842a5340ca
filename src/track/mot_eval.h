#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "track/mot_files.h"

namespace shrike {

/// What tracking got right and wrong, in sums, so that sequences can be pooled by adding them up.
struct MotScore {
  /// HOTA is a mean over these overlaps: .05, .10, … .95.
  static constexpr size_t kAlphas = 19;

  int64_t truth = 0;            ///< boxes of the ground truth that count
  int64_t results = 0;          ///< boxes of the tracker, distractors removed
  int64_t matches = 0;          ///< CLEAR at IoU 0.5
  int64_t false_positives = 0;  ///< CLEAR
  int64_t misses = 0;           ///< CLEAR
  int64_t switches = 0;         ///< CLEAR: a true object is matched to another id than when it was matched last
  int64_t id_matches = 0;       ///< boxes that agree under the best one-to-one pairing of whole identities
  std::array<int64_t, kAlphas> hota_matches{};
  std::array<double, kAlphas> association_sum{};   ///< Σ over matches of the association accuracy of their pair
  std::array<double, kAlphas> localisation_sum{};  ///< Σ over matches of their IoU

  [[nodiscard]] double mota() const;                ///< CLEAR MOT (Bernardin & Stiefelhagen 2008)
  [[nodiscard]] double idf1() const;                ///< Ristani et al. 2016
  [[nodiscard]] double hota() const;                ///< Luiten et al., IJCV 2021: mean over alpha of √(DetA · AssA)
  [[nodiscard]] double detection_accuracy() const;  ///< DetA
  [[nodiscard]] double association_accuracy() const;   ///< AssA
  [[nodiscard]] double localisation_accuracy() const;  ///< LocA
  MotScore& operator+=(const MotScore& other);
};

/// Scores a tracker's rows against ground truth under MOT17's rules, as TrackEval does: in each frame results that lie
/// on a distractor (class 2, 7, 8, 12; IoU ≥ 0.5, best pairing) are removed; of the truth only what is counted and of
/// class 1 stays. Both sorted by frame, an id at most once in a frame (parse_mot sees to it).
[[nodiscard]] MotScore score_mot(std::span<const MotRow> truth, std::span<const MotRow> results);

}  // namespace shrike

#pragma once
// Who is staff: by time in staff zones, by the clothing of those who were there long, by badges. All of it is evidence
// against theft, never a name.

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/evidence.h"
#include "site/config.h"
#include "track/look_model.h"

namespace shrike {

/// One person on one camera at one moment, as far as it matters here.
struct StaffSight {
  std::string_view camera, camera_visit;
  int64_t track_id = 0;
  Timestamp time;
  bool in_staff_zone = false;
  std::span<const float> look;  ///< appearance; may be empty
};

/// Learns a gallery of uniforms from visits that were in staff zones for `learn_s`, and says of every other visit how
/// alike it is to them. A uniform counts once two visits have shown it; how alike customers are to it is learnt too, so
/// that where everybody wears black, black says nothing. Not thread-safe; holds one small record a camera visit.
class StaffWatch {
 public:
  explicit StaffWatch(StaffConfig config) : config_(std::move(config)) {}

  /// What is new or changed: staff_looks, at most.
  [[nodiscard]] std::vector<VisitEvidence> see(const StaffSight& sight);
  void forget(std::string_view camera_visit);

  /// The name of the badges that a tag is one of; empty where it is none. `epc` as readers and item events give it:
  /// hexadecimal, or a pure identity URI.
  [[nodiscard]] std::string badge_of(std::string_view epc) const;
  /// That a badge was read where this visit stood, which was one of `people` there.
  [[nodiscard]] VisitEvidence badge_evidence(const StaffSight& sight, const std::string& reader,
                                             const std::string& badge, size_t people) const;
  /// Uniforms that at least two visits have shown.
  [[nodiscard]] size_t uniforms() const;

 private:
  struct Member {
    double staff_s = 0;
    Timestamp first, last;
    bool learnt = false;  ///< as a uniform, or as a customer's clothing
    std::vector<float> look;
    double said = 0;  ///< llr of staff_looks
  };
  struct Uniform {
    std::vector<float> look;
    int visits = 1;
    Timestamp newest;
  };

  void learn(Member& member, Timestamp now);
  [[nodiscard]] double alike_uniforms(std::span<const float> look) const;

  StaffConfig config_;
  std::map<std::string, Member, std::less<>> members_;
  std::vector<Uniform> gallery_;
  LookModel likeness_;  ///< same: staff among one another; different: customers to the gallery
};

}  // namespace shrike

#include "track/ablation.h"

namespace shrike {

std::vector<Ablation> ablations() {
  constexpr float kNever_s = 1e9F;
  std::vector<Ablation> all = {{"whole", {}}};
  const auto without = [&](const char* what) -> TrackerOptions& {
    return all.emplace_back(Ablation{std::string("without ") + what, {}}).options;
  };
  {
    TrackerOptions& options = without("low scores");  // the second association of ByteTrack
    options.score_min = options.score_high;
  }
  without("re-update").replay_from_s = kNever_s;  // that of OC-SORT
  without("camera motion").follows_camera = false;
  {
    TrackerOptions& options = without("long memory");
    options.memory_s = options.young_memory_s = options.recent_s;
  }
  without("short young memory").young_memory_s = TrackerOptions{}.memory_s;
  without("growing search").search_growth = 0;
  without("twin check").twin_iou = 1;
  without("coasting").coast_frames = 0;
  without("heights").counts_heights = false;
  return all;
}

}  // namespace shrike

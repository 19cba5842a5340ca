#pragma once
#include <cstdint>

#include "base/geometry.h"

namespace shrike {

/// One object followed on one camera, as of one frame.
struct Track {
  int64_t id = 0;   ///< counts from 1 on each camera; never used again
  Box box;          ///< pixels
  float score = 0;  ///< of the newest detection
  int label = 0;    ///< class index of the detector's labels
  int hits = 0;     ///< frames in which it was detected
  int missed = 0;   ///< frames since the last detection; 0 = seen now, > 0 = box is predicted
};

}  // namespace shrike

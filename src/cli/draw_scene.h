#pragma once
#include <vector>

#include "site/config.h"
#include "video/canvas.h"
#include "watch/live.h"

namespace shrike {

/// What Shrike sees, drawn on the picture it saw it in: zones with their names, boxes with track ids; a person whose
/// risk is past one half in the colour of an alert.
void draw_scene(Canvas& canvas, const std::vector<Zone>& zones, const std::vector<LiveTrack>& tracks, const Font& font);

}  // namespace shrike

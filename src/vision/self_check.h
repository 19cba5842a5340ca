#pragma once
#include "video/scale.h"

namespace shrike {

/// A drawing of a person beside a bottle and a ball, on which every working detector of people or things gives some
/// cell a score: what models are tried on when they are loaded. Drawn, not photographed, so that it can be shipped.
[[nodiscard]] Picture self_check_picture();

}  // namespace shrike

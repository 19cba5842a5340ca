#pragma once
#include <memory>

#include "base/result.h"

struct AVFrame;

namespace shrike {

/// A dark grey picture, for cameras that give none. Errors: a size that no camera has.
[[nodiscard]] Result<std::shared_ptr<const AVFrame>> grey_picture(int width, int height);

}  // namespace shrike

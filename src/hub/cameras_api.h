#pragma once
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "hub/router.h"
#include "site/config.h"
#include "watch/live.h"

namespace shrike {

/// Keeps the pictures that were offered to someone for as long as he may take to fetch them. A page asks for boxes
/// first and for the picture of their `seq` then; without this the camera would be a frame further.
class FrameShelf {
 public:
  explicit FrameShelf(LiveBoard& board) : board_(board) {}

  /// The camera's newest frame; its picture, where it has one, can be had by picture() for the next seconds. Says to
  /// the board that someone looks.
  [[nodiscard]] std::optional<LiveFrame> newest(const std::string& camera);
  /// The picture of frame `seq`; null where it was never offered or is gone.
  [[nodiscard]] std::shared_ptr<const std::string> picture(const std::string& camera, int64_t seq) const;

 private:
  LiveBoard& board_;
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<LiveFrame>> kept_;  ///< oldest first
};

/// A camera's state as it is shown; times in the store's zone.
[[nodiscard]] nlohmann::ordered_json to_json(const CameraStatus& status, const std::string& time_zone);

/// Cameras, their zones, and what they see now. What the routes refer to must outlive the router.
void add_camera_routes(Router& router, const SiteConfig& site, LiveBoard& board, FrameShelf& shelf);

}  // namespace shrike

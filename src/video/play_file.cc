#include "video/play_file.h"

#include <future>
#include <optional>

#include "video/feed.h"

namespace shrike {

Result<void> play_file(const std::filesystem::path& video, const std::function<Result<void>(const Frame&)>& on_frame) {
  CameraConfig camera;
  camera.name = "file";
  camera.source = video.string();
  camera.pace = Pace::fast;
  camera.detect_fps = 0;
  camera.motion_gate = false;
  std::promise<FeedStatus> over;
  bool told = false;
  std::optional<Error> error;
  Feed feed({.camera = camera,
             .on_frame =
                 [&](const Frame& frame) {
                   if (error) return;
                   if (auto taken = on_frame(frame); !taken) error = std::move(taken.error());
                 },
             .on_state =
                 [&](const FeedStatus& status) {
                   if (told || (status.state != FeedState::ended && status.state != FeedState::failed)) return;
                   told = true;
                   over.set_value(status);
                 },
             .file_start = Timestamp{}});
  const FeedStatus last = over.get_future().get();
  feed.stop();
  if (error) return fail(std::move(*error), video.string());
  if (last.state == FeedState::failed) return bad_input(last.last_error);
  return {};
}

}  // namespace shrike

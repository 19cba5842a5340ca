#pragma once
// What a camera that has its own detector says it sees, from the forms in which such cameras say it over MQTT.
// docs/sense.md shows them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "base/time.h"

namespace shrike {

struct CameraObject {
  std::string label;         ///< as its detector calls it: person, backpack, …
  float score = 0;           ///< 0..1
  Box box;                   ///< 0..1 of the picture
  std::vector<float> looks;  ///< kAppearanceSize numbers, as appearance_of() makes them; empty where it says nothing
};

/// One picture's objects.
struct CameraObjects {
  std::optional<Timestamp> stated;  ///< on its clock, which may count from its own start
  int width = 0, height = 0;        ///< of the picture, pixels
  std::vector<CameraObject> objects;
};

/// One message: the plain form {"time", "width", "height", "objects": [{"label", "score", "box": [x1, y1, x2, y2],
/// "looks"}]}, or what Intel's DL Streamer publishes (gvametaconvert: {"resolution", "timestamp", "objects":
/// [{"detection": {"bounding_box", "confidence", "label"}}]}). Boxes are cut at the picture's edge; an object that is
/// nowhere in it is left out. Errors name the field, what was found and what was expected; over 1,000 objects or 4 MiB
/// are refused.
[[nodiscard]] Result<CameraObjects> read_camera_objects(std::string_view payload);

/// The plain form of `seen`, on one line.
[[nodiscard]] std::string to_camera_message(const CameraObjects& seen);

}  // namespace shrike

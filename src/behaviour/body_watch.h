#pragma once
// What poses show of the people on one camera: whose pose is wanted, what their hands did, and the learned score.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "behaviour/carried.h"
#include "behaviour/concealment_model.h"
#include "behaviour/hands.h"
#include "behaviour/pose_turns.h"
#include "behaviour/steady_pose.h"
#include "behaviour/visit_facts.h"
#include "sense/item_event.h"
#include "site/config.h"
#include "track/visits.h"

namespace shrike {

/// A pose of one person, as the network gave it for this frame.
struct SeenPose {
  std::string visit_id;
  std::optional<Pose> pose;  ///< pixels of the picture; none: it was another person's and was rejected
};

/// What the poses of one frame showed.
struct BodyNews {
  struct Sign {
    std::string visit_id;
    size_t zone = 0;  ///< index into the camera's zones
    BodySign sign = BodySign::hand_to_body;
    BodyFact fact;
  };
  std::vector<Sign> signs;       ///< for BehaviourEngine::note()
  std::vector<ItemEvent> items;  ///< goods that hands may have moved
};

/// One camera's. Not thread-safe; its owner is the camera's pipeline. Holds one bounded record a visit that was posed,
/// to forget(). Depends on nothing but its arguments: the same frames and poses give the same answers.
class BodyWatch {
 public:
  /// `labels` are the detector's. Without `model` no score is made.
  BodyWatch(const CameraConfig& camera, std::vector<std::string> labels, std::optional<ConcealmentModel> model);

  /// Indices into `people` of those whose pose is wanted in this picture and due, most urgent first: who stands in or
  /// near a high_risk or shelf zone, or in an exit. `risk_of` is asked for the visit's posterior.
  [[nodiscard]] std::vector<size_t> wanted(const PictureAt& picture, std::span<const VisitTrack> people,
                                           const std::function<double(const std::string&)>& risk_of) const;

  /// One picture with the poses that were made in it. `tracks` as for BehaviourEngine::observe(). Fails only where the
  /// engine does.
  [[nodiscard]] Result<BodyNews> see(const PictureAt& picture, std::span<const VisitTrack> people,
                                     std::span<const Track> tracks, std::span<const SeenPose> poses);
  /// Nothing moved since the last picture: whoever was posed in it stands as before.
  [[nodiscard]] Result<BodyNews> hold(const PictureAt& picture, std::span<const VisitTrack> people,
                                      std::span<const Track> tracks);

  /// The smoothed pose of a visit, while it is fresh; null otherwise. Valid until the next call that changes anything.
  [[nodiscard]] const Pose* pose_of(const std::string& visit_id) const;
  /// The visit is over; what was held of it is freed.
  void forget(const std::string& visit_id);

  [[nodiscard]] size_t visits_held() const { return bodies_.size() + turns_.held(); }

 private:
  struct Body {
    int64_t track_id = 0;
    Timestamp newest;
    Pose raw, smooth;
    SteadyPose steady;
    Hands hands;
    std::optional<ConcealmentWatch> watch;
  };

  Result<void> see_body(const PictureAt& picture, const VisitTrack& person, const Pose& pose, const HandsView& around,
                        BodyNews& news);
  [[nodiscard]] HandsView surroundings(const PictureAt& picture, size_t person, std::span<const VisitTrack> people,
                                       std::span<const Track> tracks) const;
  void add_act(const HandAct& act, const std::string& visit_id, BodyNews& news) const;
  Result<void> score(const PictureAt& picture, const VisitTrack& person, Body& body, BodyNews& news) const;
  void forget_the_longest_unseen();
  void scale_shelves(const PictureAt& picture);

  std::string camera_;
  std::vector<Zone> zones_;
  ObjectLabels labels_;
  std::optional<ConcealmentModel> model_;
  float threshold_ = 0;
  std::vector<size_t> shelf_zones_;  ///< indices into zones_
  std::vector<Polygon> shelves_px_;  ///< the same zones, in pixels
  int width_ = 0, height_ = 0;       ///< of the picture that shelves_px_ is for
  PoseTurns turns_;
  std::map<std::string, Body> bodies_;
  Timestamp newest_;
};

}  // namespace shrike

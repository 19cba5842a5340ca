#pragma once
// The running store: every camera from its feed to the desk. Start it, look at the LiveBoard, stop it.

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"
#include "risk/in_use.h"
#include "site/config.h"
#include "vault/incident_store.h"
#include "video/feed.h"
#include "vision/detector.h"
#include "watch/desk.h"
#include "watch/detect_pool.h"
#include "watch/live.h"
#include "watch/metrics.h"
#include "watch/object_feed.h"
#include "watch/pipeline.h"
#include "watch/pose_budget.h"
#include "watch/sensors.h"

namespace shrike {

class StoreWatch {
  /// What is read from files before anything runs; only start() can make one.
  struct Loaded {
    RiskInUse risk;
    Planogram planogram;
    Detector detector;
    std::vector<std::optional<PoseEstimator>> estimators;  ///< one a camera; none where the detector gives poses
    std::optional<ConcealmentModel> concealment;
  };
  static Result<Loaded> load(const SiteConfig& site);

 public:
  struct Parts {
    IncidentStore& store;
    LiveBoard& board;
    std::shared_ptr<prometheus::Registry> registry;
    std::function<void(const Incident&)> on_incident;    ///< once an incident is kept; on the desk's thread
    std::function<void(const AnalysedFrame&)> on_frame;  ///< on the camera's thread; may be empty
    std::shared_ptr<PushInbox> till_inbox;               ///< what tills push to the hub; may be null
  };

  /// Loads the detector and starts every camera. Errors: a rule or a model that is not usable, a data folder that is
  /// not writable. A camera that does not answer is no error: it is tried again and its state says so.
  [[nodiscard]] static Result<std::unique_ptr<StoreWatch>> start(const SiteConfig& site, Parts parts);
  /// Stops as stop() does.
  ~StoreWatch();
  StoreWatch(const SiteConfig& site, Parts parts, Loaded loaded);
  StoreWatch(const StoreWatch&) = delete;
  StoreWatch& operator=(const StoreWatch&) = delete;

  /// True once every camera has ended for good (files that are played through) and all that they showed was weighed;
  /// waits for it at most `seconds`.
  [[nodiscard]] bool over(double seconds);
  /// Stops the cameras, weighs what is left, cuts the clips that are due. Takes a few seconds at most.
  void stop();

 private:
  void start_cameras();
  Pipeline::Parts pipeline_parts(size_t camera);
  [[nodiscard]] StoreMind mind() const;
  Result<void> start_sensors();
  void take_frame(size_t camera, Frame frame);
  void look(SeenFrame& seen) const;
  void start_feed(size_t camera);
  [[nodiscard]] FeedStatus status_of(size_t camera) const;
  /// Null where the camera sends no pictures.
  [[nodiscard]] std::shared_ptr<PacketRing> ring_of(const std::string& camera) const;
  Result<void> cut(const ClipJob& job, const std::filesystem::path& file);
  void report();
  void report_all();
  void report_sensors();

  const SiteConfig site_;
  Parts parts_;
  Loaded loaded_;
  Metrics metrics_;
  PoseBudget pose_budget_;
  std::unique_ptr<Desk> desk_;
  std::optional<Sensors> sensors_;
  std::vector<std::unique_ptr<Pipeline>> pipelines_;
  std::unique_ptr<DetectPool> pool_;
  /// One a camera, either of the two: cameras with a detector of their own send no pictures.
  std::vector<std::unique_ptr<Feed>> feeds_;
  std::vector<std::unique_ptr<ObjectFeed>> object_feeds_;

  mutable std::mutex mutex_;                                  ///< guards what follows
  std::map<std::string, std::shared_ptr<PacketRing>> rings_;  ///< by camera, of those with pictures
  std::condition_variable changed_;
  size_t running_ = 0;
  bool stopping_ = false;
  std::thread reporter_;
};

}  // namespace shrike

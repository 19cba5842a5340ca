#pragma once
// What happens, told to everyone who listens (server-sent events).

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "hub/event_stream.h"
#include "hub/metrics.h"
#include "hub/router.h"
#include "site/config.h"
#include "vault/incident_store.h"
#include "watch/live.h"

namespace shrike {

/// Tells every change of an incident, in the order of its revision, and every change of a camera's state.
///
/// Incidents are read from the store and not from whoever made them: so what is told is on disk already, nothing is
/// told twice or out of order, and changes by another process are told too (within 100 ms). A client that comes back
/// with the revision it saw last (Last-Event-ID) is told what it missed first.
class EventFeed {
 public:
  EventFeed(const SiteConfig& site, IncidentStore& store, LiveBoard& board, HubMetrics& metrics);
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  /// Begins to tell. Errors: the store does not answer.
  Result<void> start();
  /// A new listener. `seen`: the revision it saw last, or -1 for one that is new. Null where too many listen already.
  [[nodiscard]] Result<std::shared_ptr<EventStream>> listen(int64_t seen);

 private:
  void run();
  void tell_incidents();
  void tell_cameras();
  void tell(const std::string& text);
  Result<void> catch_up(EventStream& stream, int64_t seen);

  const SiteConfig& site_;
  IncidentStore& store_;
  LiveBoard& board_;
  HubMetrics& metrics_;

  std::mutex mutex_;  ///< guards what follows
  std::vector<std::shared_ptr<EventStream>> streams_;
  int64_t told_ = 0;                            ///< every revision up to this one was told
  std::map<std::string, StoredIncident> last_;  ///< as last told, for `before`; the newest kLastKept
  std::deque<std::string> last_order_;
  std::map<std::string, std::string> cameras_;  ///< state of each as last told, as JSON
  double cameras_told_s_ = 0;                   ///< when figures were told last, on the monotonic clock

  bool store_answers_ = true;  ///< of the thread alone
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

void add_event_routes(Router& router, EventFeed& feed);

}  // namespace shrike

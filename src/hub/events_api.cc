#include "hub/events_api.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "hub/cameras_api.h"
#include "vault/incident_json.h"

namespace shrike {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPatience_s = 0.1;    // how late a change by another process, or of a camera, may be told
constexpr double kFiguresEvery_s = 2;  // frame rate and counters change always: told so often
constexpr size_t kStreamsMax = 400;    // below HttpOptions::connections_max, so that requests still come through
constexpr size_t kLastKept = 500;
constexpr int kMissedMax = 300;  // one who missed more reloads instead

/// Told to one who missed too much, or who comes from another database: load the list anew.
constexpr const char* kReset = "event: reset\ndata: {}\n\n";

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// An incident of which it is not known what it was before.
Json event_without_before(const StoredIncident& stored, bool is_new, const std::string& zone) {
  return {{"type", is_new ? "new" : "update"}, {"before", Json()}, {"after", to_json(stored, zone)}};
}

}  // namespace

EventFeed::EventFeed(const SiteConfig& site, IncidentStore& store, LiveBoard& board, HubMetrics& metrics)
    : site_(site), store_(store), board_(board), metrics_(metrics) {}

EventFeed::~EventFeed() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  for (const auto& stream : streams_) stream->close();
}

Result<void> EventFeed::start() {
  TRY(told_, store_.newest_revision());
  thread_ = std::thread([this] { run(); });
  return {};
}

void EventFeed::run() {
  while (!stopping_) {
    int64_t told = 0;
    {
      std::lock_guard lock(mutex_);
      told = told_;
    }
    // A store that does not answer would end each wait at once: then only the patience counts.
    store_.wait_for_change(store_answers_ ? told : std::numeric_limits<int64_t>::max(), kPatience_s);
    std::lock_guard lock(mutex_);
    tell_incidents();
    tell_cameras();
    std::erase_if(streams_, [](const auto& stream) { return stream->closed(); });
    metrics_.event_stream_clients().Set(static_cast<double>(streams_.size()));
  }
}

void EventFeed::tell(const std::string& text) {
  const auto one_for_all = shared(text);
  for (const auto& stream : streams_) stream->push(one_for_all);
}

void EventFeed::tell_incidents() {
  const auto changed = store_.changed_since(told_, kMissedMax);
  if (!changed && store_answers_) spdlog::error("events: {}", changed.error().message);
  store_answers_ = changed.has_value();
  if (!changed) return;
  for (const auto& stored : *changed) {
    const auto& id = stored.incident.event_id;
    const auto before = last_.find(id);
    const Json json = before == last_.end()
                          ? event_without_before(stored, stored.created_revision > told_, site_.time_zone)
                          : to_event_json({before->second, stored}, site_.time_zone);
    tell(format_event("incident", stored.revision, dump(json)));
    if (before == last_.end()) last_order_.push_back(id);
    last_.insert_or_assign(id, stored);
    if (last_order_.size() > kLastKept) {
      last_.erase(last_order_.front());
      last_order_.pop_front();
    }
  }
  if (!changed->empty()) told_ = changed->back().revision;
}

void EventFeed::tell_cameras() {
  const double now_s = monotonic_s();
  const bool figures = now_s - cameras_told_s_ >= kFiguresEvery_s;
  if (figures) cameras_told_s_ = now_s;
  for (const auto& status : board_.statuses()) {
    const auto state = status.state + '\n' + status.last_error;
    auto& last = cameras_[status.name];
    if (!figures && last == state) continue;
    last = state;
    tell(format_event("camera", 0, dump(to_json(status, site_.time_zone))));
  }
}

Result<std::shared_ptr<EventStream>> EventFeed::listen(int64_t seen) {
  auto stream = std::make_shared<EventStream>();
  // Held over the reading, so that nothing can be told between what was missed and what comes.
  std::lock_guard lock(mutex_);
  if (streams_.size() >= kStreamsMax) return std::shared_ptr<EventStream>();
  stream->push(shared("retry: 2000\n\n"));
  if (seen >= 0) TRY_VOID(catch_up(*stream, seen));
  // Gives the client an id to come back with, also where no incident follows before the connection is lost.
  stream->push(shared(fmt::format("event: hello\nid: {}\ndata: {{}}\n\n", told_)));
  for (const auto& status : board_.statuses()) {
    stream->push(shared(format_event("camera", 0, dump(to_json(status, site_.time_zone)))));
  }
  streams_.push_back(stream);
  metrics_.event_stream_clients().Set(static_cast<double>(streams_.size()));
  return stream;
}

Result<void> EventFeed::catch_up(EventStream& stream, int64_t seen) {
  TRY(const auto missed, store_.changed_since(seen, kMissedMax + 1));
  if (seen > told_ || missed.size() > static_cast<size_t>(kMissedMax)) {
    stream.push(shared(kReset));
    return {};
  }
  for (const auto& stored : missed) {
    if (stored.revision > told_) break;  // told to all in a moment
    const auto json = event_without_before(stored, stored.created_revision > seen, site_.time_zone);
    stream.push(shared(format_event("incident", stored.revision, dump(json))));
  }
  return {};
}

void add_event_routes(Router& router, EventFeed& feed) {
  router.add(Method::get, "/api/v1/events", [&](const Request& request, const PathParameters&) {
    int64_t seen = -1;
    // A browser sends the header when it reconnects by itself; a page that was reloaded can only use the query.
    std::string_view text = request.header("last-event-id");
    const auto query = request.query.find("last_event_id");
    if (text.empty() && query != request.query.end()) text = query->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seen);
    if (!text.empty() && (error != std::errc() || end != text.data() + text.size() || seen < 0)) {
      return error_response(400, "bad_value", "Last-Event-ID is not the id of an event", "last_event_id");
    }
    if (request.method == Method::head) return Response{.content_type = "text/event-stream"};
    auto stream = feed.listen(seen);
    if (!stream) {
      return store_failed("events", stream.error());
    }
    if (*stream == nullptr) return error_response(503, "too_many_listeners", "too many clients listen already");
    return Response{.content_type = "text/event-stream", .headers = {{"Cache-Control", "no-store"}}, .body = *stream};
  });
}

}  // namespace shrike

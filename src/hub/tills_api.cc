#include "hub/tills_api.h"

#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "sense/till_message.h"

namespace shrike {
namespace {

constexpr size_t kRejectedShown_max = 20;

/// What all messages share: the store's zone, tills without a cashier, and who is called operator-1.
class TillPost {
 public:
  TillPost(const SiteConfig& site, std::shared_ptr<PushInbox> inbox) : inbox_(std::move(inbox)) {
    context_.zone = site.time_zone;
    for (const auto& tills : site.sensors.tills)
      context_.self_checkout.insert(tills.self_checkout.begin(), tills.self_checkout.end());
    for (const auto& camera : site.cameras)
      for (const Zone& zone : camera.zones) zones_.insert(zone.name);
  }

  Response take(const Request& request) {
    const std::lock_guard lock(mutex_);
    auto message = read_till_message(request.body, context_);
    if (!message) return error_response(400, "bad_transactions", message.error().message);
    // Nothing is dropped: who pushes keeps what we cannot hold.
    if (inbox_->size() + message->transactions.size() + message->doors.size() > kPushInbox_max)
      return error_response(503, "busy", "too many transactions wait; send them again in some seconds");
    const size_t accepted = message->transactions.size();
    size_t pieces = 0;
    for (auto& each : message->transactions) inbox_->push(std::move(each));
    for (auto& piece : message->doors) {
      if (!zones_.contains(piece.zone)) continue;
      ++pieces;
      inbox_->push(std::move(piece));
    }
    auto rejected = nlohmann::ordered_json::array();
    for (size_t i = 0; i < std::min(message->rejected.first.size(), kRejectedShown_max); ++i)
      rejected.push_back({{"place", message->rejected.first[i].place}, {"what", message->rejected.first[i].what}});
    const bool none = accepted == 0 && message->rejected.count > 0;
    return json_response({{"accepted", accepted},
                          {"pieces_at_doors", pieces},
                          {"pieces_elsewhere", message->doors.size() - pieces},
                          {"rejected_count", message->rejected.count},
                          {"rejected", std::move(rejected)},
                          {"other_events", message->others}},
                         none ? 400 : 202);
  }

 private:
  std::shared_ptr<PushInbox> inbox_;
  std::mutex mutex_;  // guards context_, and that the inbox has room
  TillContext context_;
  std::set<std::string> zones_;  // of the store
};

}  // namespace

void add_till_routes(Router& router, const SiteConfig& site, std::shared_ptr<PushInbox> inbox) {
  if (inbox == nullptr) return;
  auto post = std::make_shared<TillPost>(site, std::move(inbox));
  router.add(Method::post, "/api/v1/till-transactions",
             [post](const Request& request, const PathParameters&) { return post->take(request); });
}

}  // namespace shrike

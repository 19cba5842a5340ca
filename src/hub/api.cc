#include "hub/api.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/log.h"
#include "hub/access.h"
#include "hub/cameras_api.h"
#include "hub/events_api.h"
#include "hub/http.h"
#include "hub/incidents_api.h"
#include "hub/metrics.h"
#include "hub/movement_api.h"
#include "hub/page.h"
#include "hub/risk_api.h"
#include "hub/sensors_api.h"
#include "hub/tills_api.h"
#include "hub/visits_api.h"
#include "hub/watch_api.h"

namespace shrike {
namespace {

/// Only what the hub itself serves is loaded, framed by nobody, told to nobody.
constexpr std::array<std::pair<const char*, const char*>, 7> kSecurityHeaders{{
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; "
     "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},  // "no-referrer" would make our own form come from nowhere
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
}};

/// Answered without a token: what an orchestrator asks, and what the page that asks for the token is made of.
bool is_public(std::string_view path) {
  return path == "/healthz" || path == "/sign-in" || path == "/app.css" || path == "/icon.svg";
}

bool is_json(const Request& request) {
  const auto type = request.header("content-type");
  return type == "application/json" || type.starts_with("application/json;");
}

std::string form_value(const std::string& body, const std::string& name) {
  const auto form = parse_query(body);
  if (!form) return "";
  const auto it = form->find(name);
  return it == form->end() ? "" : it->second;
}

}  // namespace

struct Hub::Impl {
  Impl(const HubParts& p, Access a)
      : parts(p),
        access(std::move(a)),
        metrics(p.metrics),
        risk_gauges(p.metrics),
        shelf(p.board),
        feed(p.site, p.store, p.board, metrics) {
    add_page_routes(router);
    add_camera_routes(router, parts.site, parts.board, shelf);
    add_till_routes(router, parts.site, parts.till_inbox);
    add_sensor_routes(router, parts.site, parts.board);
    add_incident_routes(router, parts.site, parts.store, metrics);
    add_visit_routes(router, parts.site, parts.store);
    add_event_routes(router, feed);
    add_watch_routes(router, parts.site, parts.store);
    add_risk_routes(router, parts.site, parts.store);
    add_movement_routes(router, parts.site, parts.store, parts.board);
    router.add(Method::get, "/healthz", [this](const Request&, const PathParameters&) { return health(); });
    router.add(Method::get, "/metrics", [this](const Request&, const PathParameters&) {
      risk_gauges.refresh(parts.site, parts.store);
      return Response{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_text(parts.metrics)};
    });
    router.add(Method::post, "/sign-in", [this](const Request& request, const PathParameters&) {
      return sign_in(form_value(request.body, "token"));
    });
  }

  /// Says whether the hub can do its work; cameras that are down do not make it ill.
  Response health() {
    const auto newest = parts.store.newest_revision();
    if (!newest) {
      spdlog::error("health: {}", newest.error().message);
      return json_response({{"status", "failing"}, {"store", "does not answer"}}, 503);
    }
    const auto statuses = parts.board.statuses();
    const auto live = std::count_if(statuses.begin(), statuses.end(), [](const auto& s) { return s.state == "live"; });
    return json_response({{"status", "ok"}, {"cameras_live", live}, {"cameras", parts.site.cameras.size()}});
  }

  Response sign_in(const std::string& token) const {
    const auto set_cookie = access.session_cookie(token, now_utc());
    return set_cookie ? signed_in_page(*set_cookie) : sign_in_page(true);
  }

  /// Everything that is asked of every request, then the route.
  Response answer(const Request& request, std::string& route) {
    const bool is_page = request.path == "/" && request.method == Method::get;
    const auto token = request.query.find("token");
    if (is_page && token != request.query.end()) {
      if (const auto set_cookie = access.session_cookie(token->second, now_utc())) return signed_in_page(*set_cookie);
    }
    if (auto refusal = access.refuse(request, is_public(request.path), now_utc())) {
      if (refusal->status == 401 && is_page) return sign_in_page(token != request.query.end());
      return std::move(*refusal);
    }
    const auto match = router.match(request);
    if (match.route == nullptr && match.other_method) {
      return error_response(405, "method_not_allowed", "this path is asked with another method");
    }
    if (match.route == nullptr) return error_response(404, "not_found", "there is nothing at this path");
    route = match.route->pattern;
    if (request.method == Method::post && route != "/sign-in" && !is_json(request)) {
      return error_response(415, "not_json", "send JSON, with Content-Type: application/json");
    }
    return match.route->handler(request, match.parameters);
  }

  Response serve(const Request& request) {
    const double began_s = monotonic_s();
    std::string route = "other";
    auto response = answer(request, route);
    for (const auto& [name, value] : kSecurityHeaders) response.headers.emplace_back(name, value);
    metrics.count_request(route, response.status, monotonic_s() - began_s);
    return response;
  }

  HubParts parts;
  Access access;
  HubMetrics metrics;
  RiskGauges risk_gauges;
  FrameShelf shelf;
  EventFeed feed;
  Router router;
  std::optional<HttpServer> server;  ///< last, so that it ends first
};

Hub::Hub(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Hub::~Hub() = default;
Hub::Hub(Hub&&) noexcept = default;
Hub& Hub::operator=(Hub&&) noexcept = default;

Result<Hub> Hub::start(const HubParts& parts) {
  TRY(auto access, Access::from(parts.site.hub));
  auto impl = std::make_unique<Impl>(parts, std::move(access));
  TRY_VOID(impl->feed.start());
  TRY(impl->server, HttpServer::start({.bind = parts.site.hub.bind, .port = parts.site.hub.port},
                                      [hub = impl.get()](const Request& request) { return hub->serve(request); }));
  return Hub(std::move(impl));
}

int Hub::port() const { return impl_->server->port(); }

std::string Hub::url() const {
  const auto& bind = impl_->parts.site.hub.bind;
  const bool is_any = bind == "0.0.0.0" || bind == "::";
  const auto host = is_any ? "127.0.0.1" : bind.find(':') != std::string::npos ? "[" + bind + "]" : bind;
  return fmt::format("http://{}:{}", host, port());
}

const std::vector<Route>& Hub::routes() const { return impl_->router.routes(); }
void Hub::stop() { impl_->server->stop(); }

}  // namespace shrike

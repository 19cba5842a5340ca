#include "hub/router.h"

#include <algorithm>
#include <string_view>

#include "base/escape.h"

namespace shrike {
namespace {

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> all;
  while (!path.empty()) {
    path.remove_prefix(1);  // the '/'
    const auto end = std::min(path.find('/'), path.size());
    all.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return all;
}

/// Segments are decoded one by one, so that a camera's name may hold a '/'.
std::optional<PathParameters> match_path(const std::string& pattern, std::string_view path) {
  const auto wanted = segments(pattern), given = segments(path);
  if (wanted.size() != given.size()) return std::nullopt;
  PathParameters parameters;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto decoded = percent_decode(given[i], false);
    if (!decoded) return std::nullopt;
    if (wanted[i].starts_with('{')) {
      parameters[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = *decoded;
    } else if (wanted[i] != *decoded) {
      return std::nullopt;
    }
  }
  return parameters;
}

}  // namespace

void Router::add(Method method, std::string pattern, RouteHandler handler) {
  routes_.push_back({method, std::move(pattern), std::move(handler)});
}

Router::Match Router::match(const Request& request) const {
  const auto method = request.method == Method::head ? Method::get : request.method;
  Match none;
  for (const auto& route : routes_) {
    auto parameters = match_path(route.pattern, request.path);
    if (!parameters) continue;
    if (route.method == method) return {&route, std::move(*parameters), false};
    none.other_method = true;
  }
  return none;
}

}  // namespace shrike

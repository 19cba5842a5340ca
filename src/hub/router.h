#pragma once
// Which function answers which request.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hub/message.h"

namespace shrike {

/// What stands in place of a pattern's `{name}`, decoded.
using PathParameters = std::map<std::string, std::string>;
using RouteHandler = std::function<Response(const Request&, const PathParameters&)>;

struct Route {
  Method method = Method::get;  ///< a GET route answers HEAD too
  std::string pattern;          ///< "/api/v1/incidents/{id}": each segment is a word or one parameter
  RouteHandler handler;
};

class Router {
 public:
  void add(Method method, std::string pattern, RouteHandler handler);
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
  /// The route for a request, and its parameters. Null where there is none; then `other_method` says whether there
  /// would be one for another method.
  struct Match {
    const Route* route = nullptr;
    PathParameters parameters;
    bool other_method = false;
  };
  [[nodiscard]] Match match(const Request& request) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace shrike

#include <cstdint>
#include <string_view>

#include "base/escape.h"
#include "hub/access.h"
#include "hub/message.h"
#include "hub/router.h"

// Whatever a client writes into a request line or header: an answer that keeps its promise, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto decoded = percent_decode(text, true);
  if (decoded && decoded->size() > text.size()) __builtin_trap();
  const auto query = parse_query(text);
  if (query && query->size() > 32) __builtin_trap();

  const uint64_t file_bytes = size == 0 ? 0 : data[0];
  const auto [kind, range] = parse_range(text, file_bytes);
  if (kind == RangeKind::part && (range.first > range.last || range.last >= file_bytes)) __builtin_trap();

  static const auto kAccess = *Access::from({});
  static const Router kRouter = [] {
    Router router;
    router.add(Method::get, "/api/v1/cameras/{name}/frame.jpg", [](const auto&, const auto&) { return Response{}; });
    return router;
  }();
  Request request{.method = Method::post, .path = "/" + std::string(text)};
  request.headers = {{"host", std::string(text)}, {"cookie", std::string(text)}, {"origin", std::string(text)}};
  const auto match = kRouter.match(request);
  if (match.route != nullptr) __builtin_trap();  // a POST that found a GET route
  static_cast<void>(kAccess.refuse(request, false, Timestamp{}));
  static_cast<void>(cookie(text, "shrike_session"));
  return 0;
}

#include "hub/page.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

namespace shrike {
namespace {

constexpr std::string_view kSignIn = "/sign-in.html";

const Asset* find_asset(std::string_view path) {
  const auto assets = page_assets();
  const auto it = std::find_if(assets.begin(), assets.end(), [&](const auto& asset) { return asset.path == path; });
  return it == assets.end() ? nullptr : &*it;
}

Response send(const Asset& asset, const Request& request) {
  const auto etag = fmt::format("\"{:x}\"", std::hash<std::string_view>()(asset.bytes));
  Response response{.content_type = std::string(asset.content_type),
                    .headers = {{"Cache-Control", "no-cache"}, {"ETag", etag}}};
  if (request.header("if-none-match") == etag) {
    response.status = 304;
  } else {
    response.body = std::string(asset.bytes);
  }
  return response;
}

Response html(int status, std::string body) {
  return {.status = status,
          .content_type = "text/html; charset=utf-8",
          .headers = {{"Cache-Control", "no-store"}},
          .body = std::move(body)};
}

}  // namespace

void add_page_routes(Router& router) {
  for (const auto& asset : page_assets()) {
    if (asset.path == kSignIn) continue;  // sent in place of the page only, by sign_in_page()
    router.add(Method::get, std::string(asset.path),
               [&asset](const Request& request, const PathParameters&) { return send(asset, request); });
  }
}

Response sign_in_page(bool is_wrong) {
  const auto* page = find_asset(kSignIn);
  std::string body(page->bytes);
  if (const auto at = body.find("<!--fault-->"); is_wrong && at != std::string::npos) {
    body.replace(at, 12, "<p role=\"alert\" class=\"fault\">That is not the token.</p>");
  }
  return html(401, std::move(body));
}

Response signed_in_page(const std::string& set_cookie) {
  auto response =
      html(200,
           "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Shrike</title>"
           "<meta http-equiv=\"refresh\" content=\"0;url=/\"><p>Signed in. <a href=\"/\">Go on</a></p></html>");
  response.headers.emplace_back("Set-Cookie", set_cookie);
  return response;
}

}  // namespace shrike

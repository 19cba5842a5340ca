#pragma once
#include <span>
#include <string_view>

#include "hub/router.h"

namespace shrike {

/// A file of the live page, built from web/ into the program.
struct Asset {
  std::string_view path;  ///< "/app.js"
  std::string_view content_type;
  std::string_view bytes;
};

/// Every file of the page (made by web/CMakeLists.txt).
[[nodiscard]] std::span<const Asset> page_assets();

void add_page_routes(Router& router);

/// The page that asks for the token, answered with 401; `is_wrong`: the one given was not it.
[[nodiscard]] Response sign_in_page(bool is_wrong);
/// Goes on to the live page as a request of our own site: a cookie that is SameSite=Strict would not be sent on a
/// redirect that began in a mail or a chat.
[[nodiscard]] Response signed_in_page(const std::string& set_cookie);

}  // namespace shrike

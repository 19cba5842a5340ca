#pragma once
// Who may ask, and from where.

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "hub/message.h"
#include "site/config.h"

namespace shrike {

/// The rules of one hub. On a loopback address without a token everyone on this machine is let in, but only under a
/// name of this machine, so that no web page can reach the hub by pointing its own name here (DNS rebinding). With a
/// token, each request carries it (`Authorization: Bearer`), or the session cookie that it was exchanged for.
class Access {
 public:
  /// Reads the token. Errors: an address that other machines reach and no token_file; a file that cannot be read or
  /// that holds less than 16 characters.
  [[nodiscard]] static Result<Access> from(const HubConfig& config);

  /// The answer to a request that must not go on, or empty. `is_public`: needs no token.
  [[nodiscard]] std::optional<Response> refuse(const Request& request, bool is_public, Timestamp now) const;
  /// The Set-Cookie value that signs a browser in for 12 hours; empty where `token` is not the token.
  [[nodiscard]] std::optional<std::string> session_cookie(std::string_view token, Timestamp now) const;

 private:
  [[nodiscard]] bool is_authorised(const Request& request, Timestamp now) const;
  [[nodiscard]] std::string sign(std::string_view expiry) const;

  std::string token_;  ///< empty: none is asked for
};

}  // namespace shrike

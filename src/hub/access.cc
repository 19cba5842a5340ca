#include "hub/access.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace shrike {
namespace {

constexpr size_t kTokenLength_min = 16;
constexpr size_t kTokenFile_bytes_max = 4096;
constexpr int64_t kSession_s = int64_t{12} * 3600;
constexpr std::string_view kCookieName = "shrike_session";

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

/// Same text? In a time that depends on neither text: digests of one length are compared, not the texts.
bool same_secret(std::string_view a, std::string_view b) {
  Digest digest_a{}, digest_b{};
  EVP_Digest(a.data(), a.size(), digest_a.data(), nullptr, EVP_sha256(), nullptr);
  EVP_Digest(b.data(), b.size(), digest_b.data(), nullptr, EVP_sha256(), nullptr);
  return CRYPTO_memcmp(digest_a.data(), digest_b.data(), digest_a.size()) == 0;
}

bool is_loopback(const std::string& address) {
  in6_addr six{};
  if (inet_pton(AF_INET6, address.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
  in_addr four{};
  return address == "localhost" || (inet_pton(AF_INET, address.c_str(), &four) == 1 && ntohl(four.s_addr) >> 24 == 127);
}

bool names_this_machine(std::string_view host_header) {
  const auto host = host_without_port(host_header);
  return host == "localhost" || is_loopback(host);
}

/// A form or script of another site is stopped by what browsers say of where a request comes from.
bool comes_from_elsewhere(const Request& request) {
  const auto site = request.header("sec-fetch-site");
  if (site == "cross-site" || site == "same-site") return true;
  const auto origin = request.header("origin");
  if (origin.empty()) return false;
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos || origin.substr(scheme + 3) != request.header("host");
}

}  // namespace

Result<Access> Access::from(const HubConfig& config) {
  Access access;
  if (config.token_file.empty()) {
    if (is_loopback(config.bind)) return access;
    return bad_input(fmt::format(
        "hub.bind is {}, which other machines can reach, and hub.token_file is not set. Make a token (openssl rand "
        "-hex 32 > FILE; chmod 600 FILE) and name its file, or bind to 127.0.0.1",
        config.bind));
  }
  std::ifstream in(config.token_file);
  if (!in) return bad_input("cannot read hub.token_file " + config.token_file.string());
  std::string token(kTokenFile_bytes_max, '\0');
  in.read(token.data(), static_cast<std::streamsize>(token.size()));
  token.resize(static_cast<size_t>(in.gcount()));
  constexpr auto kSpace = " \t\r\n";
  token.erase(0, token.find_first_not_of(kSpace));
  token.erase(token.find_last_not_of(kSpace) + 1);
  if (token.size() < kTokenLength_min || token.find_first_of(kSpace) != std::string::npos) {
    return bad_input(
        fmt::format("hub.token_file {}: expected one word of at least {} characters, found {}; make one "
                    "with: openssl rand -hex 32",
                    config.token_file.string(), kTokenLength_min, token.size()));
  }
  access.token_ = std::move(token);
  return access;
}

std::optional<Response> Access::refuse(const Request& request, bool is_public, Timestamp now) const {
  if (token_.empty() && !names_this_machine(request.header("host"))) {
    return error_response(403, "host_not_allowed",
                          "this hub answers to names of this machine only, such as http://127.0.0.1");
  }
  if (request.method == Method::post && comes_from_elsewhere(request)) {
    return error_response(403, "cross_site", "a page of another site sent this request");
  }
  if (token_.empty() || is_public || is_authorised(request, now)) return std::nullopt;
  auto response =
      error_response(401, "token_needed", "send the token of hub.token_file as Authorization: Bearer TOKEN");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

bool Access::is_authorised(const Request& request, Timestamp now) const {
  constexpr std::string_view kBearer = "Bearer ";
  const auto authorization = request.header("authorization");
  if (authorization.starts_with(kBearer)) return same_secret(authorization.substr(kBearer.size()), token_);
  const auto session = cookie(request.header("cookie"), kCookieName);
  const auto dot = session.find('.');
  if (dot == std::string_view::npos) return false;
  const auto expiry = session.substr(0, dot);
  if (!same_secret(session.substr(dot + 1), sign(expiry))) return false;
  int64_t expiry_s = 0;
  std::from_chars(expiry.data(), expiry.data() + expiry.size(), expiry_s);
  return now.us / 1'000'000 < expiry_s;
}

std::optional<std::string> Access::session_cookie(std::string_view token, Timestamp now) const {
  if (token_.empty() || !same_secret(token, token_)) return std::nullopt;
  const auto expiry = std::to_string(now.us / 1'000'000 + kSession_s);
  return fmt::format("{}={}.{}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict", kCookieName, expiry, sign(expiry),
                     kSession_s);
}

/// The cookie holds a signature instead of the token: who steals it has 12 hours, not the token.
std::string Access::sign(std::string_view expiry) const {
  const auto text = fmt::format("shrike session until {}", expiry);
  Digest digest{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), token_.data(), static_cast<int>(token_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + length, ""));
}

}  // namespace shrike

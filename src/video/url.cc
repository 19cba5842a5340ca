#include "video/url.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>

namespace shrike {
namespace {

constexpr std::string_view kHidden = "***";

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// Some cameras take the password in the path: rtsp://host/user=admin_password=secret_channel=1. Where such a value
/// ends is the camera's secret too, so all up to the next & is hidden.
void hide_password_keys(std::string& url) {
  for (const std::string_view key : {"password=", "passwd=", "passwort=", "pass=", "pwd="}) {
    for (size_t at = lower(url).find(key); at != std::string::npos; at = lower(url).find(key, at + 1)) {
      const size_t begin = at + key.size();
      url.replace(begin, std::min(url.find('&', begin), url.size()) - begin, kHidden);
    }
  }
}

}  // namespace

Result<SourceKind> source_kind(std::string_view source) {
  if (source.empty()) return bad_input("the source is empty; expected rtsp://…, /dev/videoN or a file");
  const size_t colon = source.find("://");
  if (colon == std::string_view::npos) {
    return source.starts_with("/dev/") ? SourceKind::device : SourceKind::file;
  }
  const std::string scheme = lower(source.substr(0, colon));
  if (scheme == "rtsp" || scheme == "rtsps") return SourceKind::rtsp;
  return bad_input(
      fmt::format("{}: cannot play {}://; expected rtsp://…, /dev/videoN or a file", mask_credentials(source), scheme));
}

std::string mask_credentials(std::string_view url) {
  std::string shown(url);
  const size_t colon = shown.find("://");
  // The last @: a password may hold one, or a slash, that should have been escaped. Hiding too much does no harm.
  const size_t at = shown.rfind('@');
  if (colon != std::string::npos && at != std::string::npos && at > colon) {
    shown.replace(colon + 3, at - colon - 3, kHidden);
  }
  hide_password_keys(shown);
  return shown;
}

bool has_credentials(std::string_view url) { return url.find("://") != url.npos && url.rfind('@') != url.npos; }

HostPort host_of(std::string_view url) {
  const size_t colon = url.find("://");
  const bool secure = lower(url.substr(0, std::min(colon, url.size()))) == "rtsps";
  if (colon != url.npos) url.remove_prefix(colon + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const size_t at = url.rfind('@'); at != url.npos) url.remove_prefix(at + 1);
  HostPort out{.host = "", .port = secure ? "322" : "554"};
  size_t port = url.rfind(':');
  if (url.starts_with('[')) {
    const size_t end = url.find(']');
    out.host = url.substr(1, std::min(end, url.size()) - 1);
    port = end == url.npos ? url.npos : url.find(':', end);
  } else {
    out.host = url.substr(0, port);
  }
  if (port != url.npos && port + 1 < url.size()) out.port = url.substr(port + 1);
  return out;
}

}  // namespace shrike

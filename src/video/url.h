#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace shrike {

enum class SourceKind { file, rtsp, device };

/// What `source` of a camera names: rtsp:// or rtsps://, something below /dev/, or a file. Another scheme is an error.
[[nodiscard]] Result<SourceKind> source_kind(std::string_view source);

/// `url` as it may be logged and shown: what stands before an @ and what follows password= (or pwd=, pass=, …) is ***.
[[nodiscard]] std::string mask_credentials(std::string_view url);

/// Whether the URL carries a user name or password before an @.
[[nodiscard]] bool has_credentials(std::string_view url);

struct HostPort {
  std::string host, port;
};
/// Host (without the brackets of IPv6) and port (554, or 322 for rtsps, where absent) of an RTSP URL.
[[nodiscard]] HostPort host_of(std::string_view url);

}  // namespace shrike

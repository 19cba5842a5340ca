#pragma once
// HTTP requests and responses as values, and the parts of them that we read ourselves. Nothing here knows a socket.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "hub/event_stream.h"

namespace shrike {

enum class Method { get, head, post };

struct Request {
  Method method = Method::get;
  std::string path;                            ///< as it was sent: still percent-encoded, starts with '/'
  std::map<std::string, std::string> query;    ///< decoded; of a repeated name the last value
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  /// The header's value, or empty.
  [[nodiscard]] std::string_view header(const std::string& name_in_lower_case) const;
};

/// A file sent as it is, in pieces; the server answers `Range:` requests on it.
struct FileBody {
  std::filesystem::path file;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  /// Text, text that is shared (a picture), a file, or an endless stream of events.
  std::variant<std::string, std::shared_ptr<const std::string>, FileBody, std::shared_ptr<EventStream>> body;
};

[[nodiscard]] Response json_response(const nlohmann::ordered_json& json, int status = 200);
/// `{"error":{"code","message","field"}}`: `code` for a program, `message` for a person, `field` where one is to blame.
[[nodiscard]] Response error_response(int status, std::string_view code, std::string_view message,
                                      std::string_view field = "");

/// What `store` (its name in the log) could not do, as a 503 to a client: the log has the words for whoever can mend
/// it.
[[nodiscard]] Response store_failed(std::string_view store, const Error& error);

/// "a=1&b=%20" as a map. bad_input for a bad escape or more than 32 parameters.
[[nodiscard]] Result<std::map<std::string, std::string>> parse_query(std::string_view query);
/// The value of one cookie of a Cookie header, or empty.
[[nodiscard]] std::string_view cookie(std::string_view header, std::string_view name);
/// "shop:8080" to "shop", "[::1]:8080" to "::1", in lower case.
[[nodiscard]] std::string host_without_port(std::string_view host);

/// Bytes `first` to `last` of a file, both inclusive.
struct ByteRange {
  uint64_t first = 0, last = 0;
  bool operator==(const ByteRange&) const = default;
};
enum class RangeKind { whole, part, unsatisfiable };
/// Reads a Range header (RFC 9110, 14.2) for a file of `size_bytes`. What is not one range of bytes is ignored, as
/// the standard allows: the whole file is sent.
[[nodiscard]] std::pair<RangeKind, ByteRange> parse_range(std::string_view header, uint64_t size_bytes);

}  // namespace shrike

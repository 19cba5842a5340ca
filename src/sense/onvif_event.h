#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace shrike {

/// Events of a camera in one form, whichever way it says them: {"topic", "time", "operation", "source": {…}, "key":
/// {…}, "data": {…}}. Topics lose their namespace prefixes ("RuleEngine/LineDetector/Crossed"), values are texts. Read
/// are XML (tt:MetadataStream with wsnt:NotificationMessage, ONVIF Core 5), the JSON of ONVIF Profile M (topic
/// …/onvif-ej/…) and that of Axis ({"topic", "timestamp", "message"}). An operation that is not said is Changed.
/// Errors: neither XML nor JSON, no event in it, over 1 MiB, over 64 levels, over 1,000 events.
[[nodiscard]] Result<std::vector<nlohmann::json>> read_onvif_events(std::string_view topic, std::string_view payload);

}  // namespace shrike

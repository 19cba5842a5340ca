#pragma once
// An incident as JSON: the one form that `shrike watch --json`, the HTTP API, the event stream and exhibits share.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "vault/incident_store.h"

namespace shrike {

/// Grows when a field changes its meaning or goes; new fields may come without.
constexpr int kIncidentSchemaVersion = 1;

/// Times are RFC 3339 in `zone` (IANA; UTC where unknown). `id`, `label`, `top_score`, `start_time`, `end_time` (epoch
/// seconds), `entered_zones`, `has_clip` and `has_snapshot` repeat facts under Frigate's names, for its consumers.
[[nodiscard]] nlohmann::ordered_json to_json(const Incident& incident, std::string_view zone);
/// The same with `verdicts` (newest first) and `revision`.
[[nodiscard]] nlohmann::ordered_json to_json(const StoredIncident& stored, std::string_view zone);

/// What a change of an incident is to those who listen, in Frigate's form: `{"type", "before", "after"}`. `type` is
/// "new", "end" once its clip is decided (ready or missing), else "update"; `before` is null on "new".
[[nodiscard]] nlohmann::ordered_json to_event_json(const StoredChange& change, std::string_view zone);

/// Text of `json` on one line; bytes that are not UTF-8 become U+FFFD instead of an exception.
[[nodiscard]] std::string dump(const nlohmann::ordered_json& json);

}  // namespace shrike

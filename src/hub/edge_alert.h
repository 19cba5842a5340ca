#pragma once
// The simple alert that edge devices of the field send, `{type, timestamp, position, objects}`, read as an incident.

#include <string_view>
#include <tl/expected.hpp>

#include "vault/incident_store.h"

namespace shrike {

/// What is wrong with an alert, and in which of its fields (empty: in all of it).
struct AlertFault {
  std::string field, message;
};

/// What the reader needs to know besides the body.
struct AlertContext {
  std::string_view idempotency_key;  ///< of the header; empty: the body's event_id, where it has one
  std::string_view store_id;
  std::string_view time_zone;  ///< of the store: the zone of a time that was sent without one
  Timestamp now;
};

/// Reads a body of JSON. Needed: `type` (a few words) and `timestamp` (RFC 3339; a time without a zone is the store's;
/// or seconds, milliseconds or microseconds since 1970, told apart by size), between 2000 and a day from now. Taken
/// where present: `position` ([x, y], {x, y} or words), `objects` (labels, or objects with one), `camera`, `source`
/// (the device; else "edge"), `confidence` (0..1), `event_id`. What else the body holds is kept with it, unread.
[[nodiscard]] tl::expected<EdgeAlert, AlertFault> parse_edge_alert(std::string_view body, const AlertContext& context);

}  // namespace shrike

#include <cstdint>
#include <string_view>

#include "base/ulid.h"
#include "hub/edge_alert.h"
#include "vault/incident_json.h"

// Whatever a device sends: an incident that can be kept and shown, or a fault with words; never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  constexpr Timestamp kNow{1'772'366'400'000'000};
  const auto alert = parse_edge_alert({reinterpret_cast<const char*>(data), size}, {"", "store", "Europe/Paris", kNow});
  if (!alert && alert.error().message.empty()) __builtin_trap();
  if (!alert) return 0;
  const auto& incident = alert->incident;
  if (!is_ulid(incident.event_id) || incident.type.empty() || incident.time > kNow.plus_s(86400)) __builtin_trap();
  if (dump(to_json(incident, "Europe/Paris")).empty()) __builtin_trap();
  return 0;
}

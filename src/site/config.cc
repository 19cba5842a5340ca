#include "site/config.h"

#include <array>
#include <utility>

namespace shrike {
namespace {
constexpr std::array<std::pair<ZoneKind, const char*>, 8> kZoneKinds{{{ZoneKind::entrance, "entrance"},
                                                                      {ZoneKind::exit, "exit"},
                                                                      {ZoneKind::checkout, "checkout"},
                                                                      {ZoneKind::high_risk, "high_risk"},
                                                                      {ZoneKind::shelf, "shelf"},
                                                                      {ZoneKind::restricted, "restricted"},
                                                                      {ZoneKind::staff, "staff"},
                                                                      {ZoneKind::fitting_room, "fitting_room"}}};
}  // namespace

const char* to_string(ZoneKind kind) {
  for (const auto& [k, name] : kZoneKinds) {
    if (k == kind) return name;
  }
  return "";
}

std::optional<ZoneKind> zone_kind_from(std::string_view name) {
  for (const auto& [kind, known] : kZoneKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

}  // namespace shrike

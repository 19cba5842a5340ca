#pragma once
// `staff:` of the configuration: by what staff are known besides where they stand.

#include <string>
#include <vector>

namespace shrike {

class YamlMap;

/// RFID tags that only staff carry.
struct StaffBadges {
  std::string name;        ///< of the badges, e.g. "floor-team": a group, never a person
  std::string epc_prefix;  ///< upper-case hexadecimal digits that the tags' EPCs begin with
};

struct StaffConfig {
  std::vector<StaffBadges> badges;
  double learn_s = 60;  ///< seconds in staff zones from which a visit's clothing is learnt as a uniform
};

[[nodiscard]] StaffConfig read_staff(YamlMap map);

}  // namespace shrike

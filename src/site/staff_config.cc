#include "site/staff_config.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "base/yaml.h"

namespace shrike {
namespace {

/// So short a prefix would call half of the shop's goods a badge.
constexpr size_t kPrefixMin = 4, kPrefixMax = 128, kBadgesMax = 64;

}  // namespace

StaffConfig read_staff(YamlMap map) {
  StaffConfig staff;
  for (auto& [name, badge] : map.named("badges")) {
    StaffBadges badges{.name = name, .epc_prefix = {}};
    badge.read("epc_prefix", badges.epc_prefix);
    badge.finish();
    const bool uri = badges.epc_prefix.starts_with("urn:epc:id:");
    if (!uri)
      std::ranges::transform(badges.epc_prefix, badges.epc_prefix.begin(),
                             [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const bool hex = badges.epc_prefix.find_first_not_of("0123456789ABCDEF") == std::string::npos;
    if (!(hex || uri) || badges.epc_prefix.size() < kPrefixMin || badges.epc_prefix.size() > kPrefixMax)
      badge.fault("epc_prefix",
                  fmt::format("'{}': expected {} to {} hexadecimal digits that the badges' EPCs begin with, or "
                              "urn:epc:id:sgtin:… as far as they are alike",
                              badges.epc_prefix, kPrefixMin, kPrefixMax));
    staff.badges.push_back(std::move(badges));
  }
  if (staff.badges.size() > kBadgesMax)
    map.fault("badges", fmt::format("at most {} groups of badges, found {}", kBadgesMax, staff.badges.size()));
  map.read("learn_s", staff.learn_s, {10, 3600});
  map.finish();
  return staff;
}

}  // namespace shrike

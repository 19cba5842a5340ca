#include "base/ulid.h"

#include <array>
#include <cassert>
#include <cstdint>
#include <sys/random.h>

namespace shrike {
namespace {
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kLength = 26;
constexpr size_t kTimeLength = 10;
}  // namespace

std::string new_ulid(Timestamp t) {
  std::string id(kLength, '0');
  auto ms = static_cast<uint64_t>(t.us / 1000);
  for (size_t i = kTimeLength; i-- > 0; ms >>= 5) id[i] = kCrockford[ms & 31];

  // One letter holds 5 of a byte's 8 bits: 16 bytes for 16 letters keeps every letter uniform.
  std::array<uint8_t, kLength - kTimeLength> random{};
  const auto got = getrandom(random.data(), random.size(), 0);
  assert(got == static_cast<ssize_t>(random.size()));
  static_cast<void>(got);
  for (size_t i = 0; i < random.size(); ++i) id[kTimeLength + i] = kCrockford[random[i] & 31];
  return id;
}

bool is_ulid(std::string_view text) {
  return text.size() == kLength && text[0] <= '7' && text.find_first_not_of(kCrockford) == std::string_view::npos;
}

}  // namespace shrike

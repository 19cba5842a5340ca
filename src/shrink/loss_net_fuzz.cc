#include <cstdint>
#include <string_view>

#include "shrink/loss_net.h"

// Whatever stands in a file of a net, or in the table of counts that it is trained on: an answer, never a crash; what
// is accepted can be reckoned with.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto net = shrike::loss_net_from(text, "fuzz.json");
  if (!net && net.error().message.empty()) __builtin_trap();
  if (net) {
    shrike::ChallengeRows rows;
    rows.names.resize(net->shift.size());
    rows.x.resize(net->shift.size());
    rows.store = rows.category = rows.product = {0};
    rows.log_offset = {0};
    if (!shrike::predict(*net, rows)) __builtin_trap();
  }
  (void)shrike::rows_from_cbor(text);
  return 0;
}

// Any bytes as a message of a till's webhook: transactions with a whole key, or an error.
#include <cstdint>
#include <cstdlib>

#include "sense/till_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  TillContext context;
  const auto message = read_till_message({reinterpret_cast<const char*>(data), size}, context);
  if (!message) return 0;
  for (const auto& each : message->transactions) {
    if (each.key.store.empty() || each.key.till.empty() || each.key.business_day.size() != 10) std::abort();
  }
  return 0;
}

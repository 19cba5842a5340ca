#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sense/item_event.h"
#include "sense/till_context.h"
#include "sense/till_reader.h"

namespace shrike {

/// What one message of a till's webhook says.
struct TillMessage {
  std::vector<TillTransaction> transactions;
  TillFaults rejected;           ///< transactions that could not be read; the rest is here
  std::vector<ItemEvent> doors;  ///< pieces that EPCIS events say went through a door
  int64_t others = 0;            ///< EPCIS events that say nothing of a till or a door
};

/// One object in the JSON form of docs/tills.md, a list of them (also below "transactions"), or an EPCIS 2.0 document
/// or event. An error where it is none of these, or over 8 MiB.
[[nodiscard]] Result<TillMessage> read_till_message(std::string_view body, TillContext& context);

}  // namespace shrike

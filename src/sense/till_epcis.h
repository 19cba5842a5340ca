#pragma once
// GS1 EPCIS 2.0 events (ISO/IEC 19987, JSON binding) of a shop: what RFID at a checkout says was sold, piece by piece,
// as till transactions; and what RFID at a door says went through it.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "base/result.h"
#include "sense/item_event.h"
#include "sense/till.h"
#include "sense/till_context.h"

namespace shrike {

struct EpcisEvents {
  std::vector<Result<TillTransaction>> transactions;  ///< one an ObjectEvent whose business step is retail_selling
  /// One a piece of ObjectEvents at doors: departing and entering_exiting are carried_out, arriving is carried_in. The
  /// zone is the last part of the read point ("urn:epc:id:sgln:0614141.00729.exit-b", "https://…/exit-b"), the guess's
  /// serial the piece's EPC; which product that is, whoever has a planogram says.
  std::vector<ItemEvent> doors;
  int64_t others = 0;  ///< events of other kinds and steps, and at doors those without a time or a read point
};

/// What an EPCIS document, query document or bare event says. Store: bizLocation; till: readPoint; number: the first
/// bizTransaction, else eventID. A sale that was declared wrong comes as a void of the same key, so that it replaces
/// the sale.
[[nodiscard]] EpcisEvents shop_events_of_epcis(const nlohmann::json& document, TillContext& context);

}  // namespace shrike

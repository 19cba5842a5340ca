#pragma once
// GS1 EPCIS 2.0 events of selling (ISO/IEC 19987, JSON binding) as till transactions: what RFID at a checkout says was
// sold, piece by piece.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "base/result.h"
#include "sense/till.h"
#include "sense/till_context.h"

namespace shrike {

struct EpcisSales {
  std::vector<Result<TillTransaction>> transactions;  ///< one an ObjectEvent whose business step is retail_selling
  int64_t others = 0;                                 ///< events of other kinds and steps, which say nothing of a till
};

/// The sales in an EPCIS document, query document or bare event. Store: bizLocation; till: readPoint; number: the first
/// bizTransaction, else eventID. An event that was declared wrong comes as a void of the same key, so that it replaces
/// the sale.
[[nodiscard]] EpcisSales sales_of_epcis(const nlohmann::json& document, TillContext& context);

}  // namespace shrike

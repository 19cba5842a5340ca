#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/explained.h"

namespace shrike {

struct Confirmed {
  size_t incidents = 0;  ///< with the verdict theft, whether or not any sensor told of goods
  std::vector<ConfirmedGoods> goods;
};

/// What was stolen by the verdicts in these data folders of stores.
[[nodiscard]] Result<Confirmed> confirmed_in(const std::vector<std::string>& folders);

}  // namespace shrike

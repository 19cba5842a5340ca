#include "shrink/spoiled.h"

#include <fmt/format.h>

namespace shrike {

Result<std::vector<float>> spoiled_units(Ledger& ledger, const LossData& data) {
  TRY(DuckStream s, ledger.duck.stream("SELECT spoiled::DOUBLE FROM interval ORDER BY store_id, sku_id, k"));
  std::vector<float> out;
  for (;;) {
    TRY(const bool more, s.next());
    if (!more) break;
    for (size_t r = 0; r < s.rows(); ++r) out.push_back(s.is_null(0, r) ? 0.0F : static_cast<float>(s.real(0, r)));
  }
  if (out.size() != data.intervals.size())
    return fail(fmt::format("{}: {} intervals, and {} were read before: did an import run meanwhile?",
                            ledger.dir.string(), out.size(), data.intervals.size()));
  return out;
}

}  // namespace shrike

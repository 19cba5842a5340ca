// Any bytes as a cell: nothing may crash, and what is read must lie in bounds.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ledger/cells.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  if (size < 1) return 0;
  const CellStyle style{.comma_decimal = (data[0] & 1U) != 0, .day_first = (data[0] & 2U) != 0};
  std::string text(data + 1, data + size);
  for (const int decimals : {0, 3, 4, 9}) {
    const auto number = parse_number(text, style, decimals);
    if (number && (number->scaled > 999'999'999'999'999'999 || number->scaled < -999'999'999'999'999'999)) std::abort();
  }
  const auto time = parse_time(text, style);
  constexpr int64_t kDay = 86'400'000'000;
  if (time && (day_of(time->us) < -25'569 - 2 || day_of(time->us) > 84'371 + 2)) std::abort();
  if (time && time->us < -30'000 * kDay) std::abort();
  (void)comma_decimal_evidence(text);
  (void)day_first_evidence(text);
  (void)parse_time_of_day(text);
  (void)parse_bool(text);
  (void)normal_name(text);
  mend_utf8(text);
  if (mend_utf8(text)) std::abort();
  return 0;
}

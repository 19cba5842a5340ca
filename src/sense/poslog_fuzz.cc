// Any bytes as a till's log: transactions are cut out and read, or refused with a reason. Whatever is read is printed,
// and reads back as itself.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "ledger/cells.h"
#include "sense/poslog.h"
#include "sense/poslog_cutter.h"
#include "sense/poslog_text.h"
#include "sense/till_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)xml_encoding(text);
  PoslogCutter cutter({.transaction_bytes_max = 1 << 14, .depth_max = 16});
  TillContext context;
  PoslogPiece piece;
  const size_t step = 1 + size_t{data[0]} * 8;
  for (size_t at = 0; at < text.size(); at += step) {
    cutter.feed(text.substr(at, step), at + step >= text.size());
    while (cutter.next(piece)) {
      if (piece.row < 1 || piece.number < 1) std::abort();
      if (piece.state != PoslogPiece::State::whole) continue;
      std::string xml(piece.xml);
      mend_utf8(xml);
      const auto read = parse_poslog_transaction(xml, context);
      if (!read) continue;
      (void)balance_of(*read);
      if (read->key.store.empty() || read->key.till.empty() || read->key.business_day.size() != 10) std::abort();
      TillContext other;
      const auto again = till_from_json(
          nlohmann::json::parse(json_of(*read).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)), other);
      if (again && again->lines.size() != read->lines.size()) std::abort();
    }
  }
  return 0;
}

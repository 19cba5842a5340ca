// Any bytes as JSON of a till, as an EPCIS document, and as rows: read, or refused with a reason.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "ledger/cells.h"
#include "ledger/csv.h"
#include "ledger/epcis.h"
#include "sense/till_book.h"
#include "sense/till_csv.h"
#include "sense/till_epcis.h"
#include "sense/till_json.h"

namespace {

using namespace shrike;

void book_twice(TillBook& book, const Result<TillTransaction>& transaction) {
  if (!transaction) return;
  book.add(*transaction);
  const auto repeated = book.counts().repeated;
  book.add(*transaction);
  if (book.counts().repeated != repeated + 1) std::abort();
  (void)balance_of(*transaction);
}

void read_rows(std::string_view text, TillContext& context, TillBook& book) {
  CsvCutter cutter(',', {.cell_bytes_max = 4096, .cells_max = 64});
  cutter.feed(text, true);
  TillRowJoiner joiner;
  Row row;
  bool header = false;
  for (;;) {
    const auto step = cutter.next(row);
    if (!step || *step != CsvCutter::Step::row) break;
    for (auto& cell : row.cells) mend_utf8(cell);
    if (!header) {
      header = true;
      if (!joiner.header(row)) return;
      continue;
    }
    if (const auto done = joiner.add(row); done)
      book_twice(book, till_from_json(*done->object, context, &done->line_rows));
  }
  for (const auto& rows : joiner.rest()) book_twice(book, till_from_json(*rows.object, context, &rows.line_rows));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  TillContext context;
  TillBook book;
  read_rows(text, context, book);
  mend_utf8(text);
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_discarded()) {
    book_twice(book, till_from_json(document, context));
    if (document.is_object()) {
      for (const auto& sale : shop_events_of_epcis(document, context).transactions) book_twice(book, sale);
    }
  }
  book.link();
  (void)book.gaps();
  return 0;
}

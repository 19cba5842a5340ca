#include "sense/till_reader.h"

#include <array>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "ledger/cells.h"
#include "ledger/csv.h"
#include "ledger/epcis.h"
#include "sense/poslog.h"
#include "sense/poslog_cutter.h"
#include "sense/poslog_text.h"
#include "sense/till_csv.h"
#include "sense/till_epcis.h"
#include "sense/till_json.h"

namespace shrike {
namespace {

using nlohmann::json;

enum class Format { poslog, objects, rows };

/// The first letter that is none of byte order marks, blanks and the zeros of UTF-16.
Result<Format> format_of_tills(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    return bad_input(fmt::format("{}: is a folder, not a file", file.string()));
  std::ifstream in(file, std::ios::binary);
  if (!in) return bad_input(fmt::format("{}: cannot be opened", file.string()));
  std::array<char, 4096> head{};
  in.read(head.data(), head.size());
  const std::string_view seen(head.data(), static_cast<size_t>(in.gcount()));
  constexpr std::string_view kSkipped("\xEF\xBB\xBF\xFF\xFE \t\r\n\0", 10);
  const size_t at = seen.find_first_not_of(kSkipped);
  if (at == std::string_view::npos) return bad_input(fmt::format("{}: is empty", file.string()));
  if (seen[at] == '<') return Format::poslog;
  return seen[at] == '{' || seen[at] == '[' ? Format::objects : Format::rows;
}

/// A line at a time, none longer than is allowed.
class Lines {
 public:
  explicit Lines(const std::filesystem::path& file) : in_(file, std::ios::binary) {}
  enum class Got { line, too_long, end };

  Got next(std::string& line) {
    line.clear();
    bool any = false, too_long = false;
    for (int c = in_.get(); c != std::ifstream::traits_type::eof(); c = in_.get()) {
      any = true;
      if (c == '\n') break;
      if (line.size() >= kTillLineBytesMax) {
        too_long = true;
        line.clear();
      }
      if (!too_long) line += static_cast<char>(c);
    }
    if (!any) return Got::end;
    ++row_;
    return too_long ? Got::too_long : Got::line;
  }
  [[nodiscard]] int64_t row() const { return row_; }

 private:
  std::ifstream in_;
  int64_t row_ = 0;
};

json parsed(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return json::parse(text, nullptr, false);
}

/// Whether the first line that is not blank is an object by itself, and no EPCIS document.
bool is_json_lines(const std::filesystem::path& file) {
  Lines lines(file);
  std::string line;
  while (lines.next(line) == Lines::Got::line) {
    if (trimmed(line).empty()) continue;
    mend_utf8(line);
    const auto object = parsed(line);
    if (object.is_discarded()) return trimmed(line).ends_with('}');  // a damaged line among whole ones
    return object.is_object() && !object.contains("epcisBody") && !object.contains("transactions");
  }
  return false;
}

const char* why_not(PoslogPiece::State state) {
  switch (state) {
    case PoslogPiece::State::unclosed:
      return "Transaction: found no end of it, expected </Transaction>; the file is cut off or damaged there";
    case PoslogPiece::State::too_large:
      return "Transaction: found more than 8 MB, expected at most that";
    case PoslogPiece::State::too_deep:
      return "Transaction: found elements more than 64 deep, expected at most that";
    case PoslogPiece::State::whole:
      break;
  }
  return nullptr;
}

}  // namespace

void TillFaults::add(std::string place, std::string what) {
  ++count;
  if (first.size() < kKeptMax) first.push_back({std::move(place), std::move(what)});
}

Result<void> TillReader::read(const std::filesystem::path& file, const Take& take) {
  TRY(const Format format, format_of_tills(file));
  ++tally_.files;
  context_.store.clear();
  context_.business_day.clear();
  context_.currency.clear();
  switch (format) {
    case Format::poslog:
      return read_poslog(file, take);
    case Format::objects:
      return read_json(file, take);
    case Format::rows:
      return read_csv(file, take);
  }
  return {};
}

void TillReader::take_one(Result<TillTransaction> transaction, const std::string& place, const Take& take) {
  if (!transaction) {
    tally_.rejected.add(place, transaction.error().message);
    return;
  }
  ++tally_.transactions;
  take(std::move(*transaction));
}

Result<void> TillReader::read_poslog(const std::filesystem::path& file, const Take& take) {
  TRY(auto text, PoslogText::open(file));
  PoslogCutter cutter({});
  PoslogPiece piece;
  std::string block;
  for (bool more = true; more;) {
    block.clear();
    TRY(more, text.read(block));
    cutter.feed(block, !more);
    while (cutter.next(piece)) {
      const auto place = fmt::format("{}, transaction {} (row {})", file.string(), piece.number, piece.row);
      if (const char* why = why_not(piece.state); why != nullptr) {
        tally_.rejected.add(place, why);
        continue;
      }
      const auto named = [&](const char* element) {
        const auto found = cutter.header().find(element);
        return found == cutter.header().end() ? std::string() : found->second;
      };
      context_.store = named("RetailStoreID");
      context_.business_day = till_day(named("BusinessDayDate")).value_or("");
      context_.currency = named("CurrencyCode");
      std::string xml(piece.xml);
      if (mend_utf8(xml)) tally_.notes.add(place, "found bytes that are no UTF-8, read them as Windows-1252");
      take_one(parse_poslog_transaction(xml, context_), place, take);
    }
  }
  if (text.wrong_bytes() > 0) {
    tally_.notes.add(file.string(), fmt::format("found {} bytes that mean nothing in {}, which the file says it is in",
                                                text.wrong_bytes(), text.encoding()));
  }
  if (!cutter.seen_element())
    return bad_input(fmt::format("{}: found no XML element, expected a POSLog", file.string()));
  return {};
}

void TillReader::take_json(const json& object, const std::string& place, const Take& take) {
  if (!is_epcis(object)) return take_one(till_from_json(object, context_), place, take);
  auto events = shop_events_of_epcis(object, context_);
  for (auto& each : events.transactions) take_one(std::move(each), place, take);
  const auto others = events.others + static_cast<int64_t>(events.doors.size());
  if (others > 0) {
    tally_.notes.add(place, fmt::format("{} EPCIS events are of other steps than retail_selling; not read", others));
  }
}

Result<void> TillReader::read_json(const std::filesystem::path& file, const Take& take) {
  if (!is_json_lines(file)) return read_json_document(file, take);
  Lines lines(file);
  std::string line;
  for (auto got = lines.next(line); got != Lines::Got::end; got = lines.next(line)) {
    if (got == Lines::Got::line && trimmed(line).empty()) continue;
    const auto place = fmt::format("{}, row {}", file.string(), lines.row());
    if (got == Lines::Got::too_long) {
      tally_.rejected.add(place,
                          fmt::format("found a line of over {} MB, expected at most that", kTillLineBytesMax >> 20U));
      continue;
    }
    if (mend_utf8(line)) tally_.notes.add(place, "found bytes that are no UTF-8, read them as Windows-1252");
    const auto object = parsed(line);
    if (object.is_discarded()) {
      tally_.rejected.add(place, "found no JSON, expected one object");
    } else {
      take_json(object, place, take);
    }
  }
  return {};
}

Result<void> TillReader::read_json_document(const std::filesystem::path& file, const Take& take) {
  TRY(auto text, read_file(file, kTillDocumentBytesMax));
  if (mend_utf8(text)) tally_.notes.add(file.string(), "found bytes that are no UTF-8, read them as Windows-1252");
  const auto document = parsed(text);
  if (document.is_discarded()) return bad_input(fmt::format("{}: found no JSON, expected objects", file.string()));
  if (is_epcis(document)) {
    take_json(document, file.string(), take);
    return {};
  }
  const bool wraps = document.is_object() && document.contains("transactions");
  const json& list = wraps ? document["transactions"] : document;
  if (list.is_object()) {
    take_json(list, file.string(), take);
    return {};
  }
  if (!list.is_array())
    return bad_input(fmt::format("{}: found no list of transactions, expected one object a line, or a list of objects",
                                 file.string()));
  for (size_t i = 0; i < list.size(); ++i) {
    take_json(list[i], fmt::format("{}, transaction {}", file.string(), i + 1), take);
  }
  return {};
}

Result<void> TillReader::read_csv(const std::filesystem::path& file, const Take& take) {
  TRY(const auto source, open_csv(file));
  TRY_VOID(source->next_sheet());
  const auto take_rows = [&](const TillRows& rows) {
    const auto place = fmt::format("{}, rows {} to {}", file.string(), rows.first_row, rows.last_row);
    take_one(till_from_json(*rows.object, context_, &rows.line_rows), place, take);
  };
  TillRowJoiner joiner;
  Row row;
  bool header = false;
  for (;;) {
    TRY(const bool more, source->next(row));
    if (!more) break;
    if (row.cells.empty()) continue;
    for (auto& cell : row.cells) mend_utf8(cell);
    if (!header) {
      header = true;
      if (const auto known = joiner.header(row); !known)
        return bad_input(fmt::format("{}, {}", file.string(), known.error().message));
      continue;
    }
    if (const auto done = joiner.add(row); done) take_rows(*done);
  }
  if (!header) return bad_input(fmt::format("{}: found no row, expected a header", file.string()));
  for (const auto& rows : joiner.rest()) take_rows(rows);
  for (const auto& note : source->notes()) tally_.notes.add(file.string(), note.message);
  if (!joiner.unread().empty()) {
    tally_.notes.add(file.string(), fmt::format("{} columns are not read: {}", joiner.unread().size(),
                                                fmt::join(joiner.unread(), ", ")));
  }
  return {};
}

}  // namespace shrike

#pragma once
// Cells of exports as people write them: numbers, dates and yes/no, each read exactly or refused with a reason.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shrike {

/// How a file writes what alone can be read two ways: 1.234 and 03/04/2024.
struct CellStyle {
  bool comma_decimal = false;  ///< 1.234,5 rather than 1,234.5
  bool day_first = false;      ///< 03/04/2024 is the third of April
};

/// `text` without blanks, no-break blanks, BOM and other invisible letters at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);
/// Whether a cell says "nothing": empty, a dash, n/a, NULL, NaN.
[[nodiscard]] bool is_blank(std::string_view text);
/// Lower case, invisible letters, sort arrows and punctuation gone, words one blank apart; "$" and "%" kept as words:
/// how column names and reason words are compared. "Shrink ($) ▼" becomes "shrink $".
[[nodiscard]] std::string normal_name(std::string_view text);
/// Whether a normal name holds `words` as whole words, next to each other.
[[nodiscard]] bool holds_words(std::string_view name, std::string_view words);
/// Whether a word is one of a list.
template <size_t N>
[[nodiscard]] bool among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}
/// Its words, cut at blanks.
[[nodiscard]] std::vector<std::string> words_of(const std::string& text);

struct ParsedNumber {
  int64_t scaled = 0;    ///< value × 10^decimals
  bool rounded = false;  ///< there were more decimals than asked for
  bool percent = false;
  std::string currency;  ///< ISO 4217 where a sign or code stood beside the number
};
/// Reads one number: sign before or after, parentheses for negative, currency sign or code, thousands separators
/// (comma, point, blank, apostrophe), exponent, per cent. Fits 18 digits or is refused. `decimals` 0..9.
[[nodiscard]] Result<ParsedNumber> parse_number(std::string_view text, const CellStyle& style, int decimals);

enum class TimeForm : int8_t {
  local = 0,  ///< date and time of day, zone not said
  utc = 1,    ///< an offset or Z was given
  date = 2,   ///< a calendar day
  month = 3,  ///< a calendar month; `us` is its first day
  week = 4,   ///< a week of ISO 8601; `us` is its Monday
};
struct ParsedTime {
  int64_t us = 0;  ///< µs since 1970-01-01T00:00 in the zone that `form` says
  TimeForm form = TimeForm::date;
};
/// Reads ISO 8601, 31.01.2024, 31/01/2024 and 01/31/2024 (by `style`), 20240131, 31-Jan-2024, January 31, 2024, each
/// with or without a time of day, am/pm and offset; months (2024-01, 202401, Jan-24, January 2024), weeks (2024W05,
/// Week 5 2024) and a spreadsheet's day numbers (45292). Days that do not exist and years outside 1900..2200 are
/// refused.
[[nodiscard]] Result<ParsedTime> parse_time(std::string_view text, const CellStyle& style);

/// Reads hh:mm[:ss] or hhmmss as µs since midnight.
[[nodiscard]] std::optional<int64_t> parse_time_of_day(std::string_view text);
[[nodiscard]] std::optional<bool> parse_bool(std::string_view text);

/// What a single cell proves about its file's style.
enum class CellEvidence {
  none,  ///< it reads the same either way
  yes,
  no,
  either,  ///< both readings hold and differ
};
/// yes: the comma must be the decimal mark. no: it must not be.
[[nodiscard]] CellEvidence comma_decimal_evidence(std::string_view text);
/// yes: in a date of three numbers the day must stand first. no: the month must.
[[nodiscard]] CellEvidence day_first_evidence(std::string_view text);

/// Days since 1970-01-01 of µs in any zone.
[[nodiscard]] constexpr int64_t day_of(int64_t us) {
  constexpr int64_t kDay = 86'400'000'000;
  return us >= 0 ? us / kDay : -((-us + kDay - 1) / kDay);
}

/// `text` made valid UTF-8: bytes that are none are read as Windows-1252. Returns whether anything was wrong.
bool mend_utf8(std::string& text);

}  // namespace shrike

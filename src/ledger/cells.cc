#include "ledger/cells.h"

#include <array>
#include <chrono>
#include <fmt/format.h>
#include <vector>

namespace shrike {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86'400 * kSecond;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

/// Bytes of the blank or invisible letter that `text` starts with; 0 where it starts with neither.
size_t blank_bytes(std::string_view text) {
  if (text.empty()) return 0;
  const char c = text.front();
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') return 1;
  if (text.starts_with("\xC2\xA0")) return 2;      // no-break blank
  if (text.starts_with("\xEF\xBB\xBF")) return 3;  // BOM, zero-width no-break blank
  // U+2000..U+200F (all widths of blank, direction marks), U+202F, U+205F, U+2060.
  if (text.size() >= 3 && text.starts_with("\xE2\x80")) {
    const auto third = static_cast<unsigned char>(text[2]);
    if (third <= 0x8F || third == 0xAF) return 3;
  }
  if (text.starts_with("\xE2\x81\x9F") || text.starts_with("\xE2\x81\xA0")) return 3;
  return 0;
}

/// Bytes of the blank that `text` ends with.
size_t blank_bytes_at_end(std::string_view text) {
  for (size_t n = 1; n <= 3 && n <= text.size(); ++n) {
    if (blank_bytes(text.substr(text.size() - n)) == n) return n;
  }
  return 0;
}

struct Symbol {
  std::string_view text;
  std::string_view currency;
};
constexpr std::array<Symbol, 8> kSymbols{{{"US$", "USD"},
                                          {"$", "USD"},
                                          {"€", "EUR"},
                                          {"£", "GBP"},
                                          {"¥", "JPY"},
                                          {"₹", "INR"},
                                          {"zł", "PLN"},
                                          {"kr", "SEK"}}};
constexpr std::array<std::string_view, 16> kCodes{"USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY",
                                                  "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "CZK", "MXN"};

bool take_front(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}
bool take_back(std::string_view& text, std::string_view what) {
  if (!text.ends_with(what)) return false;
  text.remove_suffix(what.size());
  return true;
}

/// Takes a currency sign or code off either end.
std::string take_currency(std::string_view& text) {
  for (const auto& symbol : kSymbols) {
    if (take_front(text, symbol.text) || take_back(text, symbol.text)) return std::string(symbol.currency);
  }
  for (const auto code : kCodes) {
    if (take_front(text, code) || take_back(text, code)) return std::string(code);
  }
  return {};
}

bool take_minus(std::string_view& text) {
  for (const std::string_view minus : {"-", "\xE2\x88\x92", "\xE2\x80\x93"}) {
    if (take_front(text, minus)) return true;
  }
  return false;
}

/// What is left of a number once sign, currency and per cent are taken off: digits and separators.
struct Stripped {
  bool negative = false;
  bool percent = false;
  std::string currency;
  std::string digits;  ///< digits, '.', ',', and ' ' for any blank or apostrophe between digits
  int exponent = 0;
};

std::optional<Stripped> strip(std::string_view text) {
  Stripped out;
  text = trimmed(text);
  if (text.size() > 64) return std::nullopt;
  // Sign, currency and per cent come in any order: "-$5", "$-5", "5- EUR", "−5 %", "$(5)", "($5)". However often a
  // number says that it is negative, "(-5)", it is negative once.
  for (size_t before = std::string_view::npos; before != text.size();) {
    before = text.size();
    if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
      out.negative = true;
      text = trimmed(text.substr(1, text.size() - 2));
    }
    if (take_minus(text)) out.negative = true;
    take_front(text, "+");
    if (text.size() > 1 && take_back(text, "-")) out.negative = true;
    if (out.currency.empty()) out.currency = take_currency(text);
    if (take_back(text, "%")) out.percent = true;
    text = trimmed(text);
  }
  const size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    auto power = text.substr(e + 1);
    const bool minus = take_minus(power);
    take_front(power, "+");
    if (power.empty() || power.size() > 2) return std::nullopt;
    for (const char c : power) {
      if (!is_digit(c)) return std::nullopt;
      out.exponent = out.exponent * 10 + (c - '0');
    }
    if (minus) out.exponent = -out.exponent;
    text = text.substr(0, e);
  }
  while (!text.empty()) {
    if (is_digit(text.front()) || text.front() == '.' || text.front() == ',') {
      out.digits += text.front();
      text.remove_prefix(1);
    } else if (const size_t blank = blank_bytes(text); blank > 0) {
      out.digits += ' ';
      text.remove_prefix(blank);
    } else if (take_front(text, "'") || take_front(text, "\xE2\x80\x99")) {
      out.digits += ' ';
    } else {
      return std::nullopt;
    }
  }
  if (out.digits.find_first_of("0123456789") == std::string::npos) return std::nullopt;
  return out;
}

/// Whether `whole` is digits in groups of three behind `separator` (the first group 1..3 and no leading zero).
bool grouped(std::string_view whole, char separator) {
  size_t since = 0;
  bool first = true;
  for (size_t i = 0; i <= whole.size(); ++i) {
    if (i < whole.size() && whole[i] != separator) {
      if (!is_digit(whole[i])) return false;
      ++since;
      continue;
    }
    if (first ? (since < 1 || since > 3) : since != 3) return false;
    if (first && since == 1 && whole[0] == '0') return false;
    first = false;
    since = 0;
  }
  return true;
}

struct Parts {
  std::string whole, fraction;
};

std::optional<Parts> split_number(const std::string& digits, bool comma_decimal) {
  const char mark = comma_decimal ? ',' : '.';
  const char group = comma_decimal ? '.' : ',';
  Parts parts;
  const size_t at = digits.find(mark);
  std::string whole = digits.substr(0, at);
  if (at != std::string::npos) parts.fraction = digits.substr(at + 1);
  for (const char c : parts.fraction) {
    if (!is_digit(c)) return std::nullopt;
  }
  for (const char separator : {group, ' '}) {
    if (whole.find(separator) == std::string::npos) continue;
    if (!grouped(whole, separator)) return std::nullopt;
    std::erase(whole, separator);
  }
  for (const char c : whole) {
    if (!is_digit(c)) return std::nullopt;
  }
  parts.whole = whole;
  return parts;
}

/// Rounds half away from zero at the digit `keep` of `digits`, in place.
bool round_digits(std::string& digits, size_t keep) {
  const bool up = digits[keep] >= '5';
  bool lost = false;
  for (size_t i = keep; i < digits.size(); ++i) lost = lost || digits[i] != '0';
  digits.resize(keep);
  if (up) {
    size_t i = keep;
    while (i > 0 && digits[i - 1] == '9') digits[--i] = '0';
    if (i > 0) {
      ++digits[i - 1];
    } else {
      digits.insert(digits.begin(), '1');
    }
  }
  return lost;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (const size_t n = blank_bytes(text)) text.remove_prefix(n);
  while (const size_t n = blank_bytes_at_end(text)) text.remove_suffix(n);
  return text;
}

bool is_blank(std::string_view text) {
  text = trimmed(text);
  // Accountants' nothing: "$ -".
  if (text.size() < 12 && take_front(text, "$")) text = trimmed(text);
  if (text.empty()) return true;
  if (text.size() > 7) return false;
  static constexpr std::array<std::string_view, 14> kNothing{"-",    "--",   "\xE2\x80\x93", "\xE2\x80\x94", "n/a",
                                                             "#n/a", "na",   "null",         "none",         "nan",
                                                             "\\n",  "<na>", "no data",      "(null)"};
  const auto word = lowered(text);
  for (const auto nothing : kNothing) {
    if (word == nothing) return true;
  }
  return false;
}

bool holds_words(std::string_view name, std::string_view words) {
  return fmt::format(" {} ", name).find(fmt::format(" {} ", words)) != std::string::npos;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

std::string normal_name(std::string_view text) {
  std::string out;
  bool gap = false;
  const auto put = [&](char c) {
    if (gap && !out.empty()) out += ' ';
    gap = false;
    out += c;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (const size_t blank = blank_bytes(text.substr(i)); blank > 0) {
      gap = true;
      i += blank - 1;
    } else if (c == '$' || c == '%' || text.substr(i).starts_with("€") || text.substr(i).starts_with("£")) {
      gap = true;
      put(c == '%' ? '%' : '$');
      gap = true;
      if (c != '$' && c != '%') i += text.substr(i).starts_with("€") ? 2 : 1;
    } else if (is_digit(c) || is_letter(c)) {
      put(lower(c));
    } else if (text.substr(i).starts_with("\xE2\x96") || text.substr(i).starts_with("\xE2\x86")) {
      gap = true;  // ▲▼ and ↑↓: how a screen shows the sort order
      i += 2;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      put(c);
    } else {
      gap = true;
    }
  }
  return out;
}

Result<ParsedNumber> parse_number(std::string_view text, const CellStyle& style, int decimals) {
  auto stripped = strip(text);
  if (!stripped) return bad_input("is no number");
  const auto parts = split_number(stripped->digits, style.comma_decimal);
  if (!parts) {
    return bad_input(fmt::format("is no number with {} as decimal mark", style.comma_decimal ? "a comma" : "a point"));
  }
  ParsedNumber number{.percent = stripped->percent, .currency = std::move(stripped->currency)};
  // All digits, and how many of them stand before the decimal mark once the exponent has moved it.
  std::string digits = parts->whole + parts->fraction;
  auto point = static_cast<int>(parts->whole.size()) + stripped->exponent;
  while (point < 0) {
    digits.insert(digits.begin(), '0');
    ++point;
  }
  const auto keep = static_cast<size_t>(point + decimals);
  if (digits.size() <= keep) {
    digits.append(keep - digits.size(), '0');
  } else {
    number.rounded = round_digits(digits, keep);
  }
  const size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  if (digits.size() - first > 18) return bad_input("has more than 18 digits");
  for (const char c : digits.substr(first)) number.scaled = number.scaled * 10 + (c - '0');
  if (stripped->negative) number.scaled = -number.scaled;
  return number;
}

CellEvidence comma_decimal_evidence(std::string_view text) {
  const auto stripped = strip(text);
  if (!stripped || stripped->digits.find_first_of(".,") == std::string::npos) return CellEvidence::none;
  const bool as_point = split_number(stripped->digits, false).has_value();
  const bool as_comma = split_number(stripped->digits, true).has_value();
  if (as_point == as_comma) return as_point ? CellEvidence::either : CellEvidence::none;
  return as_comma ? CellEvidence::yes : CellEvidence::no;
}

std::optional<bool> parse_bool(std::string_view text) {
  const auto word = lowered(trimmed(text));
  for (const std::string_view yes : {"1", "true", "t", "yes", "y", "x", "on"}) {
    if (word == yes) return true;
  }
  for (const std::string_view no : {"0", "false", "f", "no", "n", "off"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

namespace {

/// One piece of a written time: a run of digits, a run of letters, or one other sign.
struct Token {
  enum class Kind { number, word, sign } kind = Kind::sign;
  int64_t value = 0;
  size_t length = 0;
  std::string word;  ///< lower case; of a sign, the sign
};

/// At most 24 pieces; more is no time.
std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size() && tokens.size() < 24;) {
    Token token;
    const size_t start = i;
    if (is_digit(text[i])) {
      token.kind = Token::Kind::number;
      while (i < text.size() && is_digit(text[i])) {
        if (i - start < 18) token.value = token.value * 10 + (text[i] - '0');
        ++i;
      }
    } else if (is_letter(text[i])) {
      token.kind = Token::Kind::word;
      while (i < text.size() && is_letter(text[i])) token.word += lower(text[i++]);
    } else {
      const size_t blank = blank_bytes(text.substr(i));
      token.word = blank > 0 ? ' ' : text[i];
      i += blank > 0 ? blank : 1;
    }
    token.length = i - start;
    tokens.push_back(std::move(token));
  }
  return tokens;
}

int month_of(const std::string& word) {
  static constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                            "may",       "june",     "july",     "august",
                                                            "september", "october",  "november", "december"};
  if (word.size() < 3) return 0;
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i].starts_with(word)) return static_cast<int>(i) + 1;
  }
  return word == "sept" ? 9 : 0;
}

bool is_weekday(const std::string& word) {
  static constexpr std::array<std::string_view, 7> kDays{"monday", "tuesday",  "wednesday", "thursday",
                                                         "friday", "saturday", "sunday"};
  if (word.size() < 3) return false;
  for (const auto day : kDays) {
    if (day.starts_with(word)) return true;
  }
  return false;
}

/// Reads tokens from left to right.
class TimeReader {
 public:
  TimeReader(std::vector<Token> tokens, const CellStyle& style) : tokens_(std::move(tokens)), style_(style) {}

  Result<ParsedTime> read() {
    skip_weekday();
    if (!read_date()) return bad_input("is no date");
    const std::chrono::year_month_day day{std::chrono::year(year_), std::chrono::month(static_cast<unsigned>(month_)),
                                          std::chrono::day(static_cast<unsigned>(day_))};
    if (!day.ok() || year_ < 1900 || year_ > 2200) return bad_input("is a day that does not exist");
    ParsedTime time{.us = std::chrono::sys_days(day).time_since_epoch().count() * kDay, .form = TimeForm::date};
    if (month_only_) time.form = TimeForm::month;
    if (week_only_) time = week(time.us);
    skip_between();
    if (at_ == tokens_.size()) return time;
    if (month_only_ || week_only_ || !read_clock()) return bad_input("is no date and time");
    time.us += clock_us_;
    time.form = TimeForm::local;
    if (!read_zone()) return bad_input("has an unknown time zone");
    if (zone_known_) {
      time.us -= offset_us_;
      time.form = TimeForm::utc;
    }
    if (at_ != tokens_.size()) return bad_input("is no date and time");
    return time;
  }

  /// The first two numbers of a date of three numbers whose order only the file's style tells; empty otherwise.
  std::optional<std::pair<int64_t, int64_t>> undecided() {
    skip_weekday();
    if (!number(0, 1, 2) || !separator(1, "/-") || !number(2, 1, 2) || !separator(3, "/-") || !number(4, 2, 4))
      return std::nullopt;
    return std::pair{peek(0).value, peek(2).value};
  }

 private:
  [[nodiscard]] const Token& peek(size_t ahead) const {
    static const Token kEnd;
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : kEnd;
  }
  [[nodiscard]] bool number(size_t ahead, size_t least, size_t most) const {
    const auto& token = peek(ahead);
    return token.kind == Token::Kind::number && token.length >= least && token.length <= most;
  }
  [[nodiscard]] bool separator(size_t ahead, std::string_view which) const {
    const auto& token = peek(ahead);
    return token.kind == Token::Kind::sign && token.length > 0 && which.find(token.word[0]) != std::string_view::npos;
  }
  [[nodiscard]] int month(size_t ahead) const {
    return peek(ahead).kind == Token::Kind::word ? month_of(peek(ahead).word) : 0;
  }

  void skip_signs(std::string_view which) {
    while (separator(0, which)) ++at_;
  }
  void skip_weekday() {
    if (peek(0).kind == Token::Kind::word && is_weekday(peek(0).word)) {
      ++at_;
      skip_signs(" ,.");
    }
  }
  void skip_between() {
    skip_signs(" ,");
    const auto& word = peek(0).word;
    if (peek(0).kind == Token::Kind::word && (word == "t" || word == "at")) ++at_;
    skip_signs(" ");
  }

  bool set(int64_t year, size_t year_digits, int64_t month, int64_t day, size_t taken) {
    // Two digits: 70..99 are the last century's.
    year_ = static_cast<int>(year_digits > 2 ? year : year + (year < 70 ? 2000 : 1900));
    month_ = static_cast<int>(month);
    day_ = static_cast<int>(day);
    at_ += taken;
    return true;
  }

  bool read_date() { return read_numeric_date() || read_serial() || read_named_date() || read_week() || read_month(); }

  /// 45292, 45292.0: days as spreadsheets number them, 1990 to 2059; a part of a day is left to who writes dates.
  bool read_serial() {
    const auto& serial = peek(0);
    if (!number(0, 5, 5) || serial.value < 32'874 || serial.value > 58'439) return false;
    const bool whole = tokens_.size() == at_ + 1;
    const bool point_zero = tokens_.size() == at_ + 3 && separator(1, ".") && number(2, 1, 1) && peek(2).value == 0;
    if (!whole && !point_zero) return false;
    const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(serial.value - 25'569))};
    return set(static_cast<int>(ymd.year()), 4, static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
               whole ? 1 : 3);
  }

  [[nodiscard]] bool week_word(size_t ahead) const {
    const auto& token = peek(ahead);
    return token.kind == Token::Kind::word && (token.word == "w" || token.word == "wk" || token.word == "week");
  }

  /// 2024W05, 2024-W05, 2024 Week 5, Week 5 2024, W05/2024. Leaves the year's first day and the week's number.
  bool read_week() {
    std::vector<size_t> at;
    for (size_t i = 0; i < 6 && at_ + i < tokens_.size() && at.size() < 3; ++i) {
      if (peek(i).kind != Token::Kind::sign) {
        at.push_back(i);
      } else if (!separator(i, " -/,")) {
        return false;
      }
    }
    if (at.size() < 3) return false;
    const bool year_first = number(at[0], 4, 4) && week_word(at[1]) && number(at[2], 1, 2);
    const bool year_last = week_word(at[0]) && number(at[1], 1, 2) && number(at[2], 4, 4);
    if (!year_first && !year_last) return false;
    week_ = peek(at[year_first ? 2 : 1]).value;
    week_only_ = week_ >= 1 && week_ <= 53;
    return week_only_ && set(peek(at[year_first ? 0 : 2]).value, 4, 1, 1, at[2] + 1);
  }

  /// The Monday of `week_` in the year that begins at `new_year`: week 1 holds the year's first Thursday.
  [[nodiscard]] ParsedTime week(int64_t new_year) const {
    const std::chrono::sys_days fourth{std::chrono::days(new_year / kDay + 3)};
    const auto since_monday = static_cast<int64_t>(std::chrono::weekday(fourth).iso_encoding()) - 1;
    const int64_t first = fourth.time_since_epoch().count() - since_monday;
    return {.us = (first + (week_ - 1) * 7) * kDay, .form = TimeForm::week};
  }

  bool read_numeric_date() {
    if (number(0, 4, 4) && separator(1, "-/.") && number(2, 1, 2) && separator(3, "-/.") && number(4, 1, 2)) {
      return set(peek(0).value, 4, peek(2).value, peek(4).value, 5);
    }
    const bool year_last = number(4, 4, 4) || number(4, 2, 2);
    if (number(0, 1, 2) && separator(1, "-/.") && number(2, 1, 2) && separator(3, "-/.") && year_last) {
      // A point between is written day first wherever points are used at all.
      const bool day_first = style_.day_first || peek(1).word == ".";
      const auto month = peek(day_first ? 2 : 0).value;
      const auto day = peek(day_first ? 0 : 2).value;
      return set(peek(4).value, peek(4).length, month, day, 5);
    }
    if (number(0, 8, 8)) {
      const auto value = peek(0).value;
      return set(value / 10000, 4, value / 100 % 100, value % 100, 1);
    }
    if (number(0, 14, 14)) {  // yyyymmddhhmmss: the rest is the time of day
      const auto value = peek(0).value;
      Token clock{.kind = Token::Kind::number, .value = value % 1'000'000, .length = 6, .word = {}};
      tokens_.insert(tokens_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, std::move(clock));
      const auto date = value / 1'000'000;
      return set(date / 10000, 4, date / 100 % 100, date % 100, 1);
    }
    return false;
  }

  /// 31-Jan-2024, 31 January 24, Jan 31, 2024, 2024-Jan-31.
  bool read_named_date() {
    std::vector<size_t> at;  // where the three parts are, blanks and signs left out
    for (size_t i = 0; i < 8 && at_ + i < tokens_.size() && at.size() < 3; ++i) {
      if (peek(i).kind != Token::Kind::sign) {
        at.push_back(i);
      } else if (!separator(i, " -./,")) {
        break;
      }
    }
    if (at.size() < 3) return false;
    const size_t taken = at[2] + 1;
    const auto value = [&](size_t part) { return peek(at[part]).value; };
    if (number(at[0], 1, 2) && month(at[1]) > 0 && (number(at[2], 4, 4) || number(at[2], 2, 2))) {
      return set(value(2), peek(at[2]).length, month(at[1]), value(0), taken);
    }
    if (month(at[0]) > 0 && number(at[1], 1, 2) && number(at[2], 4, 4))
      return set(value(2), 4, month(at[0]), value(1), taken);
    if (number(at[0], 4, 4) && month(at[1]) > 0 && number(at[2], 1, 2))
      return set(value(0), 4, month(at[1]), value(2), taken);
    return false;
  }

  /// 2024-01, 202401, 01/2024, Jan 2024, Jan-24, Jan'24.
  bool read_month() {
    month_only_ = true;
    if (number(0, 6, 6) && peek(0).value / 100 >= 1990 && peek(0).value / 100 < 2100)
      return set(peek(0).value / 100, 4, peek(0).value % 100, 1, 1);
    // With a blank between, "Jan 24" may be a day.
    if (month(0) > 0 && separator(1, "-/.'") && number(2, 2, 2)) return set(peek(2).value, 2, month(0), 1, 3);
    if (number(0, 4, 4) && separator(1, "-/. ") && month(2) > 0) return set(peek(0).value, 4, month(2), 1, 3);
    if (number(0, 4, 4) && separator(1, "-/.") && number(2, 1, 2)) return set(peek(0).value, 4, peek(2).value, 1, 3);
    if (number(0, 1, 2) && separator(1, "-/.") && number(2, 4, 4)) return set(peek(2).value, 4, peek(0).value, 1, 3);
    const size_t year_at = separator(1, " -./,") ? 2 : 1;
    if (month(0) > 0 && number(year_at, 4, 4)) return set(peek(year_at).value, 4, month(0), 1, year_at + 1);
    return false;
  }

  bool read_clock() {
    int64_t hour = 0;
    int64_t minute = 0;
    int64_t second = 0;
    if (number(0, 6, 6)) {
      hour = peek(0).value / 10000;
      minute = peek(0).value / 100 % 100;
      second = peek(0).value % 100;
      ++at_;
    } else if (number(0, 1, 2) && separator(1, ":.h") && number(2, 2, 2)) {
      hour = peek(0).value;
      minute = peek(2).value;
      at_ += 3;
      if (separator(0, ":.") && number(1, 2, 2)) {
        second = peek(1).value;
        at_ += 2;
      }
    } else if (number(0, 1, 2) && (half_day(1) || (separator(1, " ") && half_day(2)))) {
      hour = peek(0).value;
      ++at_;
    } else {
      return false;
    }
    if (separator(0, ".,") && number(1, 1, 9)) {
      int64_t fraction = peek(1).value;
      for (size_t digits = peek(1).length; digits < 9; ++digits) fraction *= 10;
      clock_us_ = fraction / 1000;
      at_ += 2;
    }
    skip_signs(" ");
    if (half_day(0)) {
      if (hour < 1 || hour > 12) return false;
      hour = hour % 12 + (peek(0).word[0] == 'p' ? 12 : 0);
      ++at_;
    }
    const bool midnight_after = hour == 24 && minute == 0 && second == 0;
    if ((hour > 23 && !midnight_after) || minute > 59 || second > 60) return false;
    clock_us_ += ((hour * 60 + minute) * 60 + second) * kSecond;
    return true;
  }
  [[nodiscard]] bool half_day(size_t ahead) const {
    const auto& token = peek(ahead);
    return token.kind == Token::Kind::word &&
           (token.word == "am" || token.word == "pm" || token.word == "a" || token.word == "p");
  }

  bool read_zone() {
    struct Named {
      std::string_view name;
      int hours;
    };
    static constexpr std::array<Named, 14> kNamed{{{"z", 0},
                                                   {"utc", 0},
                                                   {"gmt", 0},
                                                   {"est", -5},
                                                   {"edt", -4},
                                                   {"cst", -6},
                                                   {"cdt", -5},
                                                   {"mst", -7},
                                                   {"mdt", -6},
                                                   {"pst", -8},
                                                   {"pdt", -7},
                                                   {"cet", 1},
                                                   {"cest", 2},
                                                   {"bst", 1}}};
    skip_signs(" ");
    if (at_ == tokens_.size()) return true;
    zone_known_ = true;
    if (peek(0).kind == Token::Kind::word) {
      const auto name = peek(0).word;
      for (const auto& named : kNamed) {
        if (named.name != name) continue;
        offset_us_ = named.hours * int64_t{3600} * kSecond;
        ++at_;
        // "UTC+02:00" and "GMT-0500" go on.
        if (named.hours != 0 || at_ == tokens_.size()) return true;
        return read_offset();
      }
      return false;
    }
    return read_offset();
  }
  bool read_offset() {
    if (!separator(0, "+-")) return false;
    const int64_t sign = peek(0).word == "-" ? -1 : 1;
    int64_t minutes = 0;
    if (number(1, 4, 4)) {
      minutes = peek(1).value / 100 * 60 + peek(1).value % 100;
      at_ += 2;
    } else if (number(1, 1, 2)) {
      minutes = peek(1).value * 60;
      at_ += 2;
      if (separator(0, ":") && number(1, 2, 2)) {
        minutes += peek(1).value;
        at_ += 2;
      }
    } else {
      return false;
    }
    offset_us_ = int64_t{sign} * minutes * 60 * kSecond;
    return minutes <= int64_t{18} * 60;
  }

  std::vector<Token> tokens_;
  CellStyle style_;
  size_t at_ = 0;
  int year_ = 0, month_ = 0, day_ = 1;
  bool month_only_ = false, week_only_ = false;
  int64_t week_ = 0;
  int64_t clock_us_ = 0;
  bool zone_known_ = false;
  int64_t offset_us_ = 0;
};

}  // namespace

Result<ParsedTime> parse_time(std::string_view text, const CellStyle& style) {
  text = trimmed(text);
  if (text.size() > 48) return bad_input("is no date");
  return TimeReader(tokens_of(text), style).read();
}

std::optional<int64_t> parse_time_of_day(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text.size() > 20) return std::nullopt;
  const auto time = parse_time("2000-01-01 " + std::string(text), {});
  if (!time || time->form != TimeForm::local) return std::nullopt;
  return time->us - 10957 * kDay;
}

CellEvidence day_first_evidence(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 48) return CellEvidence::none;
  const auto numbers = TimeReader(tokens_of(text), {}).undecided();
  if (!numbers) return CellEvidence::none;
  const auto [first, second] = *numbers;
  if (first > 12 && second <= 12) return CellEvidence::yes;
  if (second > 12 && first <= 12) return CellEvidence::no;
  return first <= 12 && second <= 12 && first != second ? CellEvidence::either : CellEvidence::none;
}

namespace {

/// Length of the valid UTF-8 sequence at `i`, 0 where there is none.
size_t utf8_length(std::string_view text, size_t i) {
  const auto byte = [&](size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0U; };
  const unsigned first = byte(i);
  const auto follows = [&](size_t k) { return (byte(k) & 0xC0U) == 0x80U; };
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return follows(i + 1) ? 2 : 0;
  if (first >= 0xE0 && first < 0xF0) {
    if (!follows(i + 1) || !follows(i + 2)) return 0;
    if (first == 0xE0 && byte(i + 1) < 0xA0) return 0;
    if (first == 0xED && byte(i + 1) >= 0xA0) return 0;  // half of a surrogate pair
    return 3;
  }
  if (first >= 0xF0 && first < 0xF5) {
    if (!follows(i + 1) || !follows(i + 2) || !follows(i + 3)) return 0;
    if (first == 0xF0 && byte(i + 1) < 0x90) return 0;
    if (first == 0xF4 && byte(i + 1) >= 0x90) return 0;
    return 4;
  }
  return 0;
}

void put_utf8(std::string& out, unsigned code) {
  if (code < 0x800) {
    out += static_cast<char>(0xC0U | code >> 6U);
  } else {
    out += static_cast<char>(0xE0U | code >> 12U);
    out += static_cast<char>(0x80U | (code >> 6U & 0x3FU));
  }
  out += static_cast<char>(0x80U | (code & 0x3FU));
}

/// Windows-1252, 0x80..0x9F; the rest is Latin-1.
constexpr std::array<unsigned, 32> kWindows{0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                            0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                            0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                            0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

}  // namespace

bool mend_utf8(std::string& text) {
  size_t i = 0;
  while (i < text.size()) {
    const size_t length = utf8_length(text, i);
    if (length == 0) break;
    i += length;
  }
  if (i == text.size()) return false;
  std::string out = text.substr(0, i);
  while (i < text.size()) {
    const size_t length = utf8_length(text, i);
    if (length > 0) {
      out.append(text, i, length);
      i += length;
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[i++]);
    put_utf8(out, byte < 0xA0 ? kWindows[byte - 0x80U] : byte);
  }
  text = std::move(out);
  return true;
}

}  // namespace shrike

#include "sense/till.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <utility>

#include "ledger/cells.h"
#include "ledger/epcis.h"

namespace shrike {
namespace {

constexpr std::array<std::pair<TillKind, std::string_view>, 13> kKinds{{{TillKind::sale, "sale"},
                                                                        {TillKind::returned, "return"},
                                                                        {TillKind::exchange, "exchange"},
                                                                        {TillKind::voided, "void"},
                                                                        {TillKind::post_void, "post_void"},
                                                                        {TillKind::suspended, "suspended"},
                                                                        {TillKind::resumed, "resumed"},
                                                                        {TillKind::no_sale, "no_sale"},
                                                                        {TillKind::sign_on, "sign_on"},
                                                                        {TillKind::sign_off, "sign_off"},
                                                                        {TillKind::tender_control, "tender_control"},
                                                                        {TillKind::control, "control"},
                                                                        {TillKind::other, "other"}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has(const std::string& word, std::string_view part) { return word.find(part) != std::string::npos; }

/// GS1 General Specifications 7.9: weights 3 and 1 from the right, the check digit itself last.
bool check_digit_holds(std::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    sum += i % 2 == 1 ? 3 * digit : digit;
  }
  return sum % 10 == 0;
}

Decimal signed_amount(const TillLine& line) {
  const Decimal amount = line.amount.value_or(Decimal{});
  return line.returned ? -magnitude(amount) : amount;
}

Decimal discount_of(const TillLine& line) {
  if (line.discount) return magnitude(*line.discount);
  Decimal sum;
  for (const auto& each : line.discounts) sum = sum + each.amount;
  return sum;
}

bool near(Decimal a, Decimal b) { return magnitude(a - b).micro <= 5'000; }

TillLine* voided_by(std::vector<TillLine>& lines, size_t entry) {
  const TillLine& it = lines[entry];
  if (!it.voids_line.empty()) {
    for (auto& line : lines) {
      if (&line != &it && line.number == it.voids_line && line.is_item()) return &line;
    }
    return nullptr;
  }
  const Decimal amount = it.amount.value_or(Decimal{});
  if (amount.micro >= 0) return nullptr;  // a marked line with its own amount is the one that was taken off
  for (size_t i = entry; i-- > 0;) {
    TillLine& line = lines[i];
    if (line.counts() && line.item == it.item && line.amount && *line.amount == -amount) return &line;
  }
  return nullptr;
}

}  // namespace

Result<Decimal> parse_decimal(std::string_view text) {
  constexpr size_t kWholeDigitsMax = 9, kFractionDigits = 6;
  const auto given = trimmed(text);
  auto rest = given;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  const auto refuse = [&] {
    return bad_input(
        fmt::format("found '{}', expected a number such as 12.50 or -3, below 1000000000", given.substr(0, 40)));
  };
  const size_t point = std::min(rest.find('.'), rest.size());
  auto whole = rest.substr(0, point);
  const auto fraction = point < rest.size() ? rest.substr(point + 1) : std::string_view();
  if (whole.empty() && fraction.empty()) return refuse();
  if (!std::all_of(whole.begin(), whole.end(), is_digit) || !std::all_of(fraction.begin(), fraction.end(), is_digit)) {
    return refuse();
  }
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.size() > kWholeDigitsMax || fraction.size() > 40) return refuse();
  int64_t micro = 0;
  for (const char c : whole) micro = micro * 10 + (c - '0');
  for (size_t i = 0; i < kFractionDigits; ++i) micro = micro * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  if (fraction.size() > kFractionDigits && fraction[kFractionDigits] >= '5') ++micro;
  return Decimal{negative ? -micro : micro};
}

std::string plain_word(std::string_view word) {
  word = word.substr(word.rfind(':') + 1);
  std::string out;
  for (const char c : word) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

std::string_view to_string(TillKind kind) {
  for (const auto& [each, word] : kKinds) {
    if (each == kind) return word;
  }
  return "other";
}

std::optional<TillKind> till_kind(std::string_view word) {
  for (const auto& [kind, each] : kKinds) {
    if (each == word) return kind;
  }
  return std::nullopt;
}

bool moves_goods(TillKind kind) {
  return kind == TillKind::sale || kind == TillKind::returned || kind == TillKind::exchange ||
         kind == TillKind::resumed;
}

bool is_retail(TillKind kind) {
  return moves_goods(kind) || kind == TillKind::voided || kind == TillKind::post_void || kind == TillKind::suspended;
}

std::string_view to_string(TillEntry entry) {
  switch (entry) {
    case TillEntry::unknown:
      return "";
    case TillEntry::scanned:
      return "scanned";
    case TillEntry::keyed:
      return "keyed";
    case TillEntry::automatic:
      return "automatic";
    case TillEntry::other:
      return "other";
  }
  return "";
}

TillEntry till_entry(std::string_view word) {
  const auto name = plain_word(word);
  if (name.empty()) return TillEntry::unknown;
  if (has(name, "scan") || has(name, "barcode") || has(name, "rfid")) return TillEntry::scanned;
  if (has(name, "key") || has(name, "manual") || has(name, "typed")) return TillEntry::keyed;
  if (name.starts_with("auto")) return TillEntry::automatic;
  return TillEntry::other;
}

std::string to_string(const TillKey& key) {
  return fmt::format("store {}, till {}, {}, number {}", key.store, key.till, key.business_day, key.sequence);
}

std::optional<Decimal> TillTransaction::total() const {
  for (const std::string_view wanted :
       {"transactiongrandamount", "transactionnetamount", "transactiongrossamount", ""}) {
    for (const auto& each : totals) {
      if (plain_word(each.type) == wanted) return each.amount;
    }
  }
  return std::nullopt;
}

TillBalance balance_of(const TillTransaction& transaction) {
  TillBalance out;
  size_t counting = 0;
  for (const auto& line : transaction.lines) {
    if (!line.counts()) continue;
    ++counting;
    out.lines = out.lines + signed_amount(line);
    const Decimal off = discount_of(line);
    out.line_discounts = out.line_discounts + (line.returned ? -off : off);
  }
  for (const auto& each : transaction.discounts) out.discounts = out.discounts + each.amount;
  out.total = transaction.total();
  if (!out.total || counting == 0) return out;
  // Some sources write the total of a return without its sign.
  const auto fits = [&](Decimal sum) {
    sum = sum + transaction.rounding;
    return near(sum, *out.total) || near(-sum, *out.total);
  };
  const std::array<std::pair<Decimal, const char*>, 4> readings{
      {{out.lines - out.discounts, "lines - discounts"},
       {out.lines, "lines"},
       {out.lines - out.line_discounts - out.discounts, "lines - line discounts - discounts"},
       {out.lines - out.line_discounts, "lines - line discounts"}}};
  for (const auto& [sum, name] : readings) {
    for (const bool taxed : {false, true}) {
      if (!out.reading.empty() || !fits(taxed ? sum + transaction.tax : sum)) continue;
      out.reading = taxed ? std::string(name) + " + tax" : name;
    }
  }
  out.agrees = !out.reading.empty();
  return out;
}

std::string item_of(std::string_view id) {
  id = trimmed(id);
  if (const auto gtin = gtin_of(id); gtin) return *gtin;
  if (!std::all_of(id.begin(), id.end(), is_digit)) {
    std::string upper(id);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return upper;
  }
  if (id.size() >= 8 && id.size() <= 14 && id.find_first_not_of('0') != std::string_view::npos &&
      check_digit_holds(id)) {
    return std::string(14 - id.size(), '0') + std::string(id);
  }
  id.remove_prefix(std::min(id.find_first_not_of('0'), id.size()));
  return std::string(id);
}

void apply_line_voids(std::vector<TillLine>& lines) {
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].voided && lines[i].voids_line.empty()) continue;
    TillLine* target = voided_by(lines, i);
    if (target == nullptr) {
      lines[i].voided = true;
      lines[i].voids_line.clear();
      continue;
    }
    target->voided = true;
    if (target->void_reason.empty()) target->void_reason = lines[i].void_reason;
    target->approved = target->approved || lines[i].approved;
    lines[i].voids_line = target->number;
    lines[i].voided = false;
  }
}

void settle_voids_by_total(TillTransaction& transaction) {
  if (balance_of(transaction).agrees.value_or(true)) return;
  auto lines = transaction.lines;
  bool paired = false;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].voided || !lines[i].amount) continue;
    for (size_t j = i; j-- > 0;) {
      if (!lines[j].counts() || lines[j].item != lines[i].item || lines[j].amount != lines[i].amount) continue;
      lines[j].voided = paired = true;
      lines[j].void_reason = lines[i].void_reason;
      lines[j].approved = lines[j].approved || lines[i].approved;
      lines[i].voids_line = lines[j].number;
      lines[i].voided = false;
      break;
    }
  }
  if (!paired) return;
  std::swap(transaction.lines, lines);
  const auto settled = balance_of(transaction);
  if (!settled.agrees.value_or(settled.total->micro == 0)) std::swap(transaction.lines, lines);
}

TillKind kind_of_lines(const std::vector<TillLine>& lines) {
  bool sold = false, returned = false;
  for (const auto& line : lines) (line.returned ? returned : sold) = true;
  if (sold && returned) return TillKind::exchange;
  return returned ? TillKind::returned : TillKind::sale;
}

std::optional<TillKind> kind_of_status(std::string_view status) {
  const auto word = plain_word(status);
  const bool taken_up = has(word, "retriev") || has(word, "resum") || has(word, "recall");
  const bool dropped = has(word, "delet") || has(word, "cancel") || has(word, "abort");
  if (has(word, "postvoid")) return TillKind::post_void;
  if (taken_up) return TillKind::resumed;
  if (dropped || word.starts_with("void") || word == "failed") return TillKind::voided;
  if (has(word, "suspend")) return TillKind::suspended;
  return std::nullopt;
}

}  // namespace shrike

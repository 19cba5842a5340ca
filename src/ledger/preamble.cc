#include "ledger/preamble.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>

#include "base/sha256.h"

namespace shrike {
namespace {

constexpr std::string_view kPseudonym = "account-";

std::optional<Period> days_of(std::string_view text, const CellStyle& style) {
  const auto time = parse_time(text, style);
  if (!time) return std::nullopt;
  const int64_t day = day_of(time->us);
  if (time->form == TimeForm::week) return Period{day, day + 6};
  if (time->form != TimeForm::month) return Period{day, day};
  const std::chrono::year_month_day first{std::chrono::sys_days(std::chrono::days(day))};
  const auto last = std::chrono::sys_days(first.year() / first.month() / std::chrono::last);
  return Period{day, last.time_since_epoch().count()};
}

/// Words such as "for the period" before the first digit or month, taken off one by one until a date is left.
std::optional<Period> days_after_words(std::string_view text, const CellStyle& style) {
  for (int words = 0; words < 6 && !text.empty(); ++words) {
    if (const auto days = days_of(text, style); days) return days;
    const size_t blank = text.find_first_of(" :");
    if (blank == std::string_view::npos) return std::nullopt;
    text = trimmed(text.substr(blank + 1));
  }
  return std::nullopt;
}

struct Labelled {
  std::string label;  ///< normal name
  std::string value;
};

/// "Location: Lobby" in one cell, or "Location:" and the next cell that is not empty.
std::vector<Labelled> labelled_cells(const Row& row) {
  std::vector<Labelled> found;
  for (size_t i = 0; i < row.cells.size(); ++i) {
    const auto text = trimmed(row.cells[i]);
    if (text.empty()) continue;
    const size_t colon = text.find(':');
    if (colon != std::string_view::npos && colon + 1 < text.size() && !trimmed(text.substr(colon + 1)).empty()) {
      found.push_back({normal_name(text.substr(0, colon)), std::string(trimmed(text.substr(colon + 1)))});
      continue;
    }
    size_t next = i + 1;
    while (next < row.cells.size() && trimmed(row.cells[next]).empty()) ++next;
    if (next < row.cells.size()) found.push_back({normal_name(text), std::string(trimmed(row.cells[next]))});
  }
  return found;
}

void take(const Labelled& cell, const Mapping& general, const CellStyle& style, ReportFacts& facts) {
  if (label_is(general, "store", cell.label)) {
    const auto name = normal_name(cell.value);  // "Location: All" names none
    if (name != "all" && !name.starts_with("all ")) facts.store = heading_of(cell.value);
  } else if (label_is(general, "category", cell.label)) {
    facts.category = heading_of(cell.value);
  } else if (label_is(general, "customer", cell.label)) {
    if (facts.store.empty() || is_pseudonym(facts.store)) facts.store = pseudonym(cell.value);
  } else if (label_is(general, "currency", cell.label) && cell.value.size() == 3) {
    facts.currency = cell.value;
  } else if (label_is(general, "period", cell.label)) {
    if (const auto period = parse_period(cell.value, style); period) facts.period = period;
  } else if (label_is(general, "week_ending", cell.label)) {
    constexpr int64_t kDaysBefore = 6;
    if (const auto days = days_of(cell.value, style); days) facts.period = {days->to - kDaysBefore, days->to};
  } else if (label_is(general, "from", cell.label)) {
    if (const auto days = days_of(cell.value, style); days)
      facts.period = {days->from, facts.period ? facts.period->to : days->to};
  } else if (label_is(general, "to", cell.label)) {
    if (const auto days = days_of(cell.value, style); days)
      facts.period = {facts.period ? facts.period->from : days->from, days->to};
  }
}

}  // namespace

std::optional<Period> parse_period(std::string_view text, const CellStyle& style) {
  text = trimmed(text);
  if (text.size() > 120) return std::nullopt;
  static constexpr std::array<std::string_view, 9> kBetween{
      " - ", " to ", " \xE2\x80\x93 ", " \xE2\x80\x94 ", " through ", " thru ", " until ", "\xE2\x80\x93", "-"};
  for (const auto between : kBetween) {
    // A plain "-" also stands inside dates: try each of them.
    for (size_t at = text.find(between); at != std::string_view::npos; at = text.find(between, at + 1)) {
      const auto first = days_after_words(trimmed(text.substr(0, at)), style);
      const auto last = days_of(trimmed(text.substr(at + between.size())), style);
      if (first && last && first->from <= last->to) return Period{first->from, last->to};
    }
  }
  return days_after_words(text, style);
}

std::optional<Period> period_in_name(std::string_view name) {
  for (const size_t length : {10U, 8U, 7U}) {
    std::optional<Period> found;
    for (size_t i = 0; i + length <= name.size(); ++i) {
      std::string part(name.substr(i, length));
      std::replace(part.begin(), part.end(), '_', '-');
      const bool digit_before = i > 0 && name[i - 1] >= '0' && name[i - 1] <= '9';
      const bool digit_after = i + length < name.size() && name[i + length] >= '0' && name[i + length] <= '9';
      if (digit_before || digit_after || !part.starts_with("20")) continue;
      const auto days = days_of(part, {});
      if (!days) continue;
      if (!found) {
        found = days;
      } else if (days->from > found->to) {
        return Period{found->from, days->to};  // two of one form: from the first to the last
      }
      i += length - 1;
    }
    if (found) return found;
  }
  const auto words = words_of(normal_name(name));
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    const auto time = parse_time(fmt::format("{} {}", words[i], words[i + 1]), {});
    const bool month =
        time && time->form == TimeForm::month && std::isalpha(static_cast<unsigned char>(words[i][0])) != 0;
    if (!month) continue;
    const auto last = days_of(fmt::format("{} {}", words[i], words[i + 1]), {});
    const auto first = i > 0 ? days_of(fmt::format("{} {}", words[i - 1], words[i + 1]), {}) : std::nullopt;
    return first && last && first->from < last->from ? Period{first->from, last->to} : last;  // "Jan-Mar 2024"
  }
  return std::nullopt;
}

std::optional<Header> find_header(std::span<const Row> rows, const std::vector<Mapping>& mappings,
                                  const std::string& place) {
  std::optional<Header> best;
  for (size_t i = 0; i < rows.size(); ++i) {
    auto found = recognise(mappings, rows[i].cells, place);
    if (found && (!best || found->score > best->table.score)) best = Header{i, std::move(*found)};
  }
  return best;
}

void read_facts(std::span<const Row> rows, const Mapping& general, const CellStyle& style, ReportFacts& facts) {
  for (const auto& row : rows) {
    for (const auto& cell : labelled_cells(row)) take(cell, general, style, facts);
    if (facts.period) continue;
    for (const auto& cell : row.cells) {
      const auto text = trimmed(cell);
      // A lone date may be the day of printing: only a range is taken without a label.
      const auto period = text.size() < 8 ? std::nullopt : parse_period(text, style);
      if (period && period->from != period->to) facts.period = period;
    }
  }
}

bool label_is(const Mapping& mapping, const char* group, const std::string& name) {
  const auto found = mapping.labels.find(group);
  return found != mapping.labels.end() &&
         std::find(found->second.begin(), found->second.end(), name) != found->second.end();
}

bool is_pseudonym(std::string_view name) { return name.starts_with(kPseudonym); }

std::string heading_of(std::string_view text) {
  for (const std::string_view more : {"(continued)", "(cont.)", "(cont'd)", "(contd)"}) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (lower.ends_with(more)) text.remove_suffix(more.size());
  }
  return std::string(trimmed(text));
}

std::string year_in(std::string_view text) {
  for (size_t i = 0; i + 4 <= text.size(); ++i) {
    const auto digit = [&](size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
    if (!text.substr(i).starts_with("20") || (i > 0 && digit(i - 1)) || !digit(i + 2) || !digit(i + 3) || digit(i + 4))
      continue;
    return std::string(text.substr(i, 4));
  }
  return {};
}

std::string pseudonym(std::string_view name) {
  return fmt::format("{}{}", kPseudonym, sha256_of(normal_name(name)).substr(0, 8));
}

}  // namespace shrike

#include "ledger/wide_columns.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <optional>

namespace shrike {
namespace {

/// Figures in ten-thousandths, a column of `wide` each; blank is 0.
using Figures = std::vector<int64_t>;

constexpr int64_t kCent = 100;
constexpr int64_t kRowsLeast = 3;  ///< fewer may agree by chance, but where the column is called what it is

std::vector<Figures> figures_of(const std::vector<WideColumn>& wide, std::span<const Row> rows,
                                const CellStyle& style) {
  std::vector<Figures> all;
  for (const auto& row : rows) {
    Figures figures(wide.size(), 0);
    bool any = false;
    for (size_t i = 0; i < wide.size(); ++i) {
      if (wide[i].column >= row.cells.size() || is_blank(row.cells[wide[i].column])) continue;
      const auto number = parse_number(row.cells[wide[i].column], style, 4);
      if (!number) continue;
      figures[i] = number->scaled;
      any = any || number->scaled != 0;
    }
    if (any) all.push_back(std::move(figures));
  }
  return all;
}

Direction direction_of(const WideColumn& column, const std::map<std::string, Meaning>& reasons) {
  const auto found = reasons.find(column.reason);
  return found == reasons.end() ? Direction::signed_ : found->second.direction;
}

/// Both losses that nobody can explain, or both of one class.
bool same_kind(const WideColumn& a, const WideColumn& b, const std::map<std::string, Meaning>& reasons) {
  const auto class_of = [&](const WideColumn& column) {
    const auto found = reasons.find(column.reason);
    return found == reasons.end() ? nullptr : reason_class(found->second.reason_class);
  };
  const auto *one = class_of(a), *other = class_of(b);
  if (one == nullptr || other == nullptr) return false;
  const bool gain_a = direction_of(a, reasons) == Direction::gain, gain_b = direction_of(b, reasons) == Direction::gain;
  return gain_a == gain_b && (one->name == other->name || (one->is_usl && other->is_usl));
}

/// A loss of all kinds: "Total Loss", and not "Total Shrink", which spoilage may stand beside.
bool is_of_all_losses(const WideColumn& column) { return column.reason.find("loss") != std::string::npos; }

bool is_written_off(const WideColumn& column) {
  return column.reason.find("write off") != std::string::npos ||
         column.reason.find("written off") != std::string::npos ||
         column.reason.find("writeoff") != std::string::npos || column.reason == "wo" || column.reason == "w o";
}

bool speaks_of_loss(const Mapping& general, std::string_view header) {
  const auto name = normal_name(header);
  return std::any_of(general.reasons.begin(), general.reasons.end(), [&](const auto& reason) {
    return !reason.second.reason_class.empty() && !reason.second.in_text && holds_words(name, reason.first);
  });
}

bool is_share(std::string_view header) {
  const auto name = normal_name(header);
  return name.find('%') != std::string::npos || name.find("percent") != std::string::npos ||
         name.find("rate") != std::string::npos || name.starts_with("unnamed") || name == "index";
}

/// By its name it adds up others: "Total Loss", "Gross shrink".
bool is_total(const WideColumn& column) {
  return column.reason.starts_with("total ") || column.reason.starts_with("gross ") ||
         column.reason.starts_with("net ");
}

/// Whether column `sum` is what the others of its measure add up to: all of them, losses less gains, or losses alone.
bool adds_up(size_t sum, const std::vector<WideColumn>& wide, const std::map<std::string, Meaning>& reasons,
             const std::vector<Figures>& rows) {
  std::array<int64_t, 3> agree{};
  int64_t telling = 0;
  int64_t of_several = 0;
  for (const auto& row : rows) {
    int64_t losses = 0;
    int64_t gains = 0;
    int parts = 0;
    for (size_t i = 0; i < wide.size(); ++i) {
      if (i == sum || wide[i].measure != wide[sum].measure) continue;
      (direction_of(wide[i], reasons) == Direction::gain ? gains : losses) += row[i];
      parts += row[i] != 0 ? 1 : 0;
    }
    if (parts == 0 && row[sum] == 0) continue;
    ++telling;
    of_several += parts > 1 ? 1 : 0;
    const std::array<int64_t, 3> sums{losses + gains, losses - gains, losses};
    for (size_t form = 0; form < sums.size(); ++form) agree[form] += std::llabs(sums[form] - row[sum]) <= kCent ? 1 : 0;
  }
  return telling >= (is_written_off(wide[sum]) || is_total(wide[sum]) ? 1 : kRowsLeast) && of_several > 0 &&
         std::any_of(agree.begin(), agree.end(), [&](int64_t n) { return n * 20 >= telling * 19; });
}

/// Whether column `whole` holds the known losses of its measure, with no other unknown loss beside it to make it up.
bool holds_the_known(size_t whole, const std::vector<WideColumn>& wide, const std::map<std::string, Meaning>& reasons,
                     const std::vector<Figures>& rows) {
  std::vector<size_t> known;
  for (size_t i = 0; i < wide.size(); ++i) {
    if (i == whole || wide[i].measure != wide[whole].measure || direction_of(wide[i], reasons) == Direction::gain)
      continue;
    const auto found = reasons.find(wide[i].reason);
    const auto* its_class = found == reasons.end() ? nullptr : reason_class(found->second.reason_class);
    if (its_class == nullptr || its_class->is_usl) return false;
    known.push_back(i);
  }
  int64_t holds = 0;
  int64_t telling = 0;
  for (const auto& row : rows) {
    int64_t sum = 0;
    for (const auto i : known) sum += std::llabs(row[i]);
    if (sum == 0) continue;
    ++telling;
    holds += std::llabs(row[whole]) + kCent >= sum ? 1 : 0;
  }
  return telling > 0 && holds * 20 >= telling * 19;
}

}  // namespace

std::vector<Note> relate_columns(std::vector<WideColumn>& wide, const std::map<std::string, Meaning>& reasons,
                                 std::span<const Row> rows, const CellStyle& style) {
  std::vector<Note> notes;
  const auto figures = figures_of(wide, rows, style);
  std::vector<size_t> sums;
  for (size_t i = 0; i < wide.size(); ++i) {
    const auto alike = std::count_if(wide.begin(), wide.end(),
                                     [&](const WideColumn& other) { return other.measure == wide[i].measure; });
    const bool taken =
        std::any_of(sums.begin(), sums.end(), [&](size_t s) { return wide[s].measure == wide[i].measure; });
    // Where one is called a total, no other is: parts are differences of totals and parts.
    const bool other_total = !is_total(wide[i]) && std::any_of(wide.begin(), wide.end(), [&](const WideColumn& other) {
      return is_total(other) && other.measure == wide[i].measure;
    });
    if (alike >= 3 && !taken && !other_total && adds_up(i, wide, reasons, figures)) sums.push_back(i);
  }
  for (size_t i = 0; i < wide.size(); ++i) {
    const auto is_sum = [&](size_t c) { return std::find(sums.begin(), sums.end(), c) != sums.end(); };
    if (is_sum(i)) continue;
    const auto beside = [&](const auto& holds) {
      for (size_t c = 0; c < wide.size(); ++c)
        if (c != i && wide[c].measure == wide[i].measure && !is_sum(c) && holds(wide[c])) return true;
      return false;
    };
    const bool total = is_total(wide[i]), net = wide[i].reason.starts_with("net ");
    const bool whole = is_written_off(wide[i]) || (total && is_of_all_losses(wide[i])) ||
                       (total && beside([](const auto& other) { return other.reason.starts_with("known "); }));
    if (whole && holds_the_known(i, wide, reasons, figures)) {
      wide[i].gross = true;
      notes.push_back({"gross_write_offs",
                       fmt::format("column '{}' holds the known losses beside it; what is left of it is unknown loss",
                                   wide[i].reason)});
      continue;
    }
    if (!total) continue;
    // A total restates a part of its own kind; a net one restates the gross one too, and lacks what was found.
    const bool part = beside([&](const auto& other) { return !is_total(other) && same_kind(other, wide[i], reasons); });
    const bool gross = net && beside([&](const auto& other) {
                         return !other.reason.starts_with("net ") && same_kind(other, wide[i], reasons);
                       });
    if (part || gross) {
      sums.push_back(i);
    } else if (net && beside([&](const auto& other) { return direction_of(other, reasons) == Direction::gain; })) {
      wide[i].net = true;
      notes.push_back(
          {"net_of_gains",
           fmt::format("column '{}' is less what was found beside it, which was added again", wide[i].reason)});
    }
  }
  std::sort(sums.begin(), sums.end());
  for (auto it = sums.rbegin(); it != sums.rend(); ++it) {
    notes.push_back({"sum_column", fmt::format("column '{}' adds up the others and was not taken", wide[*it].reason)});
    wide.erase(wide.begin() + static_cast<std::ptrdiff_t>(*it));
  }
  return notes;
}

std::vector<Note> figures_left_out(const Recognised& table, const Row& header, std::span<const size_t> used,
                                   const std::vector<Mapping>& mappings, const Mapping& general,
                                   std::span<const Row> rows, const CellStyle& style) {
  std::vector<Note> notes;
  if (table.wide.empty()) return notes;
  const auto words = words_of_names(mappings);
  std::string names;
  int64_t columns = 0;
  int64_t of_losses = 0;
  for (size_t c = 0; c < header.cells.size(); ++c) {
    const auto name = trimmed(header.cells[c]);
    if (name.empty() || std::binary_search(used.begin(), used.end(), c) || is_share(name)) continue;
    const auto figures = std::count_if(rows.begin(), rows.end(), [&](const Row& row) {
      return c < row.cells.size() && parse_number(row.cells[c], style, 4).has_value();
    });
    if (figures * 2 < std::ssize(rows)) continue;
    of_losses += speaks_of_loss(general, name) ? 1 : 0;
    names +=
        (columns++ == 0 ? "" : ", ") + (words.holds_all(name) ? std::string(name) : fmt::format("column {}", c + 1));
  }
  if (columns > 0)
    notes.push_back({"figures_left_out",
                     fmt::format("columns of figures that no mapping names were left out: {}", names), columns});
  if (of_losses > 0)
    notes.push_back({"losses_left_out",
                     "of them such as speak of a loss; a mapping says what they are (config/mappings/README.md)",
                     of_losses});
  return notes;
}

}  // namespace shrike

#include "ledger/title_loss.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "ledger/cells.h"
#include "ledger/column_evidence.h"

namespace shrike {
namespace {

/// What reports of losses are called. Other words of reasons ("sample", "over", "count") stand in titles of all kinds.
constexpr std::array<std::string_view, 15> kTitles{
    "spoil",    "wast",        "shrink",    "theft",   "damage",       "breakage",   "stales",       "write off",
    "writeoff", "written off", "donations", "overage", "unknown loss", "stock loss", "unknown stock"};
constexpr std::array<std::string_view, 6> kQuantities{"qty", "quantity", "units", "pieces", "pcs", "items"};
constexpr std::array<std::string_view, 14> kMeasures{"cost", "cogs",     "retail", "price", "value",   "amount", "amt",
                                                     "$",    "extended", "ext",    "total", "dollars", "at",     "of"};

template <size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool holds(const std::string& padded, std::string_view phrase) {
  return padded.find(fmt::format(" {} ", phrase)) != std::string::npos;
}

}  // namespace

std::string only_loss_in(const Mapping& general, std::string_view title) {
  const auto padded = fmt::format(" {} ", normal_name(title));
  std::string best, its_class;
  for (const auto& [phrase, meaning] : general.reasons) {
    const bool names_report = std::any_of(kTitles.begin(), kTitles.end(),
                                          [&](auto word) { return std::string_view(phrase).starts_with(word); });
    if (!names_report || meaning.reason_class.empty() || meaning.in_text || !holds(padded, phrase)) continue;
    if (!its_class.empty() && its_class != meaning.reason_class) return {};
    its_class = meaning.reason_class;
    if (phrase.size() > best.size()) best = phrase;
  }
  return best;
}

bool name_measures(std::vector<std::string>& header, const std::string& loss) {
  auto named = header;
  bool quantities = false;
  for (auto& name : named) {
    const auto words = words_of(normal_name(name));
    const bool quantity =
        std::any_of(words.begin(), words.end(), [](const auto& word) { return among(kQuantities, word); });
    const bool measures = !words.empty() && std::all_of(words.begin(), words.end(), [](const auto& word) {
      return among(kQuantities, word) || among(kMeasures, word);
    });
    if (!measures || (!quantity && says_each(name))) continue;
    quantities = quantities || quantity;
    std::string called = loss;
    for (const auto& word : words)
      if (word != "total" && word != "ext" && word != "extended") called += " " + word;
    name = std::move(called);
  }
  if (quantities) header = std::move(named);
  return quantities;
}

}  // namespace shrike

#include "ledger/reason_book.h"

#include "ledger/cells.h"

namespace shrike {
namespace {

constexpr size_t kTextsKept = 20'000;

/// "Stock count adj -", "Inventory Adjustment (+)", "negative adjustment": which way a difference went.
Direction direction_said(std::string_view text) {
  text = trimmed(text);
  const auto name = normal_name(text);
  const auto says = [&](std::string_view word) { return holds_words(name, word); };
  if (text.ends_with(" -") || text.ends_with("(-)") || says("negative") || says("minus") || says("decrease"))
    return Direction::loss;
  if (text.ends_with(" +") || text.ends_with("(+)") || says("positive") || says("plus") || says("increase"))
    return Direction::gain;
  return Direction::signed_;
}

}  // namespace

ReasonBook::ReasonBook(const Mapping& mapping, const Mapping& general)
    : mapping_(mapping), general_(general), words_(words_of_reasons(mapping, general)) {}

const Reason& ReasonBook::of(const std::string& text) {
  const auto found = known_.find(text);
  if (found != known_.end()) return found->second;
  if (known_.size() >= kTextsKept) known_.clear();
  Reason reason{.known = false, .meaning = {}, .kept = text};
  std::string phrase;
  if (const auto* meaning = find_reason(mapping_, &general_, text, &phrase); meaning != nullptr) {
    reason.known = true;
    reason.meaning = *meaning;
    if (meaning->direction == Direction::signed_) reason.meaning.direction = direction_said(text);
    if (!phrase.empty() && !words_.holds_all(text)) reason.kept = phrase;
  }
  return known_.emplace(text, std::move(reason)).first->second;
}

}  // namespace shrike

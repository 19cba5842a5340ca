#include "ledger/reason_book.h"

namespace shrike {
namespace {

constexpr size_t kTextsKept = 20'000;

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
    if (!phrase.empty() && !words_.holds_all(text)) reason.kept = phrase;
  }
  return known_.emplace(text, std::move(reason)).first->second;
}

}  // namespace shrike

#include "risk/summary.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "base/time.h"

namespace shrike {
namespace {

constexpr size_t kClausesMax = 5;
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNames{{
    {"CONCEALMENT", "concealment"},
    {"CHECKOUT_BYPASS", "checkout bypass"},
    {"LOITERING", "loitering"},
    {"REPEATED_VISIT", "repeated visits to a shelf"},
    {"ZONE_VIOLATION", "zone violation"},
}};

/// The strongest clauses of `side`, told in the order they happened.
std::string clauses(std::vector<const WeighedEvidence*> side) {
  if (side.empty()) return "none";
  const size_t left_out = side.size() - std::min(side.size(), kClausesMax);
  side.resize(side.size() - left_out);
  std::ranges::stable_sort(side, {}, [](const auto* w) { return w->evidence.from; });
  std::string text;
  for (const auto* weighed : side) text += (text.empty() ? "" : ", ") + weighed->evidence.detail;
  return left_out == 0 ? text : fmt::format("{} and {} more", text, left_out);
}

}  // namespace

std::string summary_of(std::string_view alert_type, std::span<const WeighedEvidence> evidence) {
  std::vector<const WeighedEvidence*> speaks_for, against;
  for (const WeighedEvidence& weighed : evidence) {
    if (weighed.contribution > 0) speaks_for.push_back(&weighed);
    if (weighed.contribution < 0) against.push_back(&weighed);
  }
  const auto name = std::ranges::find(kNames, alert_type, &decltype(kNames)::value_type::first);
  const bool unsure =
      std::ranges::any_of(speaks_for, [](const auto* weighed) { return !weighed->evidence.whose.is_sure(); });
  return fmt::format("possible {}{}: {}; against: {}", name == kNames.end() ? "theft" : name->second,
                     unsure ? ", unsure who" : "", clauses(std::move(speaks_for)), clauses(std::move(against)));
}

std::string table_of(const Incident& incident, std::string_view zone) {
  const auto clock = [&](Timestamp time) {
    const auto local = to_rfc3339(time, zone);
    return (local ? *local : to_rfc3339(time)).substr(11, 8);
  };
  std::string table =
      fmt::format("{:<10}{:<24}{:>8}{:>8}{:>8}  {}\n", "time", "kind", "llr", "weight", "counts", "what");
  double sum = 0;
  for (const auto& [fact, weight, contribution] : incident.evidence) {
    sum += contribution;
    table += fmt::format("{:<10}{:<24}{:>+8.2f}{:>8.2f}{:>+8.2f}  {}\n", clock(fact.from), fact.kind, fact.llr, weight,
                         contribution, fact.detail);
  }
  return table + fmt::format("{:<10}{:<24}{:>24.2f}\n{:<10}{:<24}{:>+24.2f}\n{:<10}{:<24}{:>24.2f}\n", "", "prior",
                             incident.prior, "", "evidence", sum, "", "risk", incident.risk);
}

}  // namespace shrike

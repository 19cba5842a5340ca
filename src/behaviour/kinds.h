#pragma once
// Every kind of evidence that Shrike ships, in one table (kinds.cc), with what it is worth and why.
// docs/evidence.md shows it to people and says how to add a kind; a test holds the two together.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shrike {

/// One row: what a kind of evidence means and is worth.
struct Kind {
  std::string_view name;
  std::string_view alert_type;  ///< CONCEALMENT CHECKOUT_BYPASS LOITERING REPEATED_VISIT ZONE_VIOLATION; empty: against
  std::string_view group;       ///< kinds of one group say much the same thing and share a cap; empty: on its own
  double llr = 0;               ///< log-likelihood ratio when the fact first holds; > 0 for theft, < 0 against
  std::string_view meaning;     ///< one line for a person
  std::string_view why;         ///< where the figure comes from
};

/// Kinds that are seen together count together only up to `cap`, or up to the strongest of them if that is more: so a
/// single fact always counts in full, and its echoes add little.
struct Group {
  std::string_view name;
  double cap = 0;
  std::string_view why;
};

/// A fact that goes on is worth more: from `from` times its first measure on, `factor` times its llr.
struct Step {
  double from = 1;
  double factor = 1;
};

[[nodiscard]] std::span<const Kind> shipped_kinds();
[[nodiscard]] std::span<const Group> shipped_groups();
/// Null where Shrike ships no kind (group) of that name.
[[nodiscard]] const Kind* find_kind(std::string_view name);
[[nodiscard]] const Group* find_group(std::string_view name);

/// Whether evidence of this kind never raises an incident where nothing else speaks for theft: it says who somebody may
/// be, or that they are unlike others, not what they did.
[[nodiscard]] bool only_supports(std::string_view kind);

/// Loitering, in multiples of the zone's `loitering_s`.
[[nodiscard]] std::span<const Step> loitering_steps();
/// Repeated entries, in entries.
[[nodiscard]] std::span<const Step> entry_steps();
/// Entries beyond the usual rate, in 1 / (probability of so many).
[[nodiscard]] std::span<const Step> rate_steps();

}  // namespace shrike

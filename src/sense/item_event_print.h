#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "sense/item_event.h"

namespace shrike {

[[nodiscard]] std::string_view to_string(ItemEvent::Kind kind);

/// {"kind", "from", "to", "source", "zone", "visit_id", "guesses": [{"product", "count", "probability", "serial"}]};
/// what is empty is left out, a product that nobody knows is null.
[[nodiscard]] nlohmann::ordered_json json_of(const ItemEvent& event);

/// One line for a person: "taken  2 × razors (97 %), or 1 × cream (2 %)  by scale in razors".
[[nodiscard]] std::string text_of(const ItemEvent& event);

}  // namespace shrike

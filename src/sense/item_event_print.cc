#include "sense/item_event_print.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace shrike {

std::string_view to_string(ItemEvent::Kind kind) {
  switch (kind) {
    case ItemEvent::Kind::taken:
      return "taken";
    case ItemEvent::Kind::put_back:
      return "put_back";
    case ItemEvent::Kind::carried_in:
      return "carried_in";
    case ItemEvent::Kind::carried_out:
      return "carried_out";
    case ItemEvent::Kind::hidden:
      return "hidden";
  }
  return "";
}

nlohmann::ordered_json json_of(const ItemEvent& event) {
  auto guesses = nlohmann::ordered_json::array();
  for (const auto& guess : event.guesses) {
    nlohmann::ordered_json each = {{"product", nullptr}, {"count", guess.count}, {"probability", guess.probability}};
    if (!guess.product.empty()) each["product"] = guess.product;
    if (!guess.serial.empty()) each["serial"] = guess.serial;
    guesses.push_back(std::move(each));
  }
  nlohmann::ordered_json object = {{"kind", to_string(event.kind)},
                                   {"from", to_rfc3339(event.from)},
                                   {"to", to_rfc3339(event.to)},
                                   {"source", event.source},
                                   {"zone", event.zone}};
  if (!event.visit_id.empty()) object["visit_id"] = event.visit_id;
  object["guesses"] = std::move(guesses);
  return object;
}

std::string text_of(const ItemEvent& event) {
  std::vector<std::string> guesses;
  for (const auto& guess : event.guesses) {
    guesses.push_back(fmt::format("{} × {} ({:.0f} %){}", guess.count,
                                  guess.product.empty() ? "something unknown" : guess.product, 100 * guess.probability,
                                  guess.serial.empty() ? "" : " " + guess.serial));
  }
  return fmt::format("{}  {:<11}  {}  by {} in {}", to_rfc3339(event.to), to_string(event.kind),
                     fmt::join(guesses, ", or "), event.source, event.zone);
}

}  // namespace shrike

#include "sense/till_operator.h"

namespace shrike {

std::string OperatorNames::name_of(std::string_view store, std::string_view id) {
  if (id.empty()) return {};
  if (show_ == Show::ids) return std::string(id);
  const auto [found, fresh] = numbers_.try_emplace({std::string(store), std::string(id)}, numbers_.size() + 1);
  return "operator-" + std::to_string(found->second);
}

}  // namespace shrike

#pragma once
// Who sat at the till, without saying who. A hash of an operator's id would not do: ids have a few digits, and all of
// them are hashed in a moment. A number by order of appearance cannot be undone without the source itself.

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace shrike {

/// Pseudonyms for one import: the same operator of the same store has the same one throughout, and another one in the
/// next import.
class OperatorNames {
 public:
  enum class Show { pseudonyms, ids };
  explicit OperatorNames(Show show) : show_(show) {}

  /// "operator-1", or the id itself where ids are shown; empty for an empty id.
  std::string name_of(std::string_view store, std::string_view id);

 private:
  Show show_;
  std::map<std::pair<std::string, std::string>, size_t> numbers_;
};

}  // namespace shrike

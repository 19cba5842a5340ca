#include "sense/llrp_make.h"

#include <algorithm>
#include <cassert>

namespace shrike {
namespace {

uint64_t value_named(const LlrpFieldType& type, std::string_view name) {
  assert(type.enumeration != nullptr);
  const auto& entries = type.enumeration->entries;
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& one) { return one.second == name; });
  assert(found != entries.end());
  return found->first;
}

}  // namespace

LlrpElement make_llrp(std::string_view type, const std::vector<LlrpGiven>& given, std::vector<LlrpElement> parameters) {
  const LlrpType* found = find_llrp_type(type);
  assert(found != nullptr);
  LlrpElement element{.type = found, .fields = {}, .parameters = std::move(parameters)};
  size_t used = 0;
  for (const LlrpFieldType& one : found->fields) {
    if (one.kind == LlrpFieldType::Kind::reserved || one.version > 1) continue;
    LlrpField field{.type = &one};
    if (one.kind == LlrpFieldType::Kind::block) field.bytes.assign(one.bits / 8U, '\0');
    const auto value = std::find_if(given.begin(), given.end(), [&](const auto& g) { return g.field_ == one.name; });
    if (value != given.end()) {
      ++used;
      field.number = value->named_.empty() ? value->number_ : value_named(one, value->named_);
      if (!value->bytes_.empty()) field.bytes = value->bytes_;
    }
    element.fields.push_back(std::move(field));
  }
  assert(used == given.size());
  static_cast<void>(used);
  return element;
}

std::string llrp_list_bytes(const std::vector<uint16_t>& numbers) {
  std::string bytes;
  for (const uint16_t number : numbers) {
    bytes += static_cast<char>(number >> 8U);
    bytes += static_cast<char>(number & 0xFFU);
  }
  return bytes;
}

}  // namespace shrike

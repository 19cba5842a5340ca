#include "site/object_source.h"

namespace shrike {

std::optional<ObjectSource> object_source(std::string_view source) {
  constexpr std::string_view kScheme = "mqtt://";
  if (!source.starts_with(kScheme)) return std::nullopt;
  source.remove_prefix(kScheme.size());
  const size_t slash = source.find('/');
  if (slash == source.npos) return ObjectSource{std::string(source), ""};
  return ObjectSource{std::string(source.substr(0, slash)), std::string(source.substr(slash + 1))};
}

}  // namespace shrike

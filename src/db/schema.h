#pragma once
#include <span>

namespace shrike {

/// One step of the schema. Steps are only ever added: a database in the field holds the earlier ones.
struct Migration {
  int version = 0;
  const char* name = "";
  const char* sql = "";  ///< statements, each ended by ";\n"
};

/// Every migration in order, versions 1, 2, 3…
[[nodiscard]] std::span<const Migration> migrations();

}  // namespace shrike

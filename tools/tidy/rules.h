#pragma once
// The house rules that a compiler does not hold, each a function from a file's text to what is wrong with it.

#include <string>
#include <string_view>
#include <vector>

namespace tidy {

/// One breach: where and what, ready to print as file:line: what.
struct Breach {
  std::string file;
  int line = 0;
  std::string what;
};

/// `rooms` in order, from src/CMakeLists.txt: each may include itself and those before it.
[[nodiscard]] std::vector<std::string> rooms_in_order(std::string_view src_cmake);

/// An #include "room/…" of a room that comes after the file's own. `file` is relative to src/.
[[nodiscard]] std::vector<Breach> includes_against_order(const std::string& file, std::string_view text,
                                                         const std::vector<std::string>& rooms);

/// A function of more than 70 lines. Reads clang-format's layout: a body opens with a line that ends in '{' and closes
/// with
/// '}' at the same indentation.
[[nodiscard]] std::vector<Breach> long_functions(const std::string& file, std::string_view text);

/// Sleeping as synchronisation, `new` and `delete`, TODO without an issue, a tab, a line of over 120 columns.
[[nodiscard]] std::vector<Breach> banned_idioms(const std::string& file, std::string_view text);

/// A `key` that a configuration reader asks for (`map.read("key", …)`) and that the manual does not show as `key:`.
[[nodiscard]] std::vector<Breach> undocumented_keys(const std::string& file, std::string_view text,
                                                    std::string_view manual);

/// A type that stands directly in a namespace of a header: two of one name would be one to the linker, which then takes
/// either's functions for both.
struct NamedType {
  std::string name, file;
  int line = 0;
};
[[nodiscard]] std::vector<NamedType> types_in(const std::string& file, std::string_view header);
/// Types of one name in different headers.
[[nodiscard]] std::vector<Breach> twin_types(std::vector<NamedType> types);

/// The names of the tests in a _test.cc file, as "Suite.Name".
[[nodiscard]] std::vector<std::string> tests_in(std::string_view text);

}  // namespace tidy

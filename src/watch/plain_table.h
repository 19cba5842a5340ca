#pragma once
// The simple tables of recorded and simulated days: one header line, then cells without quotes between commas.

#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shrike {

struct PlainRow {
  const std::string& file;
  size_t number;  ///< of the line, from 1
  std::span<const std::string_view> cells;

  /// The whole cell as a number. bad_input names file, line, column, what was found, and `what` was expected.
  template <class Number>
  [[nodiscard]] Result<Number> as(size_t column, const char* what) const {
    Number value{};
    const std::string_view text = cells[column];
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault == std::errc{} && end == text.data() + text.size()) return value;
    return bad_input(
        fmt::format("{}:{}:{}: found '{}', expected {}", file, number, column + 1, text.substr(0, 40), what));
  }
};

/// Hands each row below the header on until `take` fails. bad_input where the file cannot be read or is over 1 GiB, its
/// first line is not `header`, or a row has not as many cells; the row is named.
[[nodiscard]] Result<void> read_plain_table(const std::filesystem::path& file, std::string_view header,
                                            const std::function<Result<void>(const PlainRow&)>& take);

}  // namespace shrike

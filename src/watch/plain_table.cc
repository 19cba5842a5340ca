#include "watch/plain_table.h"

#include <algorithm>
#include <vector>

#include "base/file.h"

namespace shrike {

constexpr size_t kFileBytesMax = size_t{1} << 30U;

Result<void> read_plain_table(const std::filesystem::path& path, std::string_view header,
                              const std::function<Result<void>(const PlainRow&)>& take) {
  TRY(const std::string text, read_file(path, kFileBytesMax));
  const std::string file = path.string();
  const auto columns = static_cast<size_t>(std::ranges::count(header, ',')) + 1;
  std::vector<std::string_view> cells;
  size_t number = 1;
  for (size_t at = 0; at < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    if (number == 1) {
      if (line == header) continue;
      return bad_input(fmt::format("{}:1: found '{}', expected '{}'", file, line.substr(0, 80), header));
    }
    cells.clear();
    for (size_t from = 0; from <= line.size();) {
      const size_t to = std::min(line.find(',', from), line.size());
      cells.push_back(line.substr(from, to - from));
      from = to + 1;
    }
    if (cells.size() != columns)
      return bad_input(fmt::format("{}:{}: {} cells, expected {}", file, number, cells.size(), columns));
    TRY_VOID(take(PlainRow{file, number, cells}));
  }
  return {};
}

}  // namespace shrike

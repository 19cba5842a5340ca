// A sheet of any cells, laid flat: whatever they are, it ends and does not crash.
#include <cstdint>
#include <string_view>

#include "ledger/cross_table.h"

namespace shrike {
namespace {

/// Cells cut by ',' and rows by ';'.
class Cut : public RowSource {
 public:
  explicit Cut(std::string_view text) : text_(text) {}
  Result<bool> next_sheet() override { return false; }
  Result<bool> next(Row& row) override {
    if (at_ >= text_.size()) return false;
    const auto line = text_.substr(at_, text_.find(';', at_) - at_);
    at_ += line.size() + 1;
    row = {.number = ++number_, .cells = {}};
    for (size_t from = 0; from <= line.size();) {
      const auto cell = line.substr(from, line.find(',', from) - from);
      row.cells.emplace_back(cell);
      from += cell.size() + 1;
    }
    return true;
  }
  Result<void> rewind_sheet() override {
    at_ = 0;
    number_ = 0;
    return {};
  }
  [[nodiscard]] double progress() const override { return 0; }

 private:
  std::string_view text_;
  size_t at_ = 0;
  int64_t number_ = 0;
};

}  // namespace
}  // namespace shrike

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto kMappings = shrike::load_mappings({}).value();
  shrike::Cut source({reinterpret_cast<const char*>(data), size});
  const auto flat = shrike::lay_flat(source, kMappings, "shrink 2025.csv");
  if (!flat || !*flat) return 0;
  shrike::Row row;
  while (*(*flat)->next(row)) {
  }
  return 0;
}

#pragma once
// Files of any till format, one after another. What cannot be read is left out, counted and named; the rest loads.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "sense/till.h"
#include "sense/till_context.h"

namespace shrike {

/// One line or JSON document of more bytes is refused.
inline constexpr size_t kTillLineBytesMax = size_t{8} << 20;
inline constexpr size_t kTillDocumentBytesMax = size_t{256} << 20;

struct TillFault {
  std::string place;  ///< file, transaction, row
  std::string what;   ///< field, what was found, what was expected
};

/// Faults of one sort: all counted, the first ones kept.
struct TillFaults {
  static constexpr size_t kKeptMax = 1000;
  int64_t count = 0;
  std::vector<TillFault> first;

  void add(std::string place, std::string what);
};

struct TillTally {
  int64_t files = 0, transactions = 0;
  TillFaults rejected;  ///< transactions that were left out
  TillFaults notes;     ///< what was mended or not looked at
};

class TillReader {
 public:
  using Take = std::function<void(TillTransaction)>;
  explicit TillReader(TillContext context) : context_(std::move(context)) {}

  /// Reads `file`, whatever its format, and hands each transaction on. An error where the file cannot be opened or is
  /// no till's file at all.
  [[nodiscard]] Result<void> read(const std::filesystem::path& file, const Take& take);
  [[nodiscard]] const TillTally& tally() const { return tally_; }

 private:
  Result<void> read_poslog(const std::filesystem::path& file, const Take& take);
  Result<void> read_json(const std::filesystem::path& file, const Take& take);
  Result<void> read_json_document(const std::filesystem::path& file, const Take& take);
  Result<void> read_csv(const std::filesystem::path& file, const Take& take);
  void take_json(const nlohmann::json& object, const std::string& place, const Take& take);
  void take_one(Result<TillTransaction> transaction, const std::string& place, const Take& take);

  TillContext context_;
  TillTally tally_;
};

}  // namespace shrike

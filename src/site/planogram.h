#pragma once
// Which products stand in which zone, and what one piece of each weighs and costs. docs/basket.md is the manual.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace shrike {

/// One facing: a product in a zone. What a file leaves empty is absent here.
struct PlanogramItem {
  std::string zone, sku_id;
  std::string gtin;                     ///< 14 digits
  std::string name;                     ///< for people
  std::string shelf;                    ///< the zone's part, as a weight sensor names it
  std::optional<double> price;          ///< of a piece, in the store's currency
  std::optional<double> unit_weight_g;  ///< of a piece
  std::optional<double> x_m, y_m;       ///< where one stands on the floor plan to take it; both or neither

  bool operator==(const PlanogramItem&) const = default;
};

struct Planogram {
  std::vector<PlanogramItem> items;  ///< in the file's order; one product may stand in several zones

  /// sku_id → zone; of a product that stands in several, the last.
  [[nodiscard]] std::map<std::string, std::string> zone_of() const;
};

/// Reads CSV (RFC 4180, UTF-8): a header that names the columns zone and sku_id and any of gtin, name, shelf, price,
/// unit_weight_g, x_m, y_m, in any order; other columns are passed over. Without a header there are two columns,
/// zone,sku_id. Empty lines and lines that begin with # do not count. Errors, all at once, as file:row:column: a cell
/// that is missing or too many, an empty zone or sku_id, a GTIN with a wrong check digit, a number that is none or not
/// above 0, x_m without y_m, the same zone and sku_id twice, one sku_id with two GTINs, a quote that is never closed.
[[nodiscard]] Result<Planogram> parse_planogram(std::string_view text, const std::string& file);
/// The same from a file of at most 64 MiB.
[[nodiscard]] Result<Planogram> read_planogram(const std::filesystem::path& file);

}  // namespace shrike

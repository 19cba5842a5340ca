#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "site/planogram.h"

namespace shrike {

/// The planogram by product, so that a sensor's product, a till's item and a tag's EPC are one name.
class Products {
 public:
  /// Where one stands to take it, metres on the floor plan.
  struct Place {
    double x_m = 0, y_m = 0;
  };
  struct Product {
    std::string name;             ///< for people; the sku_id where the planogram has none
    std::optional<double> price;  ///< of a piece
    std::vector<std::string> zones;
    std::map<std::string, Place, std::less<>> places;  ///< by zone, where the planogram says it
  };

  explicit Products(const Planogram& planogram);

  /// The sku_id of a sku_id, GTIN, EPC or GS1 Digital Link; of what the planogram does not know the normal form that
  /// item_of() gives, so that it is still the same as what another source calls so. Empty for an empty one.
  [[nodiscard]] std::string id_of(std::string_view item) const;
  /// Null where the planogram does not know it.
  [[nodiscard]] const Product* find(std::string_view id) const;
  /// Null where the planogram does not say where in `zone` it stands.
  [[nodiscard]] const Place* place(std::string_view id, std::string_view zone) const;
  /// Whether both stand in one zone.
  [[nodiscard]] bool neighbours(std::string_view a, std::string_view b) const;
  /// Of the products that have a price; 0 where none has.
  [[nodiscard]] double mean_price() const { return mean_price_; }

 private:
  std::map<std::string, Product, std::less<>> products_;
  std::map<std::string, std::string, std::less<>> id_of_;  ///< other names
  double mean_price_ = 0;
};

}  // namespace shrike

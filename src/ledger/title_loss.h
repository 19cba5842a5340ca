#pragma once
// Reports that say in their title alone what was lost: a "Spoilage Report" with columns Units, Cost, Retail.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/mapping.h"
#include "ledger/rows.h"

namespace shrike {

/// Where a sheet stands, and what is known of names.
struct TitledSheet {
  const std::vector<Mapping>& mappings;
  const Mapping& general;
  std::string sheet;
  std::string file;   ///< its path
  std::string place;  ///< file and sheet in small letters, as find_header() takes it
};

/// Columns of `rows`' header that only say how they measure are called after the one loss that the title, the sheet's
/// or the file's name speaks of, where that makes a report of losses of what is none without.
void name_measures_by_title(std::vector<Row>& rows, const TitledSheet& sheet);

/// Beside the units of one loss ("Units Spoiled"), money that the rows below prove to be that of all units, or whose
/// name says so ("Total Cost"), is called after it; false, and nothing changed, where none is.
[[nodiscard]] bool name_money_of_one_loss(std::vector<std::string>& header, const std::vector<WideColumn>& wide,
                                          std::span<const Row> rows);

/// "Sum of Cost Value", "(at cost)", "Currency: GBP" around columns of figures that do not say what they measure.
/// `title`: normal names, each in blanks.
void measure_by_title(std::vector<WideColumn>& wide, const std::string& title, bool has_currency);

/// The loss that a title speaks of, as a column would be called; empty where it speaks of none, or of several.
[[nodiscard]] std::string only_loss_in(const Mapping& general, std::string_view title);

/// Calls the columns that only say how they measure ("Units", "Total Cost") after `loss`; false, and nothing changed,
/// where no column holds quantities.
[[nodiscard]] bool name_measures(std::vector<std::string>& header, const std::string& loss);

}  // namespace shrike

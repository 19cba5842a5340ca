#pragma once
// What stands above a table in an exported report: title, address, labels with values. And where the table begins.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/cells.h"
#include "ledger/mapping.h"
#include "ledger/rows.h"

namespace shrike {

/// Calendar days, both ends included; days since 1970-01-01.
struct Period {
  int64_t from = 0, to = 0;
};

/// "01/01/2024 - 01/31/2024", "Jan 1, 2024 to Jan 31, 2024", "January 2024", "For the period … through …", one day.
[[nodiscard]] std::optional<Period> parse_period(std::string_view text, const CellStyle& style);
/// A period in a file's or a sheet's name: "shrink_2024-01.csv", "20240131", "20240101_20240131", "Shrink May 2024".
[[nodiscard]] std::optional<Period> period_in_name(std::string_view name);

/// The year in a name, "2024"; empty where there is none.
[[nodiscard]] std::string year_in(std::string_view text);
/// A section's heading as a name: "Lakeside (continued)" goes on with Lakeside.
[[nodiscard]] std::string heading_of(std::string_view text);

/// The header row among `rows`, and what it was recognised as.
struct Header {
  size_t row = 0;  ///< index into `rows`
  Recognised table;
};
[[nodiscard]] std::optional<Header> find_header(std::span<const Row> rows, const std::vector<Mapping>& mappings,
                                                const std::string& place);

/// What label cells say. Only the labels that the mapping lists are looked at; names of people have none.
struct ReportFacts {
  std::string store;  ///< a location's name; a customer's only as a pseudonym
  std::optional<Period> period;
  std::string currency;
  std::string category;  ///< of the section that begins
};
/// Reads the rows above a header (or a row between two sections) on top of what is known already.
void read_facts(std::span<const Row> rows, const Mapping& general, const CellStyle& style, ReportFacts& facts);

/// Whether a normal name is one of the labels that a mapping lists for `group`: "site" for a store.
[[nodiscard]] bool label_is(const Mapping& mapping, const char* group, const std::string& name);

/// "account-" and eight hexadecimal digits: tells accounts apart without keeping their names.
[[nodiscard]] std::string pseudonym(std::string_view name);
[[nodiscard]] bool is_pseudonym(std::string_view name);

}  // namespace shrike

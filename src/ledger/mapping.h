#pragma once
// What a source system calls its columns, codes and reasons: config/mappings/*.yml, read and matched against headers.
// config/mappings/README.md is the manual of the format.

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/tables.h"

namespace shrike {

/// What a reason word or a movement code stands for.
struct Meaning {
  std::string
      kind;  ///< sale return receipt transfer_in transfer_out adjustment count opening ignore; empty: adjustment
  std::string reason_class;  ///< of an adjustment; empty where only the reason beside it can tell
  Direction direction = Direction::signed_;
  int sign = 0;            ///< +1, -1: what the quantity's size is multiplied with; 0: the quantity has its own sign
  bool by_reason = false;  ///< a reason beside the code decides; the class here holds where there is none
  bool in_text = false;    ///< a word of reason texts only: a column of that name is something else
};

/// One target column and the names that a file may have for it. An alternative of several names is their values joined
/// by '/'. All alternatives that a file has are kept: the first that is not empty in a row counts there.
struct ColumnRule {
  std::string target;
  std::vector<std::vector<std::string>> alternatives;  ///< normal names (cells.h)
};

/// How the sign of an adjustment's quantity is to be read.
enum class SignRule { automatic, effect, magnitude, loss_positive };

struct TableRule {
  std::string table;  ///< as docs/ledger.md names it: sales, receipt, …
  const StageTable* into = nullptr;
  std::string kind;  ///< movement kind of every row, where the table has one
  std::vector<ColumnRule> columns;
  std::vector<std::vector<std::string>> needs;  ///< of each entry one target
  std::vector<std::string> hints;   ///< one must hold, where any are given: a target, "file:word", or "header:name"
  std::vector<std::string> unless;  ///< words; a header with a column that holds one is not this table
  std::map<std::string, Meaning> codes;
  SignRule sign = SignRule::automatic;
  bool wide_reasons = false;     ///< columns named after reasons are adjustments of the row
  bool wide_covariates = false;  ///< columns that nothing else takes are covariates of the row's area
};

struct Mapping {
  std::string system;
  std::string title;
  int rank = 0;                            ///< between equal matches the higher wins
  std::string time_zone;                   ///< of times without an offset, where the store's is not known
  std::map<std::string, Meaning> reasons;  ///< by normal name
  std::map<std::string, std::vector<std::string>> labels;  ///< what label cells above a header are called
  std::vector<TableRule> tables;
  std::string version;  ///< of its text, 12 hexadecimal digits
};

/// Reads one mapping file; a fault is named file:line with what was expected.
[[nodiscard]] Result<Mapping> parse_mapping(const std::string& text, const std::string& name);
/// The mappings that Shrike ships (built in), and then those of `files`, which outrank them.
[[nodiscard]] Result<std::vector<Mapping>> load_mappings(const std::vector<std::filesystem::path>& files);

/// The measure that a column named after a reason holds.
enum class Measure { quantity, cost, retail, money };
struct WideColumn {
  size_t column = 0;
  std::string reason;  ///< the reason's words as the mapping has them
  Measure measure = Measure::quantity;
  bool measure_named = false;  ///< the header said which; else the cells decide
  int sign = 0;                ///< of a difference, as effect on stock, where the rows prove it; else 0
  bool gross = false;          ///< holds the known losses beside it (wide_columns.h)
  bool net = false;            ///< is less the gains beside it
};

/// A header row that was recognised: which column feeds which target.
struct Recognised {
  const Mapping* mapping = nullptr;
  const TableRule* rule = nullptr;
  /// By target of rule->columns: the alternatives that are there, each as column numbers to join.
  std::vector<std::vector<std::vector<size_t>>> columns;
  std::vector<WideColumn> wide;
  std::vector<size_t> covariates;
  double score = 0;

  [[nodiscard]] bool has(std::string_view target) const;
};

/// The best table for a row of header cells; nothing where no table's needs are met. `place` is the file and sheet
/// name.
[[nodiscard]] std::optional<Recognised> recognise(const std::vector<Mapping>& mappings,
                                                  const std::vector<std::string>& header, const std::string& place);
/// For the error message: the table that came nearest and what it lacked. Empty where nothing came near.
[[nodiscard]] std::string nearest_table(const std::vector<Mapping>& mappings, const std::vector<std::string>& header);

/// The words that mappings know.
struct KnownWords {
  std::set<std::string, std::less<>> words;
  [[nodiscard]] bool holds_all(std::string_view text) const;
};
/// Words of all columns' names, labels and reasons, and what columns of people are commonly called.
[[nodiscard]] KnownWords words_of_names(const std::vector<Mapping>& mappings);
/// Words of reasons, and those that reasons are put together with.
[[nodiscard]] KnownWords words_of_reasons(const Mapping& mapping, const Mapping& general);

/// What a raw reason means: by the mapping, else by `general` (the generic mapping). Numbers and codes are looked up as
/// they are, words by their normal name and then by the longest known phrase inside. `phrase`: what was found, where
/// the text says more than that.
[[nodiscard]] const Meaning* find_reason(const Mapping& mapping, const Mapping* general, std::string_view raw,
                                         std::string* phrase = nullptr);

}  // namespace shrike

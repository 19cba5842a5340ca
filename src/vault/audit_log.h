#pragma once
// What was done with personal data, by whom: rows are only ever added, and each holds the hash of the one before it, so
// that a row that was changed or taken out shows.

#include <string>
#include <vector>

#include "base/time.h"
#include "db/database.h"

namespace shrike {

struct AuditRow {
  int64_t number = 0;  ///< 1, 2, 3…
  Timestamp time;
  std::string subject;  ///< what it is about: "watch_entry 01K…"
  std::string what;     ///< enrolled, approved, matched, expired, erased, …
  std::string by;       ///< who; "shrike" where nobody asked for it
  std::string detail;   ///< facts without personal data: it outlives what it is about
  std::string hash;     ///< SHA-256 over the row and the hash before, hexadecimal
};

/// Adds a row within a transaction of Database::write(); number and hash are filled in.
void append_audit(soci::session& sql, AuditRow row);

/// The newest rows first, `limit` at most; only those whose subject begins with `subject`.
Result<std::vector<AuditRow>> read_audit(Database& database, const std::string& subject, int limit);

struct AuditCheck {
  int64_t rows = 0;
  int64_t first_bad = 0;  ///< number of the first row that does not fit; 0: all do
  std::string head;       ///< hash of the newest row: whoever wrote it down elsewhere can tell that none is missing
};
/// Goes through the whole chain.
Result<AuditCheck> check_audit(Database& database);

}  // namespace shrike

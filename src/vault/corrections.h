#pragma once
// What officers said of who is who: kept before it is done, and after.

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "risk/visit_record.h"

namespace shrike {

/// A correction of visits. Whoever runs the store does what waits, in order, and says what became of it.
struct VisitCorrection {
  std::string id;      ///< ULID
  std::string action;  ///< merge: `other` was the same person; split: the camera's visit `other` was somebody else;
                       ///< staff, not_staff: what the visit is, `other` is empty
  std::string visit_id, other;
  std::string by, note;
  Timestamp time;
  std::string state = "waiting";  ///< then done, or refused: and why
};

Result<void> add_correction(Database& database, const VisitCorrection& correction);
/// Those that wait, in the order in which they were given; `limit` at most.
Result<std::vector<VisitCorrection>> waiting_corrections(Database& database, int limit);
/// All that name the visit, newest first; 100 at most.
Result<std::vector<VisitCorrection>> corrections_of(Database& database, const std::string& visit_id);
Result<void> close_correction(Database& database, const std::string& id, const std::string& state);

/// The cameras' visits that a visit was put together from, in place of what was kept of it.
Result<void> save_parts(Database& database, const VisitRecord& visit);
Result<std::vector<StoreVisit::Part>> load_parts(Database& database, const std::string& visit_id);
/// The visit is no more: it became part of another one.
Result<void> erase_visit(Database& database, const std::string& visit_id);

}  // namespace shrike

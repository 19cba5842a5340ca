#include "vault/corrections.h"

#include <soci/soci.h>

namespace shrike {
namespace {

using soci::into;
using soci::use;

constexpr int kOfVisitMax = 100;

constexpr const char* kColumns = "SELECT id, action, visit_id, other, said_by, note, time_us, state FROM corrections ";

VisitCorrection correction_of(const soci::row& row) {
  VisitCorrection correction{.id = row.get<std::string>(0),
                             .action = row.get<std::string>(1),
                             .visit_id = row.get<std::string>(2),
                             .other = row.get<std::string>(3),
                             .by = row.get<std::string>(4),
                             .note = row.get<std::string>(5),
                             .time = {},
                             .state = row.get<std::string>(7)};
  correction.time.us = row.get<long long>(6);
  return correction;
}

}  // namespace

Result<void> add_correction(Database& database, const VisitCorrection& c) {
  const long long time_us = c.time.us;
  return database.write([&](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO corrections (id, action, visit_id, other, said_by, note, time_us, state) VALUES (:id, :action, "
           ":visit_id, :other, :said_by, :note, :time_us, :state)",
        use(c.id, "id"), use(c.action, "action"), use(c.visit_id, "visit_id"), use(c.other, "other"),
        use(c.by, "said_by"), use(c.note, "note"), use(time_us, "time_us"), use(c.state, "state");
    return {};
  });
}

Result<std::vector<VisitCorrection>> waiting_corrections(Database& database, int limit) {
  std::vector<VisitCorrection> found;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    const soci::rowset<soci::row> rows =
        (sql.prepare << std::string(kColumns) + "WHERE state = 'waiting' ORDER BY time_us, id LIMIT :most",
         use(limit, "most"));
    for (const soci::row& row : rows) found.push_back(correction_of(row));
    return {};
  }));
  return found;
}

Result<std::vector<VisitCorrection>> corrections_of(Database& database, const std::string& visit_id) {
  std::vector<VisitCorrection> found;
  const int most = kOfVisitMax;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    const soci::rowset<soci::row> rows =
        (sql.prepare << std::string(kColumns) +
                            "WHERE visit_id = :visit_id OR other = :other ORDER BY time_us DESC, id DESC LIMIT :most",
         use(visit_id, "visit_id"), use(visit_id, "other"), use(most, "most"));
    for (const soci::row& row : rows) found.push_back(correction_of(row));
    return {};
  }));
  return found;
}

Result<void> close_correction(Database& database, const std::string& id, const std::string& state) {
  return database.write([&](soci::session& sql) -> Result<void> {
    sql << "UPDATE corrections SET state = :state WHERE id = :id", use(state, "state"), use(id, "id");
    return {};
  });
}

Result<void> save_parts(Database& database, const VisitRecord& visit) {
  return database.write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM visit_parts WHERE visit_id = :visit_id", use(visit.visit_id, "visit_id");
    long long position = 0;
    for (const StoreVisit::Part& part : visit.parts) {
      const long long from_us = part.from.us, to_us = part.to.us;
      sql << "INSERT INTO visit_parts (visit_id, position, camera, camera_visit, from_us, to_us, probability) VALUES "
             "(:visit_id, :position, :camera, :camera_visit, :from_us, :to_us, :probability)",
          use(visit.visit_id, "visit_id"), use(position, "position"), use(part.camera, "camera"),
          use(part.camera_visit, "camera_visit"), use(from_us, "from_us"), use(to_us, "to_us"),
          use(part.probability, "probability");
      ++position;
    }
    return {};
  });
}

Result<std::vector<StoreVisit::Part>> load_parts(Database& database, const std::string& visit_id) {
  std::vector<StoreVisit::Part> parts;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    const soci::rowset<soci::row> rows =
        (sql.prepare << "SELECT camera, camera_visit, from_us, to_us, probability FROM visit_parts WHERE visit_id = "
                        ":visit_id ORDER BY position",
         use(visit_id, "visit_id"));
    for (const soci::row& row : rows) {
      StoreVisit::Part part{.camera = row.get<std::string>(0),
                            .camera_visit = row.get<std::string>(1),
                            .from = {},
                            .to = {},
                            .probability = row.get<double>(4)};
      part.from.us = row.get<long long>(2);
      part.to.us = row.get<long long>(3);
      parts.push_back(std::move(part));
    }
    return {};
  }));
  return parts;
}

Result<void> erase_visit(Database& database, const std::string& visit_id) {
  return database.write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM visit_parts WHERE visit_id = :id", use(visit_id, "id");
    sql << "DELETE FROM visit_evidence WHERE visit_id = :id", use(visit_id, "id");
    sql << "DELETE FROM visits WHERE visit_id = :id", use(visit_id, "id");
    return {};
  });
}

}  // namespace shrike

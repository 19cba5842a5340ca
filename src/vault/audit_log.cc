#include "vault/audit_log.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include "base/sha256.h"

namespace shrike {
namespace {

using soci::into;
using soci::use;

/// Every field with its length before it, so that no two rows read alike.
std::string hash_of(const AuditRow& row, const std::string& previous) {
  std::string text;
  for (const auto& field :
       {previous, std::to_string(row.number), std::to_string(row.time.us), row.subject, row.what, row.by, row.detail}) {
    text += fmt::format("{}:{}", field.size(), field);
  }
  return sha256_of(text);
}

/// Rows of `SELECT columns FROM audit_log <tail>`.
template <class Bind>
std::vector<AuditRow> select_rows(soci::session& sql, const std::string& tail, Bind bind) {
  AuditRow row;
  long long number = 0, time_us = 0;
  soci::statement statement(sql);
  statement.exchange(into(number));
  statement.exchange(into(time_us));
  statement.exchange(into(row.subject));
  statement.exchange(into(row.what));
  statement.exchange(into(row.by));
  statement.exchange(into(row.detail));
  statement.exchange(into(row.hash));
  bind(statement);
  statement.alloc();
  statement.prepare(
      fmt::format("SELECT number, time_us, subject, what, by_whom, detail, hash FROM audit_log {}", tail));
  statement.define_and_bind();
  statement.execute();
  std::vector<AuditRow> rows;
  while (statement.fetch()) {
    row.number = number;
    row.time.us = time_us;
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

void append_audit(soci::session& sql, AuditRow row) {
  const auto newest = select_rows(sql, "ORDER BY number DESC LIMIT 1", [](soci::statement&) {});
  row.number = newest.empty() ? 1 : newest[0].number + 1;
  row.hash = hash_of(row, newest.empty() ? "" : newest[0].hash);
  const long long number = row.number, time_us = row.time.us;
  sql << "INSERT INTO audit_log (number, time_us, subject, what, by_whom, detail, hash) VALUES (:number, :time_us, "
         ":subject, :what, :by_whom, :detail, :hash)",
      use(number, "number"), use(time_us, "time_us"), use(row.subject, "subject"), use(row.what, "what"),
      use(row.by, "by_whom"), use(row.detail, "detail"), use(row.hash, "hash");
}

Result<std::vector<AuditRow>> read_audit(Database& database, const std::string& subject, int limit) {
  std::vector<AuditRow> rows;
  const std::string like = fmt::format("{}%", subject);
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    rows = select_rows(sql, "WHERE subject LIKE :subject ORDER BY number DESC LIMIT :limit",
                       [&](soci::statement& statement) {
                         statement.exchange(use(like, "subject"));
                         statement.exchange(use(limit, "limit"));
                       });
    return {};
  }));
  return rows;
}

Result<AuditCheck> check_audit(Database& database) {
  AuditCheck check;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    for (const AuditRow& row : select_rows(sql, "ORDER BY number", [](soci::statement&) {})) {
      ++check.rows;
      const bool fits = row.number == check.rows && row.hash == hash_of(row, check.head);
      if (!fits && check.first_bad == 0) check.first_bad = row.number;
      check.head = row.hash;
    }
    return {};
  }));
  return check;
}

}  // namespace shrike

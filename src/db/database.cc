#include "db/database.h"

#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <string>
#include <string_view>

#include "base/time.h"
#include "db/schema.h"

namespace shrike {
namespace {

constexpr int kBusyTimeout_s = 5;

/// What SQLite said, in the words of the person who can mend it.
Error explain(const soci::soci_error& error, const std::filesystem::path& file) {
  const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  const auto say = [&](Error::Kind kind, std::string_view what) {
    return Error{kind, fmt::format("{}: {} ({})", file.string(), what, error.what())};
  };
  switch (sqlite == nullptr ? SQLITE_ERROR : sqlite->result() & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return say(Error::Kind::failed,
                 "the database is damaged; move it and its -wal and -shm files away, then put a backup in its place or "
                 "start with a new one");
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return say(Error::Kind::unavailable, "could not write to the disk; free space on it, or check it");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return say(Error::Kind::failed,
                 "cannot open the database for writing; make its folder writable for this user, or set data_dir to one "
                 "that is");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return say(Error::Kind::unavailable,
                 fmt::format("another process kept the database locked for {} s; stop it", kBusyTimeout_s));
    default:
      return say(Error::Kind::failed, "database error");
  }
}

void run_script(soci::session& sql, std::string_view script) {
  while (true) {
    const auto end = script.find(";\n");
    if (end == std::string_view::npos) return;
    sql << std::string(script.substr(0, end));
    script.remove_prefix(end + 2);
  }
}

Result<void> migrate(soci::session& sql, const std::filesystem::path& file) {
  sql << "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, "
         "applied_us BIGINT NOT NULL)";
  int applied = 0;
  sql << "SELECT COALESCE(MAX(version), 0) FROM schema_migrations", soci::into(applied);
  const int known = migrations().back().version;
  if (applied > known) {
    return fail(fmt::format("{}: written by a newer Shrike (schema {}, this program knows {}); use that version",
                            file.string(), applied, known));
  }
  for (const auto& migration : migrations().subspan(static_cast<size_t>(applied))) {
    run_script(sql, migration.sql);
    const std::string name = migration.name;
    const auto now_us = static_cast<long long>(now_utc().us);
    sql << "INSERT INTO schema_migrations VALUES (:version, :name, :now)", soci::use(migration.version, "version"),
        soci::use(name, "name"), soci::use(now_us, "now");
  }
  return {};
}

/// One transaction: undone unless commit() went through, whichever way the scope is left.
class Transaction {
 public:
  Transaction(soci::session& sql, const char* begin) : sql_(sql) { sql_ << begin; }
  void commit() {
    sql_ << "COMMIT";
    open_ = false;
  }
  ~Transaction() {
    if (!open_) return;
    try {
      sql_ << "ROLLBACK";
    } catch (const soci::soci_error&) {  // SQLite undoes by itself after some errors: then nothing is left to undo.
    }
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

 private:
  soci::session& sql_;
  bool open_ = true;
};

}  // namespace

struct Database::Connection {
  explicit Connection(const std::string& parameters) : sql(soci::sqlite3, parameters) {}
  std::mutex mutex;
  soci::session sql;
};

Database::Database(std::filesystem::path file) : file_(std::move(file)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Result<Database> Database::open(const std::filesystem::path& file) {
  // SOCI reads its parameters from one string, in which a quote cannot be written.
  if (file.string().find('"') != std::string::npos) return bad_input(file.string() + ": no \" can be in this path");
  std::error_code ec;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), ec);
  if (ec) {
    return fail(fmt::format("cannot make the folder {}: {}; set data_dir to a folder that this user may write to",
                            file.parent_path().string(), ec.message()));
  }
  const auto parameters = fmt::format("dbname=\"{}\" timeout={}", file.string(), kBusyTimeout_s);
  Database database(file);
  try {
    database.writer_ = std::make_unique<Connection>(parameters);
    auto& sql = database.writer_->sql;
    // Not as a parameter: where SOCI 4.0 cannot set one, in a damaged file, it never closes the database.
    sql << "PRAGMA synchronous = FULL";
    std::string mode;
    sql << "PRAGMA journal_mode = WAL", soci::into(mode);
    if (mode != "wal") {
      return fail(
          fmt::format("{}: this file system cannot hold a write-ahead log (mode is {}); set data_dir to a "
                      "local disk",
                      file.string(), mode));
    }
    sql << "PRAGMA foreign_keys = ON";
    sql << "PRAGMA secure_delete = ON";  // what is erased is overwritten
  } catch (const soci::soci_error& error) {
    return tl::unexpected(explain(error, file));
  }
  TRY_VOID(database.write([&](soci::session& sql) { return migrate(sql, file); }));
  try {
    database.reader_ = std::make_unique<Connection>(parameters);
    database.reader_->sql << "PRAGMA query_only = ON";
  } catch (const soci::soci_error& error) {
    return tl::unexpected(explain(error, file));
  }
  return database;
}

Result<void> Database::run(Connection& connection, const char* begin, const Work& work) {
  std::lock_guard lock(connection.mutex);
  try {
    Transaction transaction(connection.sql, begin);
    TRY_VOID(work(connection.sql));
    transaction.commit();
  } catch (const soci::soci_error& error) {
    return tl::unexpected(explain(error, file_));
  }
  return {};
}

// IMMEDIATE takes the write lock at once: a transaction that began by reading could otherwise fail half-way, and the
// busy timeout would not help it.
Result<void> Database::write(const Work& work) { return run(*writer_, "BEGIN IMMEDIATE", work); }
Result<void> Database::read(const Work& work) { return run(*reader_, "BEGIN", work); }

}  // namespace shrike

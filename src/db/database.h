#pragma once
// One database file, its schema, and the only place where SOCI's exceptions end.

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

#include "base/result.h"

namespace soci {
class session;
}

namespace shrike {

/// The store's state, in SQLite: WAL, synchronous = FULL (what write() returned from survives a power cut), foreign
/// keys on.
///
/// Thread-safe: one connection writes and one reads, each behind a mutex. So a reader never waits for a writer's disk.
/// Several processes may open the same file; one waits up to 5 s for another's transaction.
class Database {
 public:
  /// Statements on one connection. What SOCI throws, or an error it returns, undoes everything it did.
  using Work = std::function<Result<void>(soci::session&)>;

  /// Opens `file`, makes it (and its folder) where it is absent, and brings its schema up to this program's.
  /// Errors: damaged file, no right to write, disk full, a schema newer than this program.
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& file);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  /// Runs `work` in one transaction: all of it is on disk when this returns without an error, or none of it is.
  Result<void> write(const Work& work);
  /// Runs `work` on one unchanging state of the data, which holds every write() that had returned before.
  Result<void> read(const Work& work);

 private:
  struct Connection;
  explicit Database(std::filesystem::path file);
  Result<void> run(Connection& connection, const char* begin, const Work& work);

  std::filesystem::path file_;
  std::unique_ptr<Connection> writer_, reader_;
};

}  // namespace shrike

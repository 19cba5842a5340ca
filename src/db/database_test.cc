#include "db/database.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "db/schema.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A folder of its own a test, gone afterwards.
class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    std::string name = testing::TempDir() + "shrike_db_XXXXXX";
    folder_ = mkdtemp(name.data());
    file_ = folder_ / "a folder" / "shrike.db";
  }
  ~DatabaseTest() override { fs::remove_all(folder_); }

  static Result<void> insert(Database& database, const std::string& name) {
    return database.write([&](soci::session& sql) -> Result<void> {
      sql << "INSERT INTO cameras VALUES (:name, '', 0, 0)", soci::use(name);
      return {};
    });
  }
  static int count(Database& database) {
    int n = -1;
    const auto done = database.read([&](soci::session& sql) -> Result<void> {
      sql << "SELECT COUNT(*) FROM cameras", soci::into(n);
      return {};
    });
    EXPECT_TRUE(done) << done.error().message;
    return n;
  }

  fs::path folder_, file_;
};

TEST(Schema, VersionsCountFromOne) {
  int expected = 1;
  for (const auto& migration : migrations()) EXPECT_EQ(migration.version, expected++);
}

TEST_F(DatabaseTest, MakesItsFolderAndKeepsWhatWasWritten) {
  {
    auto database = Database::open(file_);
    ASSERT_TRUE(database) << database.error().message;
    ASSERT_TRUE(insert(*database, "one"));
  }
  auto again = Database::open(file_);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(count(*again), 1);
}

TEST_F(DatabaseTest, RunsWithWriteAheadLogFullSyncAndForeignKeys) {
  auto database = Database::open(file_);
  ASSERT_TRUE(database) << database.error().message;
  std::string journal;
  int sync = 0, keys = 0;
  ASSERT_TRUE(database->write([&](soci::session& sql) -> Result<void> {
    sql << "PRAGMA journal_mode", soci::into(journal);
    sql << "PRAGMA synchronous", soci::into(sync);
    sql << "PRAGMA foreign_keys", soci::into(keys);
    return {};
  }));
  EXPECT_EQ(journal, "wal");
  EXPECT_EQ(sync, 2) << "FULL";
  EXPECT_EQ(keys, 1);
}

TEST_F(DatabaseTest, UndoesWorkThatFailsOrThrows) {
  auto database = Database::open(file_);
  ASSERT_TRUE(database);
  auto refused = database->write([&](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO cameras VALUES ('x', '', 0, 0)";
    return fail("changed my mind");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "changed my mind");
  auto broken = database->write([&](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO cameras VALUES ('y', '', 0, 0)";
    sql << "INSERT INTO nowhere VALUES (1)";
    return {};
  });
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("nowhere"));
  EXPECT_EQ(count(*database), 0);
  EXPECT_TRUE(insert(*database, "z")) << "the connection goes on working";
}

TEST_F(DatabaseTest, RefusesToWriteThroughRead) {
  auto database = Database::open(file_);
  ASSERT_TRUE(database);
  EXPECT_FALSE(database->read([](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO cameras VALUES ('x', '', 0, 0)";
    return {};
  }));
}

TEST_F(DatabaseTest, NamesADamagedFileAndTheRemedy) {
  fs::create_directories(file_.parent_path());
  std::ofstream(file_) << "this is not a database, it is a letter to a friend, and a long one at that";
  const auto database = Database::open(file_);
  ASSERT_FALSE(database);
  EXPECT_THAT(database.error().message,
              testing::AllOf(HasSubstr(file_.string()), HasSubstr("damaged"), HasSubstr("backup")));
}

TEST_F(DatabaseTest, NamesDamageInsideTheFile) {
  {
    auto database = Database::open(file_);
    ASSERT_TRUE(database);
  }
  {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << std::string(8000, 'x');
  }
  const auto database = Database::open(file_);
  ASSERT_FALSE(database);
  EXPECT_THAT(database.error().message, HasSubstr("damaged"));
}

TEST_F(DatabaseTest, NamesAFolderItCannotMake) {
  auto nowhere = Database::open("/proc/shrike/shrike.db");  // not even root may make files there
  ASSERT_FALSE(nowhere);
  EXPECT_THAT(nowhere.error().message, HasSubstr("data_dir"));
}

TEST_F(DatabaseTest, NamesAFolderThatIsReadOnly) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write to a read-only folder";
  fs::create_directories(file_.parent_path());
  fs::permissions(file_.parent_path(), fs::perms::owner_read | fs::perms::owner_exec);
  auto read_only = Database::open(file_);
  fs::permissions(file_.parent_path(), fs::perms::owner_all);
  ASSERT_FALSE(read_only);
  EXPECT_THAT(read_only.error().message, HasSubstr("writable"));
}

TEST_F(DatabaseTest, NamesAFullDiskAndGoesOnOnceThereIsRoom) {
  auto database = Database::open(file_);
  ASSERT_TRUE(database);
  const auto set_page_limit = [&](const char* pragma) {
    return database->write([&](soci::session& sql) -> Result<void> {
      int pages = 0;
      sql << pragma, soci::into(pages);
      return {};
    });
  };
  ASSERT_TRUE(set_page_limit("PRAGMA max_page_count = 1"));  // SQLite takes it as: no page more than now
  const auto full = insert(*database, std::string(100'000, 'x'));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, Error::Kind::unavailable);
  EXPECT_THAT(full.error().message, HasSubstr("free space"));
  ASSERT_TRUE(set_page_limit("PRAGMA max_page_count = 100000"));
  EXPECT_TRUE(insert(*database, std::string(100'000, 'x')));
  EXPECT_EQ(count(*database), 1);
}

TEST_F(DatabaseTest, RefusesASchemaFromTheFuture) {
  {
    auto database = Database::open(file_);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->write([](soci::session& sql) -> Result<void> {
      sql << "INSERT INTO schema_migrations VALUES (4711, 'later', 0)";
      return {};
    }));
  }
  const auto database = Database::open(file_);
  ASSERT_FALSE(database);
  EXPECT_THAT(database.error().message, testing::AllOf(HasSubstr("newer Shrike"), HasSubstr("4711")));
}

TEST_F(DatabaseTest, WaitsForAnotherProcessesTransaction) {
  auto one = Database::open(file_);
  auto other = Database::open(file_);  // connections of their own, as another process has
  ASSERT_TRUE(one && other);
  std::vector<std::thread> threads;
  for (auto* database : {&*one, &*other}) {
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([database, t] {
        for (int i = 0; i < 25; ++i) {
          const auto name = std::to_string(t) + "-" + std::to_string(i);
          EXPECT_TRUE(database->write([&](soci::session& sql) -> Result<void> {
            sql << "INSERT INTO cameras VALUES (:name, '', 0, 0) ON CONFLICT (name) DO UPDATE SET "
                   "last_seen_us = cameras.last_seen_us + 1",
                soci::use(name);
            return {};
          }));
          EXPECT_GT(count(*database), 0);
        }
      });
    }
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count(*one), 50);
}

}  // namespace
}  // namespace shrike

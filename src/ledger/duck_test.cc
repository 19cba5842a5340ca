#include "ledger/duck.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace shrike {
namespace {

Duck open_duck() {
  auto duck = Duck::open({.memory_mb = 256, .threads = 1});
  EXPECT_TRUE(duck) << (duck ? "" : duck.error().message);
  return std::move(*duck);
}

TEST(Duck, RoundsTripEveryTypeThroughParquet) {
  auto duck = open_duck();
  ASSERT_TRUE(
      duck.run("CREATE TABLE t (a VARCHAR, b DECIMAL(18,3), c TIMESTAMP, d DATE, e BOOLEAN, f DOUBLE, g TINYINT)"));
  auto appender = DuckAppender::open(duck, "t");
  ASSERT_TRUE(appender);
  for (int i = 0; i < 5000; ++i) {
    if (i % 7 == 0) {
      appender->null();
    } else {
      appender->text("a text longer than twelve bytes " + std::to_string(i));
    }
    appender->integer(i * 1000 + 5);
    appender->integer(i * 1'000'000LL);
    appender->integer(i);
    appender->integer(i % 2);
    appender->real(i / 4.0);
    appender->integer(i % 100);
    ASSERT_TRUE(appender->end_row());
  }
  ASSERT_TRUE(appender->close());
  const auto file = std::filesystem::temp_directory_path() / "shrike_duck_test.parquet";
  ASSERT_TRUE(duck.run("COPY t TO " + sql_text(file.string()) + " (FORMAT parquet)"));
  auto stream = duck.stream("SELECT * FROM read_parquet(" + sql_text(file.string()) + ")");
  ASSERT_TRUE(stream);
  int64_t i = 0;
  for (auto more = stream->next(); more && *more; more = stream->next()) {
    for (size_t r = 0; r < stream->rows(); ++r, ++i) {
      ASSERT_EQ(stream->is_null(0, r), i % 7 == 0);
      if (i % 7 != 0) {
        ASSERT_EQ(stream->text(0, r), "a text longer than twelve bytes " + std::to_string(i));
      }
      ASSERT_EQ(stream->integer(1, r), i * 1000 + 5);
      ASSERT_DOUBLE_EQ(stream->real(1, r), static_cast<double>(i) + 0.005);
      ASSERT_EQ(stream->integer(2, r), i * 1'000'000);
      ASSERT_EQ(stream->integer(3, r), i);
      ASSERT_EQ(stream->integer(4, r), i % 2);
      ASSERT_DOUBLE_EQ(stream->real(5, r), static_cast<double>(i) / 4);
      ASSERT_EQ(stream->integer(6, r), i % 100);
    }
  }
  EXPECT_EQ(i, 5000);
  std::filesystem::remove(file);
}

TEST(Duck, NamesWhatIsWrong) {
  auto duck = open_duck();
  const auto syntax = duck.run("SELEKT 1");
  ASSERT_FALSE(syntax);
  EXPECT_NE(syntax.error().message.find("SELEKT"), std::string::npos) << syntax.error().message;
  const auto missing = duck.stream("SELECT * FROM nothing_here");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("nothing_here"), std::string::npos);
}

TEST(Duck, AFaultInTheMiddleOfAStreamIsAnError) {
  auto duck = open_duck();
  auto stream =
      duck.stream("SELECT CASE WHEN range = 90000 THEN error('row ninety thousand') ELSE '1' END FROM range(100000)");
  bool failed = !stream;
  while (!failed) {
    const auto more = stream->next();
    failed = !more;
    if (more && !*more) break;
  }
  EXPECT_TRUE(failed);
}

TEST(Duck, QuotesLiteralsAndNames) {
  auto duck = open_duck();
  const auto table = duck.table("SELECT " + sql_text("it's") + " AS " + sql_name("a \"b\""));
  ASSERT_TRUE(table);
  EXPECT_EQ(table->names[0], "a \"b\"");
  EXPECT_EQ(table->rows[0][0], "it's");
}

TEST(Duck, KnowsTimeZones) {
  auto duck = open_duck();
  // Paris, the second 02:30 of the night in which summer time ends, and a time that never was in spring.
  const auto table = duck.table("SELECT timezone('Europe/Paris', TIMESTAMP '2024-07-01 12:00:00')::VARCHAR");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->rows[0][0]->substr(0, 19), "2024-07-01 10:00:00");
}

}  // namespace
}  // namespace shrike

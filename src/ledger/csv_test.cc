#include "ledger/csv.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TempFile {
 public:
  explicit TempFile(const std::string& content) {
    static int serial = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("shrike_csv_" + std::to_string(::getpid()) + "_" + std::to_string(serial++));
    std::ofstream(path_, std::ios::binary) << content;
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::vector<std::vector<std::string>> rows_of(const std::string& content) {
  const TempFile file(content);
  auto source = open_csv(file.path());
  EXPECT_TRUE(source);
  EXPECT_TRUE(*(*source)->next_sheet());
  std::vector<std::vector<std::string>> rows;
  Row row;
  for (auto more = (*source)->next(row); more && *more; more = (*source)->next(row)) {
    EXPECT_EQ(row.number, static_cast<int64_t>(rows.size()) + 1);
    rows.push_back(row.cells);
  }
  EXPECT_FALSE(*(*source)->next_sheet());
  return rows;
}

TEST(Csv, RaggedRowsBlankLinesAndQuotedNewlinesKeepTheirPlace) {
  EXPECT_THAT(rows_of("\xEF\xBB\xBFReport\r\n,,Acme Inc\r\n\r\nA,B\r\n\"two, 2\",\"multi\r\nline \"\"q\"\"\"\r\n"),
              ElementsAre(ElementsAre("Report"), ElementsAre("", "", "Acme Inc"), IsEmpty(), ElementsAre("A", "B"),
                          ElementsAre("two, 2", "multi\r\nline \"q\"")));
}

TEST(Csv, DelimitersAreFound) {
  EXPECT_THAT(rows_of("a;b;c\n1,5;2;3\n"), ElementsAre(ElementsAre("a", "b", "c"), ElementsAre("1,5", "2", "3")));
  EXPECT_THAT(rows_of("a\tb\n1\t2"), ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
  EXPECT_THAT(rows_of("a|b\n1|2\n"), ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
  EXPECT_THAT(rows_of("alone\n"), ElementsAre(ElementsAre("alone")));
}

TEST(Csv, EveryLineEndEndsALine) {
  EXPECT_THAT(rows_of("a,b\r1,2\r\r3,4"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2"), IsEmpty(), ElementsAre("3", "4")));
}

TEST(Csv, Utf16IsReadWithAndWithoutMark) {
  const std::string text = "a,b\n1,\xC3\xA9\n";
  std::string little("\xFF\xFE", 2);
  std::string big;
  for (const unsigned code : {0x61U, 0x2CU, 0x62U, 0xAU, 0x31U, 0x2CU, 0xE9U, 0xAU}) {
    little += {static_cast<char>(code & 0xFFU), static_cast<char>(code >> 8U)};
    big += {static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
  }
  EXPECT_EQ(rows_of(little), rows_of(text));
  EXPECT_EQ(rows_of(big), rows_of(text));
}

TEST(Csv, AQuoteThatIsNeverClosedSwallowsNothing) {
  const TempFile file("a,b\n1,\"six inch\n2,ok\n3,ok\n");
  auto source = open_csv(file.path());
  ASSERT_TRUE(*(*source)->next_sheet());
  std::vector<std::vector<std::string>> rows;
  Row row;
  while (*(*source)->next(row)) rows.push_back(row.cells);
  EXPECT_THAT(rows, ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "\"six inch"), ElementsAre("2", "ok"),
                                ElementsAre("3", "ok")));
  ASSERT_EQ((*source)->notes().size(), 1U);
  EXPECT_EQ((*source)->notes()[0].code, "open_quote");
}

TEST(Csv, TwoStrayQuotesInTwoRowsDoNotJoinThem) {
  EXPECT_THAT(rows_of("a,b\n\"6 inch,1\n\"8 inch,2\n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("\"6 inch", "1"), ElementsAre("\"8 inch", "2")));
}

TEST(Csv, AQuoteInsideACellIsALetter) {
  EXPECT_THAT(rows_of("name,n\npipe 6\" wide,1\n\"a\"b,2\n"),
              ElementsAre(ElementsAre("name", "n"), ElementsAre("pipe 6\" wide", "1"), ElementsAre("ab", "2")));
}

TEST(Csv, OneEndlessLineIsNamedNotRead) {
  std::string line = "a,b\n";
  for (int i = 0; i < 5000; ++i) line += "1,";
  const TempFile many(line);
  auto source = open_csv(many.path());
  ASSERT_TRUE(*(*source)->next_sheet());
  Row row;
  ASSERT_TRUE(*(*source)->next(row));
  const auto result = (*source)->next(row);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, testing::HasSubstr("row 2: over 4096 cells"));

  const TempFile wide(std::string(3 << 20, 'x'));
  auto endless = open_csv(wide.path());
  ASSERT_TRUE(*(*endless)->next_sheet());
  const auto refused = (*endless)->next(row);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("row 1: a cell of over"));
}

TEST(Csv, RowsAreTheSameHoweverTheTextArrives) {
  const std::string text = "a,b\r\n\"x\"\"y\",2\r\n\r\n3,\"4\r\n5\"\r\n";
  std::vector<std::vector<std::string>> whole;
  for (const size_t step : {text.size(), size_t{1}, size_t{2}, size_t{3}, size_t{5}}) {
    CsvCutter cutter(',', {});
    std::vector<std::vector<std::string>> rows;
    Row row;
    size_t fed = 0;
    for (;;) {
      const auto what = cutter.next(row);
      ASSERT_TRUE(what);
      if (*what == CsvCutter::Step::end) break;
      if (*what == CsvCutter::Step::row) {
        rows.push_back(row.cells);
      } else {
        const auto piece = text.substr(fed, step);
        fed += piece.size();
        cutter.feed(piece, fed == text.size());
      }
    }
    if (whole.empty()) whole = rows;
    EXPECT_EQ(rows, whole) << "fed " << step << " bytes at a time";
  }
  EXPECT_EQ(whole.size(), 4U);
}

TEST(Csv, ReadsAgainFromTheStart) {
  const TempFile file("a,b\n1,2\n");
  auto source = open_csv(file.path());
  ASSERT_TRUE(*(*source)->next_sheet());
  Row row;
  while (*(*source)->next(row)) {
  }
  EXPECT_DOUBLE_EQ((*source)->progress(), 1.0);
  ASSERT_TRUE((*source)->rewind_sheet());
  ASSERT_TRUE(*(*source)->next(row));
  EXPECT_THAT(row.cells, ElementsAre("a", "b"));
}

}  // namespace
}  // namespace shrike

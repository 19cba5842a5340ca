#include "ledger/xlsx.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zip.h>

#include "ledger/xlsx_testing.h"

namespace shrike {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Xlsx, EveryKindOfCellIsRead) {
  const auto file = testing_xlsx(
      "cells",
      R"(<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>in</t><r><t>line</t></r></is></c></row>
    <row r="3"><c r="A3" s="1"><v>45322</v></c><c r="B3" s="2"><v>45322.5</v></c>
    <c r="C3"><v>0.30000000000000004</v></c>
    <c r="D3" t="b"><v>1</v></c><c r="E3" t="str"><v>formula</v></c><c r="F3" s="3"><v>0.25</v></c>
    <c r="G3" t="e"><v>#N/A</v></c></row>)");
  auto source = open_xlsx(file);
  ASSERT_TRUE(source) << source.error().message;
  ASSERT_TRUE(*(*source)->next_sheet());
  EXPECT_EQ((*source)->sheet(), "Sheet1");
  Row row;
  ASSERT_TRUE(*(*source)->next(row));
  EXPECT_THAT(row.cells, ElementsAre("shared & text", "", "inline"));
  ASSERT_TRUE(*(*source)->next(row));
  EXPECT_EQ(row.number, 2);
  EXPECT_THAT(row.cells, IsEmpty());
  ASSERT_TRUE(*(*source)->next(row));
  EXPECT_THAT(row.cells, ElementsAre("2024-01-31", "2024-01-31 12:00:00", "0.3", "1", "formula", "06:00:00", "#N/A"));
  EXPECT_FALSE(*(*source)->next(row));
  ASSERT_TRUE((*source)->rewind_sheet());
  ASSERT_TRUE(*(*source)->next(row));
  EXPECT_EQ(row.number, 1);
  EXPECT_FALSE(*(*source)->next_sheet());
  std::filesystem::remove(file);
}

TEST(Xlsx, AZipBombIsRefused) {
  // 100 MB of blanks before the first row, packed a thousandfold.
  const auto rows = std::string(size_t{100} << 20, ' ') + "<row><c><v>1</v></c></row>";
  const auto file = testing_xlsx("bomb", rows);
  auto source = open_xlsx(file);
  ASSERT_TRUE(source);
  ASSERT_TRUE(*(*source)->next_sheet());
  Row row;
  auto more = (*source)->next(row);
  while (more && *more) more = (*source)->next(row);
  ASSERT_FALSE(more);
  EXPECT_THAT(more.error().message, HasSubstr("zip bomb"));
  EXPECT_EQ(more.error().kind, Error::Kind::bad_input);
  std::filesystem::remove(file);
}

TEST(Xlsx, WhatIsNoWorkbookIsNamed) {
  const auto file = std::filesystem::temp_directory_path() / ("shrike_notzip_" + std::to_string(::getpid()));
  testing_zip(file, {{"readme.txt", "hello"}});
  const auto source = open_xlsx(file);
  ASSERT_FALSE(source);
  EXPECT_THAT(source.error().message, HasSubstr("xl/workbook.xml"));
  std::filesystem::remove(file);
}

TEST(Xlsx, NamespacePrefixesMakeNoDifference) {
  const auto file = testing_xlsx("prefix", R"(<x:row r="1"><x:c r="B1"><x:v>7</x:v></x:c></x:row>)");
  auto source = open_xlsx(file);
  ASSERT_TRUE(source);
  ASSERT_TRUE(*(*source)->next_sheet());
  Row row;
  ASSERT_TRUE(*(*source)->next(row));
  EXPECT_THAT(row.cells, ElementsAre("", "7"));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace shrike

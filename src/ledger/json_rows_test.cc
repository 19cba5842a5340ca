#include "ledger/json_rows.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "ledger/epcis.h"

namespace shrike {
namespace {

using testing::ElementsAre;

std::vector<std::vector<std::string>> rows_of(const std::string& content) {
  const auto file = std::filesystem::temp_directory_path() / ("shrike_json_" + std::to_string(::getpid()));
  std::ofstream(file) << content;
  auto source = open_json(file);
  EXPECT_TRUE(source) << (source ? "" : source.error().message);
  std::vector<std::vector<std::string>> rows;
  if (source) {
    EXPECT_TRUE(*(*source)->next_sheet());
    Row row;
    while (*(*source)->next(row)) rows.push_back(row.cells);
  }
  std::filesystem::remove(file);
  return rows;
}

TEST(Json, LinesArraysAndWrappedListsAreOneThing) {
  const auto expected = ElementsAre(ElementsAre("a.b", "c"), ElementsAre("1", "x"), ElementsAre("2.5", ""));
  EXPECT_THAT(rows_of(R"({"a":{"b":1},"c":"x"})"
                      "\n\n"
                      R"({"a":{"b":2.5},"c":null})"),
              expected);
  EXPECT_THAT(rows_of(R"([{"a":{"b":1},"c":"x"},{"a":{"b":2.5}}])"), expected);
  EXPECT_THAT(rows_of("{\n\"cursor\":\"z\",\"changes\":[{\"a\":{\"b\":1},\"c\":\"x\"},{\"a\":{\"b\":2.5}}]}"),
              expected);
}

TEST(Json, ANestedListMakesARowAnElement) {
  EXPECT_THAT(rows_of(R"({"reason":"shrinkage","changes":[{"delta":-1},{"delta":-2}]})"),
              ElementsAre(ElementsAre("reason", "changes.delta"), ElementsAre("shrinkage", "-1"),
                          ElementsAre("shrinkage", "-2")));
}

TEST(Json, ABrokenLineIsAnEmptyRowNotALostOne) {
  EXPECT_THAT(rows_of("{\"a\":1}\n{\"a\":\n{\"a\":3}\n"),
              ElementsAre(ElementsAre("a"), ElementsAre("1"), ElementsAre(""), ElementsAre("3")));
}

TEST(Epcis, GtinsComeOutOfEveryForm) {
  EXPECT_EQ(gtin_of("urn:epc:id:sgtin:0614141.107346.2017"), "10614141073464");
  EXPECT_EQ(gtin_of("urn:epc:class:lgtin:4012345.012345.998877"), "04012345123456");
  EXPECT_EQ(gtin_of("urn:epc:idpat:sgtin:4012345.098765.*"), "04012345987652");
  EXPECT_EQ(gtin_of("https://id.gs1.org/01/70614141123451/21/2018"), "70614141123451");
  EXPECT_EQ(gtin_of("urn:epc:id:sscc:0614141.1234567890"), std::nullopt);
  EXPECT_EQ(gtin_of("urn:epc:id:sgtin:06x4141.107346.1"), std::nullopt);
}

TEST(Epcis, InstancesAreCountedAProductAndErrorsTold) {
  const auto event =
      nlohmann::json::parse(R"({"type":"ObjectEvent","eventTime":"2024-05-01T10:00:00Z","action":"OBSERVE",
    "bizStep":"https://ref.gs1.org/cbv/BizStep-receiving","bizLocation":{"id":"urn:epc:id:sgln:0012345.11111.0"},
    "epcList":["urn:epc:id:sgtin:0614141.107346.2017","urn:epc:id:sgtin:0614141.107346.2018"],
    "quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.998877","quantity":200,"uom":"KGM"}],
    "errorDeclaration":{"declarationTime":"2024-05-02T00:00:00Z"}})");
  ASSERT_TRUE(is_epcis(event));
  const auto rows = epcis_rows(event);
  ASSERT_EQ(rows.size(), 2U);
  const auto value = [](const FlatObject& row, const std::string& key) {
    for (const auto& [name, text] : row) {
      if (name == key) return text;
    }
    return std::string("absent");
  };
  EXPECT_EQ(value(rows[0], "product"), "04012345123456");
  EXPECT_EQ(value(rows[0], "uom"), "KGM");
  EXPECT_EQ(value(rows[1], "quantity"), "2.0");
  EXPECT_EQ(value(rows[1], "biz_step"), "receiving");
  EXPECT_EQ(value(rows[1], "location"), "urn:epc:id:sgln:0012345.11111.0");
  EXPECT_EQ(value(rows[1], "error_declared"), "yes");
}

TEST(Epcis, Gs1ExamplesAllRead) {
  const std::filesystem::path examples = SHRIKE_SOURCE_DIR "/../shared/data/epcis/JSON";
  if (!std::filesystem::exists(examples)) GTEST_SKIP() << "../shared/data/epcis is not here";
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(examples)) {
    if (entry.path().extension() != ".jsonld") continue;
    auto source = open_rows(entry.path());
    ASSERT_TRUE(source) << entry.path();
    ASSERT_TRUE(*(*source)->next_sheet());
    Row row;
    int rows = 0;
    for (auto more = (*source)->next(row); more && *more; more = (*source)->next(row)) ++rows;
    EXPECT_GT(rows, 1) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 15);
}

}  // namespace
}  // namespace shrike

#include "ledger/title_loss.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"

namespace shrike {
namespace {

Mapping generic() {
  const auto all = load_mappings({}).value();
  const auto found = std::find_if(all.begin(), all.end(), [](const auto& each) { return each.system == "generic"; });
  EXPECT_NE(found, all.end());
  return *found;
}

TEST(TitleLoss, IsTheOneThatTheTitleNames) {
  const auto general = generic();
  EXPECT_EQ(only_loss_in(general, "Spoilage Detail Report | Sheet1"), "spoilage");
  EXPECT_EQ(only_loss_in(general, "Unknown stock loss 2025"), "unknown stock loss");
  EXPECT_EQ(only_loss_in(general, "Spoilage and Shrink Report"), "");  // either may be meant
  EXPECT_EQ(only_loss_in(general, "Product list, sample"), "");
  EXPECT_EQ(only_loss_in(general, ""), "");
}

TEST(TitleLoss, NamesMeasuresAndNothingElse) {
  std::vector<std::string> header{"Product", "Units", "Total Cost", "Unit Cost", "Retail"};
  ASSERT_TRUE(name_measures(header, "spoilage"));
  EXPECT_EQ(header,
            (std::vector<std::string>{"Product", "spoilage units", "spoilage cost", "Unit Cost", "spoilage retail"}));
  std::vector<std::string> prices{"Product", "Cost", "Retail"};  // a list of prices, whatever its file is called
  EXPECT_FALSE(name_measures(prices, "spoilage"));
  EXPECT_EQ(prices[1], "Cost");
}

TEST(TitleLoss, ASpoilageReportIsNoListOfProducts) {
  const TestLedger ledger;
  const auto shrink = ledger.take("Shrink Report Jan.csv",
                                  "Shrink Report\nDate Range,01/01/2024 - 01/31/2024\n\n"
                                  "Location,Product Code,Product,Shrink Units,Shrink Cost,Shrink Retail\n"
                                  "S,A,Milk,2,2.00,4.00\nS,B,Ham,1,2.00,4.00\nT,C,Tea,6,6.00,12.00\n");
  const auto spoilage = ledger.take("Spoilage Report Jan.csv",
                                    "Spoilage Report\nDate Range,01/01/2024 - 01/31/2024\n\n"
                                    "Location,Product Code,Product,Units,Cost,Retail\n"
                                    "S,A,Milk,3,3.00,6.00\nS,B,Ham,2,4.00,8.00\nT,B,Ham,1,2.00,4.00\n");
  EXPECT_EQ(spoilage.manifest.sources.back().sheets.at(0).table, "loss_report");
  const auto losses = ledger.report();
  EXPECT_EQ(units_of(losses), "15/6/9/0/9");
  EXPECT_NEAR(losses.totals.spoilage.cost.value_or(-1), 9, 1e-9);
  EXPECT_NEAR(losses.totals.spoilage.retail.value_or(-1), 18, 1e-9);
}

TEST(TitleLoss, AListOfPricesStaysOneInAFolderOfLosses) {
  const TestLedger ledger;
  const auto report = ledger.take("spoilage prices.csv", "SKU,Product Name,Unit Cost,Retail\nA,Milk,1.00,2.00\n");
  EXPECT_EQ(report.manifest.sources.at(0).sheets.at(0).table, "product");
}

/// A file's name is the weakest word: a title of sales, or a company called after waste, is no report of losses.
TEST(TitleLoss, ATitleOfSomethingElseSilencesAFileName) {
  const std::string rows = "Location,Product,Units,Cost\nS,Milk,3,3.10\nS,Ham,2,4.20\n";
  for (const auto& [file, title] : {std::pair{"Waste April.csv", "Sales Report"},
                                    {"Spoilage.csv", "Sales excluding Spoilage"},
                                    {"Waste Management HQ.csv", "Weekly figures"}}) {
    const TestLedger ledger;
    const auto report = ledger.import({ledger.write(file, std::string(title) + "\n\n" + rows)});
    ASSERT_TRUE(report) << report.error().message;
    for (const auto& source : report->manifest.sources)
      for (const auto& sheet : source.sheets) EXPECT_NE(sheet.table, "loss_report") << file;
  }
}

}  // namespace
}  // namespace shrike

#include "ledger/reason_sections.h"

#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"

namespace shrike {
namespace {

TEST(ReasonSections, HeadingsBelowOneHeader) {
  EXPECT_EQ(
      losses_of("Loss Report May 2024\n\nItem Code,Item Name,Qty,Ext Cost\nSpoilage\n1,Yogurt,4,3.72\n2,Cup,5,7.75\n"
                "Total,,9,11.47\n\nShrink\n3,Bar,5,3.55\n1,Yogurt,2,1.86\nTotal,,7,5.41\n"),
      "16/9/7/0/7");
  EXPECT_EQ(losses_of("Location: Lobby\nItem Code,Item Name,Qty,Ext Cost\nReason: Spoilage\n1,Yogurt,4,3.72\n"
                      "Reason: Theft\n2,Cup,5,7.75\nReason: Missing\n2,Cup,1,1.55\n"),
            "5/4/1/0/1");
}

TEST(ReasonSections, TablesWithATitleEach) {
  EXPECT_EQ(
      losses_of("Spoilage Report\nItem Code,Item Name,Qty,Ext Cost\n1,Yogurt,4,3.72\n2,Cup,5,7.75\nTotal,,9,11.47\n\n"
                "Shrink Report\nItem Code,Item Name,Qty,Ext Cost\n3,Bar,5,3.55\n1,Yogurt,2,1.86\nTotal,,7,5.41\n"),
      "16/9/7/0/7");
}

/// A list of products is none of losses because a department is called Waste; one that has reasons keeps them.
TEST(ReasonSections, OtherListsStayAsTheyAre) {
  const auto mappings = load_mappings({});
  ASSERT_TRUE(mappings);
  const auto rows_of = [](std::vector<std::vector<std::string>> cells) {
    std::vector<Row> rows;
    for (auto& row : cells) rows.push_back({.number = static_cast<int64_t>(rows.size() + 1), .cells = std::move(row)});
    return rows;
  };
  EXPECT_TRUE(with_reasons_of_sections({}, *mappings, "a.csv").empty());
  EXPECT_TRUE(with_reasons_of_sections(
                  rows_of({{"Item Code", "Item Name", "Qty"}, {"Spoilage"}, {"1", "Yogurt", "4"}, {"2", "Cup", "5"}}),
                  *mappings, "a.csv")
                  .empty())
      << "one heading may be anything";
  EXPECT_TRUE(
      with_reasons_of_sections(
          rows_of(
              {{"Item Code", "Qty", "Reason"}, {"Spoilage"}, {"1", "4", "Broken"}, {"Shrink"}, {"2", "5", "Expired"}}),
          *mappings, "a.csv")
          .empty());
  EXPECT_TRUE(
      with_reasons_of_sections(
          rows_of(
              {{"Item Code", "Item Name", "Qty"}, {"1", "Yogurt", "4"}, {"Spoilage"}, {"2", "Cup", "5"}, {"Shrink"}}),
          *mappings, "a.csv")
          .empty())
      << "of the first row nobody says why it was lost";
}

}  // namespace
}  // namespace shrike

#include "ledger/sum_rows.h"

#include <gtest/gtest.h>

#include "ledger/ledger_testing.h"

namespace shrike {
namespace {

/// Rows that add up others have any name: it is their figures that show it, or chance could not.
TEST(SumRows, WhatAddsUpOthersIsNoStore) {
  const std::string header = "Store,Spoilage Units,Shrink Units\n";
  const std::string stores = "101,3,2\n102,1,5\n103,4,1\n";
  EXPECT_EQ(losses_of(header + stores), "16/8/8/0/8");
  EXPECT_EQ(losses_of(header + stores + "All Stores,8,8\n"), "16/8/8/0/8");
  EXPECT_EQ(losses_of(header + "Company,8,8\n" + stores), "16/8/8/0/8");
  EXPECT_EQ(losses_of(header + "101,31,22\n102,12,53\nDistrict 1,43,75\n103,44,11\n104,23,22\nDistrict 2,67,33\n"
                               "Company,110,108\n"),
            "218/110/108/0/108");
  EXPECT_EQ(losses_of(header + stores + "Total,8,8\nAverage,2.67,2.67\nLast Year,9,7\n"), "16/8/8/0/8");
  EXPECT_EQ(losses_of(header + stores + "Northwest Foods,8,8\n"), "32/16/16/0/16") << "small sums are chance";
  EXPECT_EQ(losses_of(header + "101,31.5,20.25\n102,11,52.75\n103,40.25,18.5\nNorthwest Foods,82.75,91.5\n"),
            "174.25/82.75/91.5/0/91.5");
}

/// A name alone proves nothing.
TEST(SumRows, AStoreMayBeCalledLikeADistrict) {
  EXPECT_EQ(losses_of("Store,Spoilage Units,Shrink Units\nDistrict 9,3,2\nAll Saints,1,5\nTown,4,1\n"), "16/8/8/0/8");
  EXPECT_EQ(losses_of("Location,Shrink Units\nLobby,1\nFloor 2,1\nGroup Room,2\nGarage,4\nGym,3\n"), "11/0/11/0/11");
  EXPECT_EQ(losses_of("Customer,Spoilage Units,Shrink Units\nTarget,3,2\nBudget,1,5\nAll Saints,4,7\n"),
            "22/8/14/0/14");
  const auto row = [](const char* label, int64_t a, int64_t b) { return LabelledFigures{label, {a, b}}; };
  EXPECT_TRUE(labels_of_sums({}).empty());
  EXPECT_TRUE(labels_of_sums({row("a", 1, 1), row("all", 1, 1)}).empty()) << "of one row nobody needs the sum";
  // Every row of the name must be a sum: here the second is not.
  EXPECT_TRUE(labels_of_sums({row("a", 10'000, 0), row("b", 20'000, 0), row("region 1", 30'000, 0), row("c", 10'000, 0),
                              row("d", 10'000, 0), row("region 1", 70'000, 0)})
                  .empty());
}

/// What its status says does not stand is left out, and said.
TEST(SumRows, VoidRowsAreLeftOut) {
  const TestLedger ledger;
  const auto import = ledger.take("adjustments.csv",
                                  "Date,Store,SKU,Reason,Qty,Status\n2024-05-01,1,A,Spoilage,-1,Posted\n2024-05-02,1,B,"
                                  "Spoilage,-3,Voided\n2024-05-03,1,C,Shrink,-4,Cancelled\n2024-05-04,1,D,Shrink,-2,"
                                  "Posted\n");
  EXPECT_EQ(units_of(ledger.report()), "3/1/2/0/2");
  EXPECT_EQ(import.manifest.sources.at(0).sheets.at(0).ignored, 2);
  EXPECT_EQ(losses_of("Date,Store,SKU,Reason,Qty,Void\n2024-05-01,1,A,Spoilage,-1,N\n2024-05-02,1,B,Shrink,-3,Y\n"),
            "1/1/0/0/0");
  EXPECT_FALSE(is_void("Status", "yes"));
  EXPECT_FALSE(is_void("Status", "Active"));
}

}  // namespace
}  // namespace shrike

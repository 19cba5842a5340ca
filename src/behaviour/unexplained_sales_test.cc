#include "behaviour/unexplained_sales.h"

#include <gtest/gtest.h>
#include <utility>

namespace shrike {
namespace {

Receipt receipt(std::string sequence, double at_s) {
  return {.key = {.sequence = std::move(sequence)}, .heard = Timestamp{}.plus_s(at_s)};
}

TEST(UnexplainedSales, APieceThatSomebodyPaidForIsNotStolen) {
  UnexplainedSales sales;
  EXPECT_TRUE(sales.set(receipt("7", 1000), {"razor"}));
  EXPECT_TRUE(sales.any("razor", Timestamp{}.plus_s(700)));
  EXPECT_FALSE(sales.any("soap", Timestamp{}.plus_s(700)));
  EXPECT_FALSE(sales.any("razor", Timestamp{}.plus_s(1100))) << "taken after it was paid";
}

TEST(UnexplainedSales, WhatTurnsOutToBeThePayersIsNoLongerUnexplained) {
  UnexplainedSales sales;
  (void)sales.set(receipt("7", 1000), {"razor", "soap"});
  EXPECT_FALSE(sales.set(receipt("7", 1000), {"soap"}));
  EXPECT_FALSE(sales.any("razor", Timestamp{}.plus_s(700)));
  EXPECT_FALSE(sales.set(receipt("8", 1000), {})) << "nothing to say";
}

}  // namespace
}  // namespace shrike

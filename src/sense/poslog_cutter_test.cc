#include "sense/poslog_cutter.h"

#include <gtest/gtest.h>
#include <vector>

namespace shrike {
namespace {

using State = PoslogPiece::State;

struct Cut {
  State state;
  std::string xml;
  int64_t row;
};

std::vector<Cut> cut(const std::string& text, size_t step, PoslogLimits limits = {}) {
  PoslogCutter cutter(limits);
  std::vector<Cut> out;
  PoslogPiece piece;
  for (size_t at = 0; at < text.size() || text.empty(); at += step) {
    cutter.feed(std::string_view(text).substr(at, step), at + step >= text.size());
    while (cutter.next(piece)) out.push_back({piece.state, std::string(piece.xml), piece.row});
    if (text.empty()) break;
  }
  return out;
}

const char* const kLog = R"(<?xml version="1.0"?>
<!-- <Transaction>not one</Transaction> -->
<p:POSLog xmlns:p="x">
<p:Transaction a="1>2"><A/><B>t</B></p:Transaction>
<p:Transaction>
<![CDATA[</p:Transaction>]]><RetailTransaction/></p:Transaction
>
<p:Transaction/>
</p:POSLog>)";

TEST(PoslogCutter, GivesTheSameWhereverTheBlocksEnd) {
  const std::string text = kLog;
  const auto whole = cut(text, text.size());
  ASSERT_EQ(whole.size(), 3U);
  EXPECT_EQ(whole[0].xml, R"(<p:Transaction a="1>2"><A/><B>t</B></p:Transaction>)");
  EXPECT_EQ(whole[0].row, 4);
  EXPECT_EQ(whole[1].row, 5);
  EXPECT_EQ(whole[2].row, 8);
  for (const size_t step : {1U, 2U, 7U, 64U}) {
    const auto parts = cut(text, step);
    ASSERT_EQ(parts.size(), whole.size()) << step;
    for (size_t i = 0; i < parts.size(); ++i) {
      EXPECT_EQ(parts[i].xml, whole[i].xml) << step;
      EXPECT_EQ(parts[i].row, whole[i].row) << step;
      EXPECT_EQ(parts[i].state, State::whole);
    }
  }
}

TEST(PoslogCutter, ATransactionThatIsNeverClosedCostsOnlyItself) {
  const auto pieces = cut("<L><Transaction><A>1</A>\n<Transaction><B/></Transaction>\n<Transaction><C>", 5);
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_EQ(pieces[0].state, State::unclosed);
  EXPECT_EQ(pieces[1].state, State::whole);
  EXPECT_EQ(pieces[1].xml, "<Transaction><B/></Transaction>");
  EXPECT_EQ(pieces[2].state, State::unclosed);
  EXPECT_EQ(pieces[2].row, 3);
}

TEST(PoslogCutter, ALessThanSignInATextDoesNotHideTheRest) {
  const auto pieces = cut("<L><Transaction><D>size <3 \"</D></Transaction><Transaction></Transaction></L>", 9);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[1].xml, "<Transaction></Transaction>");
}

TEST(PoslogCutter, BoundsSizeAndDepth) {
  std::string deep = "<Transaction>";
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  deep += "</Transaction><Transaction/>";
  const auto pieces = cut(deep, 1 << 16);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].state, State::too_deep);
  EXPECT_EQ(pieces[1].state, State::whole);

  const std::string large = "<Transaction><a>" + std::string(5000, 'x') + "</a></Transaction>\n<Transaction/>";
  const auto cuts = cut(large, 100, {.transaction_bytes_max = 1000});
  ASSERT_EQ(cuts.size(), 2U);
  EXPECT_EQ(cuts[0].state, State::too_large);
  EXPECT_EQ(cuts[0].xml, "");
  EXPECT_EQ(cuts[1].state, State::whole);
  EXPECT_EQ(cuts[1].row, 2);
}

TEST(PoslogCutter, MarkupWithoutEndDoesNotHoldItUp) {
  // Quadratic work would take minutes here.
  EXPECT_TRUE(cut(std::string(8 << 20, '<'), 1 << 18).empty());
  std::string comments;
  for (int i = 0; i < 500'000; ++i) comments += "<!--x ";
  EXPECT_TRUE(cut(comments, 1 << 18).empty());
}

TEST(PoslogCutter, RemembersWhatTheLogSaysForAllTransactions) {
  PoslogCutter cutter({});
  PoslogPiece piece;
  const std::string text =
      "<POSLog><RetailStoreID> 9 </RetailStoreID><x:BusinessDayDate>2026-03-01</x:BusinessDayDate>"
      "<Transaction><CurrencyCode>USD</CurrencyCode></Transaction></POSLog>";
  for (const char c : text) cutter.feed(std::string(1, c), false), (void)cutter.next(piece);
  EXPECT_EQ(cutter.header().at("RetailStoreID"), "9");
  EXPECT_EQ(cutter.header().at("BusinessDayDate"), "2026-03-01");
  EXPECT_FALSE(cutter.header().contains("CurrencyCode"));
}

}  // namespace
}  // namespace shrike

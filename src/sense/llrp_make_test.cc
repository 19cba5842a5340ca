#include "sense/llrp_make.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

// Every message and parameter of the table, empty: what is made is what comes back from its bytes.
TEST(LlrpMake, EveryTypeComesBackFromItsBytes) {
  for (const LlrpType* type : llrp_types()) {
    const auto element = make_llrp(type->name);
    if (type->message) {
      const auto bytes = encode_llrp({.id = 9, .body = element});
      ASSERT_TRUE(bytes) << bytes.error().message;
      const auto again = decode_llrp(*bytes);
      ASSERT_TRUE(again) << again.error().message;
      EXPECT_EQ(again->body, element);
      EXPECT_EQ(again->id, 9U);
      EXPECT_EQ(again->length_bytes, bytes->size());
      continue;
    }
    // In each place that the table has for it.
    for (const LlrpType* outer : llrp_types()) {
      if (!outer->message || outer->slot_of(*type) == nullptr) continue;
      const LlrpMessage message{.id = 9, .body = make_llrp(outer->name, {}, {element})};
      EXPECT_EQ(decode_llrp(encode_llrp(message).value()).value().body, message.body) << type->name;
    }
  }
}

TEST(LlrpMake, SetsNumbersNamesAndBytes) {
  const auto spec = make_llrp("AccessSpec", {{"AccessSpecID", 7}, {"CurrentState", "Active"}, {"ROSpecID", 70000}});
  EXPECT_EQ(spec.field("AccessSpecID")->number, 7U);
  EXPECT_EQ(spec.field("CurrentState")->number, 1U);
  EXPECT_EQ(spec.field("AntennaID")->number, 0U);
  const auto epc = make_llrp("EPCData", {LlrpGiven::in_bytes("EPC", "\x80", 1)});
  EXPECT_EQ(epc.field("EPC")->number, 1U);
  EXPECT_EQ(make_llrp("EPC_96").field("EPC")->bytes.size(), 12U);
  EXPECT_EQ(llrp_list_bytes({1, 0x203}), std::string("\0\x01\x02\x03", 4));
}

}  // namespace
}  // namespace shrike

#include "sense/till_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using testing::HasSubstr;

const std::string kSale =
    R"({"store":"9","till":"34","business_day":"2026-03-01","sequence":"1","kind":"sale","end":"2026-03-01T09:00:00Z",
        "lines":[{"number":"1","item":"4006381333931","amount":5}]})";

TEST(TillMessage, ReadsOneSeveralAndEpcis) {
  TillContext context;
  EXPECT_EQ(read_till_message(kSale, context)->transactions.size(), 1U);
  EXPECT_EQ(read_till_message("[" + kSale + "," + kSale + "]", context)->transactions.size(), 2U);
  EXPECT_EQ(read_till_message(R"({"transactions":[)" + kSale + "]}", context)->transactions.size(), 1U);
  const auto epcis = read_till_message(
      R"({"type":"EPCISDocument","schemaVersion":"2.0","epcisBody":{"eventList":[
          {"type":"ObjectEvent","eventTime":"2026-03-01T09:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE",
           "eventID":"e1","bizStep":"retail_selling","epcList":["urn:epc:id:sgtin:0614141.812345.6789"],
           "readPoint":{"id":"urn:till:34"},"bizLocation":{"id":"urn:store:9"}},
          {"type":"ObjectEvent","eventTime":"2026-03-01T09:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE",
           "bizStep":"shipping","epcList":[]}]}})",
      context);
  ASSERT_TRUE(epcis) << epcis.error().message;
  ASSERT_EQ(epcis->transactions.size(), 1U) << (epcis->rejected.first.empty() ? "" : epcis->rejected.first[0].what);
  EXPECT_EQ(epcis->others, 1);
}

TEST(TillMessage, LeavesOutWhatCannotBeReadAndNamesIt) {
  TillContext context;
  const auto message = read_till_message(R"([{"store":"9"},7,)" + kSale + "]", context);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->transactions.size(), 1U);
  ASSERT_EQ(message->rejected.count, 2);
  EXPECT_EQ(message->rejected.first[0].place, "transaction 1");
  EXPECT_THAT(message->rejected.first[1].what, HasSubstr("found 7"));
  EXPECT_FALSE(read_till_message("7", context));
  EXPECT_FALSE(read_till_message("<POSLog/>", context));
  EXPECT_FALSE(read_till_message(std::string(1'000, '['), context));
}

}  // namespace
}  // namespace shrike

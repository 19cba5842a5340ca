#include "sense/llrp_print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sense/bytes_testing.h"

namespace shrike {
namespace {

using testing::HasSubstr;

std::string json_of(const std::string& bytes) { return llrp_json(decode_llrp(bytes).value()); }
std::string text_of(const std::string& bytes) { return llrp_text(decode_llrp(bytes).value(), 0); }

// An SGTIN-96 read three times at antenna 2 with -55 dBm, and a tag whose EPC is 9 bits.
const std::string kReport = llrp_message(
    61, llrp_parameter(240, bytes_of("8D 3074257BF7194E4000001A85 81 0002 86 C9 82 00064BF31D3DF600 88 0003")) +
            llrp_parameter(240, llrp_parameter(241, bytes_of("0009 FF80"))));

TEST(LlrpPrint, ShowsATagReportToAProgram) {
  EXPECT_EQ(
      json_of(kReport),
      R"({"type":"RO_ACCESS_REPORT","id":7,"length":56,"TagReportData":[{"EPC_96":{"EPC":"3074257BF7194E4000001A85"},)"
      R"("AntennaID":{"AntennaID":2},"PeakRSSI":{"PeakRSSI":-55},)"
      R"("FirstSeenTimestampUTC":{"Microseconds":"2026-03-01T09:30:00.000000Z"},"TagSeenCount":{"TagCount":3}},)"
      R"({"EPCData":{"EPC":"FF80","EPC_bits":9}}]})");
}

TEST(LlrpPrint, ShowsATagReportToAPerson) {
  EXPECT_EQ(
      text_of(kReport),
      "RO_ACCESS_REPORT  (id 7, 56 bytes from byte 0)\n"
      "  TagReportData  EPC_96 3074257BF7194E4000001A85 (GTIN 80614141123458 serial 6789)  AntennaID 2  PeakRSSI -55"
      "  FirstSeenTimestampUTC 2026-03-01T09:30:00.000000Z  TagSeenCount 3\n"
      "  TagReportData  EPCData FF80 (9 bits)\n");
}

TEST(LlrpPrint, NamesEnumerationsAndKeepsUnknownNumbers) {
  const auto status = [](const char* hex) { return llrp_message(13, llrp_parameter(287, bytes_of(hex))); };
  EXPECT_THAT(json_of(status("0064 0000")), HasSubstr(R"({"StatusCode":"M_ParameterError","ErrorDescription":""})"));
  EXPECT_THAT(json_of(status("03E7 0000")), HasSubstr(R"("StatusCode":999)"));
  EXPECT_THAT(text_of(status("03E7 0000")), HasSubstr("StatusCode 999"));
  const auto protocols = llrp_parameter(140, bytes_of("0001 0002 01 09"));
  const auto device = llrp_parameter(137, bytes_of("0004 4000 00000001 00000002 0000") + protocols);
  EXPECT_THAT(json_of(llrp_message(11, llrp_parameter(287, bytes_of("0000 0000")) + device)),
              HasSubstr(R"("PerAntennaAirProtocol":[{"AntennaID":1,"ProtocolID":["EPCGlobalClass1Gen2",9]}])"));
}

TEST(LlrpPrint, ShowsWordsAndTruthValuesAsTheXmlDoes) {
  const auto write = llrp_parameter(342, bytes_of("0001 00000000 40 0002 0002 00FF AB01"));
  const auto target = llrp_parameter(339, bytes_of("60 0010 0000 0000"));
  const auto command = llrp_parameter(209, llrp_parameter(338, target) + write);
  const auto stop = llrp_parameter(208, bytes_of("00 0000"));
  const auto bytes = llrp_message(40, llrp_parameter(207, bytes_of("00000001 0000 01 80 00000001") + stop + command));
  const auto json = json_of(bytes);
  EXPECT_THAT(json, HasSubstr(R"("CurrentState":"Active")"));
  EXPECT_THAT(json, HasSubstr(R"("C1G2TagSpec":{"C1G2TargetTag":[{"MB":1,"Match":true,"Pointer":16,"TagMask":"")"));
  EXPECT_THAT(json, HasSubstr(R"("C1G2Write":[{"OpSpecID":1,"AccessPassword":0,"MB":1,"WordPointer":2,)"
                              R"("WriteData":"00FF AB01"}])"));
}

TEST(LlrpPrint, SaysInWhichOrderSpecsAlternate) {
  const auto spec = [](const char* subtype) { return llrp_parameter(1023, bytes_of("0000651A") + bytes_of(subtype)); };
  const auto loop = llrp_parameter(355, bytes_of("00000002"));
  const auto bounds = llrp_parameter(178, "");
  const auto rospec = [&](const std::string& specs) {
    return json_of(llrp_message(20, llrp_parameter(177, bytes_of("00000001 00 00") + bounds + specs)));
  };
  EXPECT_THAT(rospec(spec("00000001") + loop + spec("00000002")),
              HasSubstr(R"("order":["ROBoundarySpec","Custom","LoopSpec","Custom"])"));
  EXPECT_THAT(rospec(spec("00000001") + spec("00000002") + loop), testing::Not(HasSubstr("order")));
}

TEST(LlrpPrint, ShowsWhatVendorsAdd) {
  const auto bytes = llrp_message(61, llrp_parameter(1023, bytes_of("0000651A 00000017") + std::string(40, '\xAB')), 2);
  EXPECT_THAT(json_of(bytes),
              HasSubstr(R"("version":2,"Custom":[{"VendorIdentifier":25882,"ParameterSubtype":23,"Data":"AB)"));
  EXPECT_THAT(text_of(bytes), HasSubstr("from byte 0, LLRP 1.1)\n  Custom  vendor 25882, subtype 23, 40 bytes: ABAB"));
  EXPECT_THAT(text_of(bytes), HasSubstr("AB… (40 bytes)\n"));
  const auto large = llrp_message(1023, bytes_of("0000651A 01") + std::string(70000, '\x55'));
  const auto json = json_of(large);
  EXPECT_THAT(json, HasSubstr(R"("Data_bytes":70000)"));
  EXPECT_LT(json.size(), 2 * kLlrpShown_bytes_max + 200);
}

TEST(LlrpPrint, KeepsOddTextAndTimesHarmless) {
  // Bytes that are no UTF-8, and what a terminal would obey.
  const auto event = llrp_parameter(252, bytes_of("0004 FF 1B 5B 41"));
  const auto notice = [&](const std::string& time) { return llrp_message(63, llrp_parameter(246, time + event)); };
  const auto endless = notice(llrp_parameter(128, bytes_of("FFFFFFFFFFFFFFFF")));
  EXPECT_THAT(json_of(endless), HasSubstr(R"("Microseconds":18446744073709551615)"));
  EXPECT_THAT(json_of(endless), HasSubstr("\xEF\xBF\xBD\\u001b[A"));
  EXPECT_THAT(text_of(endless), HasSubstr(R"(ReaderExceptionEvent "\ufffd\u001b[A")"));
  const auto start = notice(llrp_parameter(128, bytes_of("0000000000000000")));
  EXPECT_THAT(json_of(start), HasSubstr(R"("UTCTimestamp":{"Microseconds":"1970-01-01T00:00:00.000000Z"})"));
}

}  // namespace
}  // namespace shrike

#include "sense/llrp.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sense/bytes_testing.h"

namespace shrike {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// One tag, read three times at antenna 2 with -55 dBm.
const std::string kReport = bytes_of(
    "043D 0000002C 00000007 00F0 0022"
    "8D 3074257BF7194E4000001A85 81 0002 86 C9 82 00064BF31D3DF600 88 0003");

std::string error_of(const std::string& bytes) {
  const auto message = decode_llrp(bytes);
  return message ? "no error" : message.error().message;
}

TEST(Llrp, DecodesATagReport) {
  const auto message = decode_llrp(kReport);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->body.type->name, "RO_ACCESS_REPORT");
  EXPECT_EQ(message->id, 7U);
  EXPECT_EQ(message->length_bytes, kReport.size());
  const LlrpElement* tag = message->body.parameter("TagReportData");
  ASSERT_NE(tag, nullptr);
  EXPECT_EQ(tag->parameters.size(), 5U);
  EXPECT_EQ(tag->parameter("EPC_96")->field("EPC")->bytes, bytes_of("3074257BF7194E4000001A85"));
  EXPECT_EQ(tag->number_in("AntennaID", "AntennaID"), 2U);
  EXPECT_EQ(static_cast<int64_t>(tag->number_in("PeakRSSI", "PeakRSSI").value()), -55);
  EXPECT_EQ(tag->number_in("FirstSeenTimestampUTC", "Microseconds"), 1'772'357'400'000'000U);
  EXPECT_EQ(tag->number_in("TagSeenCount", "TagCount"), 3U);
  EXPECT_EQ(tag->number_in("LastSeenTimestampUTC", "Microseconds"), std::nullopt);
  EXPECT_EQ(encode_llrp(*message).value(), kReport);
}

TEST(Llrp, ReadsFromTheMiddle) {
  const auto both = llrp_message(62, "") + kReport;
  EXPECT_EQ(decode_llrp(both)->body.type->name, "KEEPALIVE");
  EXPECT_EQ(decode_llrp(both, 10)->body.type->name, "RO_ACCESS_REPORT");
  EXPECT_THAT(decode_llrp(both, 54).error().message, HasSubstr("byte 54: found 0 bytes"));
  EXPECT_THAT(decode_llrp(both, 540).error().message, HasSubstr("byte 540: found 0 bytes"));
}

TEST(Llrp, ReadsBitsWithinBytes) {
  // ROReportSpec with a selector: antenna, RSSI and seen count of ten flags; then C1G2's CRC flag.
  const auto selector = llrp_parameter(238, bytes_of("1480") + llrp_parameter(348, bytes_of("80")));
  const auto bytes = llrp_message(3, bytes_of("80") + llrp_parameter(237, bytes_of("02 0001") + selector));
  const auto message = decode_llrp(bytes);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->body.field("ResetToFactoryDefault")->number, 1U);
  const auto& flags = *message->body.parameter("ROReportSpec")->parameter("TagReportContentSelector");
  std::vector<uint64_t> values;
  for (const LlrpField& flag : flags.fields) values.push_back(flag.number);
  EXPECT_THAT(values, ElementsAre(0, 0, 0, 1, 0, 1, 0, 0, 1, 0));
  EXPECT_EQ(flags.number_in("C1G2EPCMemorySelector", "EnableCRC"), 1U);
  EXPECT_EQ(flags.number_in("C1G2EPCMemorySelector", "EnableXPCBits"), std::nullopt) << "only LLRP 1.1 has it";
  EXPECT_EQ(encode_llrp(*message).value(), bytes);
}

TEST(Llrp, ReadsListsOfEveryWidth) {
  const auto bits = llrp_message(61, llrp_parameter(240, llrp_parameter(241, bytes_of("0009 FF80"))));
  const auto epc = *decode_llrp(bits)->body.parameters[0].parameter("EPCData")->field("EPC");
  EXPECT_EQ(epc.number, 9U) << "bits";
  EXPECT_EQ(epc.bytes, bytes_of("FF80"));

  const auto status = llrp_parameter(287, bytes_of("0064 0003") + "bad");
  const auto table =
      llrp_parameter(146, bytes_of("80") + llrp_parameter(147, bytes_of("01 00 0002 000DF372 000DE79E")));
  const auto bands = llrp_parameter(144, llrp_parameter(145, bytes_of("0001 F830")) + table +
                                             llrp_parameter(328, llrp_parameter(329, std::string(28, '\0'))));
  const auto bytes = llrp_message(11, status + llrp_parameter(143, bytes_of("0348 0001") + bands));
  const auto message = decode_llrp(bytes);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->body.parameter("LLRPStatus")->field("ErrorDescription")->bytes, "bad");
  const auto& band = *message->body.parameter("RegulatoryCapabilities")->parameter("UHFBandCapabilities");
  EXPECT_EQ(static_cast<int64_t>(band.number_in("TransmitPowerLevelTableEntry", "TransmitPowerValue").value()), -2000);
  const auto& frequencies = *band.parameter("FrequencyInformation")->parameter("FrequencyHopTable");
  EXPECT_THAT(llrp_list(*frequencies.field("Frequency")), ElementsAre(914290, 911262));
  EXPECT_EQ(encode_llrp(*message).value(), bytes);
}

TEST(Llrp, KeepsWhatVendorsAddAsBytes) {
  const auto bytes = llrp_message(1023, bytes_of("0000651A 15 CAFE"));
  const auto message = decode_llrp(bytes);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->body.field("VendorIdentifier")->number, 25882U);
  EXPECT_EQ(message->body.field("MessageSubtype")->number, 21U);
  EXPECT_EQ(message->body.field("Data")->bytes, bytes_of("CAFE"));
  // A vendor's parameter where the specification names no place for one.
  const auto custom = llrp_parameter(1023, bytes_of("0000651A 00000017 01"));
  const auto odd = llrp_message(13, llrp_parameter(287, bytes_of("0000 0000") + custom));
  EXPECT_EQ(decode_llrp(odd)->body.parameters[0].parameter("Custom")->field("Data")->bytes, bytes_of("01"));
}

TEST(Llrp, KnowsWhatOnlyVersion11Has) {
  const auto capabilities = llrp_parameter(327, bytes_of("3C 0002"));
  const auto status = llrp_parameter(287, bytes_of("0000 0000"));
  const auto newer = decode_llrp(llrp_message(11, status + capabilities, 2));
  ASSERT_TRUE(newer) << newer.error().message;
  EXPECT_EQ(newer->body.number_in("C1G2LLRPCapabilities", "CanSupportXPC"), 1U);
  EXPECT_EQ(newer->body.number_in("C1G2LLRPCapabilities", "MaxNumSelectFiltersPerQuery"), 2U);
  const auto older = decode_llrp(llrp_message(11, status + capabilities, 1));
  EXPECT_EQ(older->body.parameter("C1G2LLRPCapabilities")->fields.size(), 3U) << "the others are reserved bits";
  EXPECT_EQ(older->body.number_in("C1G2LLRPCapabilities", "MaxNumSelectFiltersPerQuery"), 2U);
  EXPECT_EQ(decode_llrp(llrp_message(46, "", 2))->body.type->name, "GET_SUPPORTED_VERSION");
}

TEST(Llrp, NamesLengthsThatLie) {
  EXPECT_THAT(error_of(""), HasSubstr("byte 0: found 0 bytes, expected the 10 of a message's header"));
  EXPECT_THAT(error_of(bytes_of("043E 00000009 00000000")), HasSubstr("byte 2: found a message length of 9 bytes"));
  EXPECT_THAT(error_of(bytes_of("043E 0000000B 00000000")), HasSubstr("expected at most the 10 that are left"));
  EXPECT_THAT(error_of(bytes_of("043E 01000001 00000000")), HasSubstr("expected 10 to 16777216"));
  EXPECT_THAT(error_of(bytes_of("043E FFFFFFFF 00000000")), HasSubstr("4294967295"));
  auto report = kReport;
  report[13] = 0x23;
  EXPECT_EQ(error_of(report),
            "byte 12: RO_ACCESS_REPORT: found a length of 35 bytes for TagReportData, expected 4 to 34, which is where "
            "RO_ACCESS_REPORT ends");
  report[13] = 3;
  EXPECT_THAT(error_of(report), HasSubstr("found a length of 3 bytes for TagReportData"));
  report[13] = 0x21;  // cuts the count in two
  EXPECT_THAT(error_of(report), HasSubstr("byte 42: RO_ACCESS_REPORT: TagReportData: TagSeenCount: found 1 bytes left, "
                                          "expected 2 for TagCount"));
  EXPECT_THAT(error_of(llrp_message(61, llrp_parameter(240, llrp_parameter(241, bytes_of("FFFF 00"))))),
              HasSubstr("EPCData: found 1 bytes left, expected 8192 for EPC"));
  EXPECT_THAT(error_of(llrp_message(62, bytes_of("00F0"))), HasSubstr("found 2 bytes left, expected a parameter"));
}

TEST(Llrp, NamesWhatItDoesNotKnow) {
  EXPECT_THAT(error_of(llrp_message(999, "")), HasSubstr("byte 0: found message type 999"));
  EXPECT_THAT(error_of(llrp_message(62, "", 3)), HasSubstr("byte 0: found protocol version 3"));
  EXPECT_THAT(error_of(llrp_message(61, llrp_parameter(500, ""))),
              HasSubstr("byte 10: RO_ACCESS_REPORT: found parameter type 500 in its long form"));
  EXPECT_THAT(error_of(llrp_message(61, bytes_of("FF 00"))), HasSubstr("parameter type 127 in its short form"));
  EXPECT_THAT(error_of(llrp_message(61, llrp_parameter(1, bytes_of("0001")))), HasSubstr("type 1 in its long form"));
}

TEST(Llrp, NamesWhatHasNoPlace) {
  EXPECT_THAT(error_of(llrp_message(61, llrp_parameter(288, bytes_of("0000 0000")))),
              HasSubstr("found FieldError, expected one of TagReportData, RFSurveyReportData, Custom"));
  EXPECT_THAT(error_of(llrp_message(62, llrp_parameter(288, bytes_of("0000 0000")))),
              HasSubstr("expected nothing more"));
  EXPECT_THAT(error_of(llrp_message(61, llrp_parameter(240, bytes_of("81 0001 81 0002")))),
              HasSubstr("byte 17: RO_ACCESS_REPORT: TagReportData: found a second AntennaID, expected one AntennaID"));
  const auto epc = bytes_of("8D 3074257BF7194E4000001A85");
  EXPECT_THAT(error_of(llrp_message(61, llrp_parameter(240, epc + llrp_parameter(241, bytes_of("0000"))))),
              HasSubstr("found a second EPCData, expected one EPCParameter"));
}

TEST(Llrp, RefusesNestingWithoutEnd) {
  auto error = llrp_parameter(289, bytes_of("0000 0000"));
  const auto status = [&] { return llrp_message(13, llrp_parameter(287, bytes_of("0000 0000") + error)); };
  for (size_t depth = 2; depth < kLlrpDepth_max; ++depth) error = llrp_parameter(289, bytes_of("0000 0000") + error);
  EXPECT_EQ(error_of(status()), "no error") << "16 deep";
  error = llrp_parameter(289, bytes_of("0000 0000") + error);
  EXPECT_THAT(error_of(status()), HasSubstr("expected at most 16 of them nested"));
  for (int depth = 0; depth < 2000; ++depth) error = llrp_parameter(289, bytes_of("0000 0000") + error);
  EXPECT_THAT(error_of(status()), HasSubstr("nested"));
}

TEST(Llrp, RefusesMoreParametersThanAnyReaderSends) {
  const auto tag = llrp_parameter(240, bytes_of("8D 3074257BF7194E4000001A85"));
  std::string tags;
  for (size_t i = 0; i < kLlrpParameters_max / 2; ++i) tags += tag;
  EXPECT_EQ(error_of(llrp_message(61, tags)), "no error");
  EXPECT_THAT(error_of(llrp_message(61, tags + tag)), HasSubstr("expected at most 262144 in a message"));
}

TEST(Llrp, TakesAMessageAtTheLimit) {
  const auto bytes = llrp_message(1023, std::string(kLlrpMessage_bytes_max - kLlrpHeader_bytes, '\x55'));
  const auto message = decode_llrp(bytes);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(encode_llrp(*message).value(), bytes);
  EXPECT_THAT(error_of(llrp_message(1023, std::string(kLlrpMessage_bytes_max, '\x55'))), HasSubstr("expected 10 to"));
}

TEST(Llrp, EveryPrefixIsAnError) {
  for (size_t size = 0; size < kReport.size(); ++size) {
    EXPECT_THAT(error_of(kReport.substr(0, size)), HasSubstr("byte ")) << size;
    if (size < kLlrpHeader_bytes) continue;
    // The message says its true length now, but what is inside is cut.
    auto cut = kReport.substr(0, size);
    cut[5] = static_cast<char>(size);
    if (size > kLlrpHeader_bytes) {
      EXPECT_THAT(error_of(cut), HasSubstr("RO_ACCESS_REPORT: found")) << size;
    }
  }
}

TEST(Llrp, EncodingNamesWhatDoesNotFit) {
  auto message = decode_llrp(kReport).value();
  LlrpElement& tag = message.body.parameters[0];
  tag.parameters[0].fields[0].bytes += "x";
  EXPECT_THAT(encode_llrp(message).error().message, HasSubstr("EPC: 13 bytes, expected 12"));
  tag.parameters[0].fields.clear();
  EXPECT_THAT(encode_llrp(message).error().message, HasSubstr("EPC_96: field EPC is not given"));
  tag = decode_llrp(kReport)->body.parameters[0];
  const auto custom = decode_llrp(llrp_message(61, llrp_parameter(1023, bytes_of("0000651A 00000017"))));
  tag.parameters.push_back(custom->body.parameters[0]);
  tag.parameters.back().fields[2].bytes.assign(70000, 'x');
  EXPECT_THAT(encode_llrp(message).error().message, HasSubstr("Custom: 70012 bytes are more"));
}

}  // namespace
}  // namespace shrike

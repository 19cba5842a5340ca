#include "sense/epc.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sense/bytes_testing.h"

namespace shrike {
namespace {

using testing::HasSubstr;

// The examples of the Tag Data Standard, appendix E.
TEST(Epc, ReadsTheStandardsExamples) {
  const auto short_one = decode_sgtin_hex("3074257BF7194E4000001A85");
  ASSERT_TRUE(short_one) << short_one.error().message;
  EXPECT_EQ(*short_one, (Sgtin{"80614141123458", "6789", 7, 3}));
  EXPECT_EQ(sgtin_uri(*short_one).value(), "urn:epc:id:sgtin:0614141.812345.6789");

  const auto long_one = decode_sgtin_hex("3674257BF6B7A659B2C2BF100000000000000000000000000000");
  ASSERT_TRUE(long_one) << long_one.error().message;
  EXPECT_EQ(*long_one, (Sgtin{"70614141123451", "32a/b", 7, 3}));
  EXPECT_EQ(sgtin_uri(*long_one).value(), "urn:epc:id:sgtin:0614141.712345.32a%2Fb");
}

TEST(Epc, SplitsTheCompanyPrefixByEveryPartition) {
  const std::string tags[] = {"302072FA6468527FFFFFFFFF", "30245BFB8386B73FFFFFFFFF", "3028499602D2E43FFFFFFFFF",
                              "302C75BCD158CD3FFFFFFFFF", "30305E30A760B13FFFFFFFFF", "30344B5A1FC5D53FFFFFFFFF",
                              "303878902557953FFFFFFFFF"};
  for (int partition = 0; partition < 7; ++partition) {
    const auto item = decode_sgtin_hex(tags[partition]);
    ASSERT_TRUE(item) << partition << ": " << item.error().message;
    EXPECT_EQ(*item, (Sgtin{"91234567890121", "274877906943", 12 - partition, 1}));
  }
}

TEST(Epc, TakesASerialOfTwentyCharacters) {
  const auto item = decode_sgtin_hex("3634257BF6B7A660C287122C68F224CA97326CE9F428D2A75000");
  ASSERT_TRUE(item) << item.error().message;
  EXPECT_EQ(item->serial, "ABCDEFGHIJKLMNOPQRST");
  EXPECT_EQ(item->filter, 1);
  // 198 bits, as a reader that counts them says.
  EXPECT_EQ(decode_sgtin(bytes_of("3634257BF6B7A660C287122C68F224CA97326CE9F428D2A750"), 198).value(), *item);
}

TEST(Epc, WritesHex) {
  EXPECT_EQ(hex_of(bytes_of("3074257BF7194E4000001A85")), "3074257BF7194E4000001A85");
  EXPECT_EQ(hex_of(""), "");
}

struct Refused {
  std::string what, why;
};

TEST(Epc, NamesWhatIsWrongWithATag) {
  for (const auto& [hex, why] :
       {Refused{"E2801160600002054CC8A0B4", "header 0xE2"}, Refused{"", "0 bits in 0 bytes"},
        Refused{"3074257BF7194E40", "SGTIN-96 of 64 bits"},
        Refused{"3074257BF7194E4000001A850000000000", "SGTIN-96 of 136 bits"},
        Refused{"3674257BF6B7A659B2C2BF10", "SGTIN-198 of 96 bits"}, Refused{"307", "even number"},
        Refused{"30G4257BF7194E4000001A85", "'G4'"}, Refused{"307C257BF7194E4000000001", "partition 7"},
        Refused{"307BD08FE625A00000000001", "item reference 10000000"},
        Refused{"3076625A0000004000000001", "company prefix 10000000"},
        Refused{"3674257BF6B7A670A0C400000000000000000000000000000000", "character 0x20"},
        Refused{"3674257BF6B7A67080C400000000000000000000000000000000", "character 0x00"},
        Refused{"3674257BF6B7A640000000000000000000000000000000000000", "serial number of 0 characters"}}) {
    const auto item = decode_sgtin_hex(hex);
    ASSERT_FALSE(item) << hex;
    EXPECT_THAT(item.error().message, HasSubstr(why)) << hex;
  }
  EXPECT_FALSE(decode_sgtin(bytes_of("3074257BF7194E4000001A85"), 104)) << "more bits than bytes";
}

TEST(Epc, ReadsAndWritesUris) {
  for (const std::string uri :
       {"urn:epc:id:sgtin:0614141.812345.6789", "urn:epc:id:sgtin:0614141.712345.32a%2Fb",
        "urn:epc:id:sgtin:123456.7890123.%22%25%26%2F%3C%3E%3F", "urn:epc:id:sgtin:123456789012.0.1"}) {
    const auto item = parse_sgtin_uri(uri);
    ASSERT_TRUE(item) << item.error().message;
    EXPECT_EQ(sgtin_uri(*item).value(), uri);
  }
  EXPECT_EQ(parse_sgtin_uri("urn:epc:id:sgtin:0614141.812345.6789")->gtin, "80614141123458");
  for (const auto& [uri, why] : {Refused{"urn:epc:id:sscc:0614141.1234567890", "expected urn:epc:id:sgtin:"},
                                 Refused{"urn:epc:id:sgtin:0614141.812345", "COMPANY.ITEM.SERIAL"},
                                 Refused{"urn:epc:id:sgtin:0614141.81234.1", "rest of 13"},
                                 Refused{"urn:epc:id:sgtin:06141x1.812345.1", "06141x1"},
                                 Refused{"urn:epc:id:sgtin:06141.81234567.1", "6 to 12 digits"},
                                 Refused{"urn:epc:id:sgtin:1234567890123..1", "6 to 12 digits"},
                                 Refused{"urn:epc:id:sgtin:0614141.812345.", "0 characters"},
                                 Refused{"urn:epc:id:sgtin:0614141.812345.123456789012345678901", "21 characters"},
                                 Refused{"urn:epc:id:sgtin:0614141.812345.a%2", "'a%2'"},
                                 Refused{"urn:epc:id:sgtin:0614141.812345.a%00", "'a%00'"}}) {
    const auto item = parse_sgtin_uri(uri);
    ASSERT_FALSE(item) << uri;
    EXPECT_THAT(item.error().message, HasSubstr(why)) << uri;
  }
  EXPECT_FALSE(sgtin_uri({.gtin = "09506000134352", .serial = "1", .filter = {}})) << "prefix not known";
}

TEST(Epc, ReadsDigitalLinks) {
  const Sgtin item{"09506000134352", "12345", 0, {}};
  for (const std::string uri :
       {"https://id.gs1.org/01/09506000134352/21/12345", "https://shop.example/deep/path/01/9506000134352/21/12345",
        "http://id.gs1.org/01/09506000134352/22/2A/10/ABC/21/12345?15=261130&linkType=all#top",
        "https://example.com/gtin/9506000134352/ser/12345"}) {
    const auto read = parse_digital_link(uri);
    ASSERT_TRUE(read) << uri << ": " << read.error().message;
    EXPECT_EQ(*read, item) << uri;
  }
  EXPECT_EQ(parse_digital_link("https://id.gs1.org/01/09506000134352")->serial, "") << "a class, not an item";
  EXPECT_EQ(parse_digital_link("https://id.gs1.org/01/09506000134352/21/32a%2Fb")->serial, "32a/b");
  for (const auto& [uri, why] :
       {Refused{"https://id.gs1.org/01/09506000134353/21/1", "check digit 3, expected 2"},
        Refused{"https://id.gs1.org/01/0950600013435/21/1", "check digit"},
        Refused{"https://id.gs1.org/01/950600013435/21/1", "check digit"},
        Refused{"https://id.gs1.org/01/123/21/1", "8, 12, 13 or 14 digits"},
        Refused{"https://id.gs1.org/00/106141412345678908", "with /01/"}, Refused{"https://id.gs1.org/01", "with /01/"},
        Refused{"https://01/09506000134352", "with /01/"}, Refused{"ftp://id.gs1.org/01/09506000134352", "http"},
        Refused{"", "http"}, Refused{"https://id.gs1.org/01/09506000134352/21/", "0 characters"},
        Refused{"https://id.gs1.org/01/09506000134352/21/a%20b", "0x20"}}) {
    const auto read = parse_digital_link(uri);
    ASSERT_FALSE(read) << uri;
    EXPECT_THAT(read.error().message, HasSubstr(why)) << uri;
  }
}

TEST(Epc, ChecksEveryGtinLength) {
  EXPECT_EQ(parse_gtin("96385074").value(), "00000096385074");
  EXPECT_EQ(parse_gtin("614141123452").value(), "00614141123452");
  EXPECT_EQ(parse_gtin("9506000134352").value(), "09506000134352");
  EXPECT_EQ(parse_gtin("80614141123458").value(), "80614141123458");
  for (int digit = 0; digit < 10; ++digit)
    EXPECT_EQ(static_cast<bool>(parse_gtin(fmt::format("8061414112345{}", digit))), digit == 8) << digit;
  EXPECT_FALSE(parse_gtin("80614141 23458"));
  EXPECT_FALSE(parse_gtin(""));
}

}  // namespace
}  // namespace shrike

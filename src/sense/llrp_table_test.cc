#include "sense/llrp_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pugixml.hpp>
#include <set>
#include <string>

namespace shrike {
namespace {

using Kind = LlrpFieldType::Kind;
using Format = LlrpFieldType::Format;

TEST(LlrpTable, IsWhole) {
  const auto types = llrp_types();
  size_t messages = 0, short_forms = 0;
  for (const LlrpType* type : types) {
    messages += type->message ? 1 : 0;
    short_forms += type->short_form() ? 1 : 0;
    EXPECT_EQ(find_llrp_type(type->name), type) << "a name twice: " << type->name;
    EXPECT_EQ(type->message ? find_llrp_message(type->number) : find_llrp_parameter(type->number), type)
        << "a number twice: " << type->name;
  }
  EXPECT_EQ(messages, 46U);
  EXPECT_EQ(short_forms, 20U);
  EXPECT_EQ(types.size() - messages, 123U);
  EXPECT_EQ(find_llrp_message(0), nullptr);
  EXPECT_EQ(find_llrp_parameter(0), nullptr);
  EXPECT_EQ(find_llrp_type("ROSPEC"), nullptr);
}

// The decoder counts on it: every field that is no bit begins at a byte, and so does what follows the fields.
TEST(LlrpTable, FieldsEndAtBytes) {
  for (const LlrpType* type : llrp_types()) {
    unsigned bits = 0;
    for (const LlrpFieldType& field : type->fields) {
      const bool small = field.kind == Kind::boolean || field.kind == Kind::number || field.kind == Kind::reserved;
      if (!small || field.bits % 8 == 0) {
        EXPECT_EQ(bits % 8, 0U) << type->name << "." << field.name;
      }
      EXPECT_LE(field.version, 2) << type->name << "." << field.name;
      if (small) bits += field.bits;
    }
    EXPECT_EQ(bits % 8, 0U) << type->name;
    EXPECT_TRUE(!type->short_form() || type->slots.empty()) << type->name;
  }
}

// JSON puts fields and parameters into one object.
TEST(LlrpTable, NamesInsideATypeDiffer) {
  for (const LlrpType* type : llrp_types()) {
    std::set<std::string_view> names;
    for (const LlrpFieldType& field : type->fields) {
      if (field.kind == Kind::reserved) continue;
      EXPECT_TRUE(names.insert(field.name).second) << type->name << "." << field.name;
    }
    for (const LlrpSlot& slot : type->slots) {
      EXPECT_FALSE(slot.types.empty());
      for (const LlrpType* inside : slot.types) {
        if (inside->number == kLlrpCustomNumber) continue;
        EXPECT_TRUE(names.insert(inside->name).second) << type->name << "." << inside->name;
      }
    }
  }
}

std::string wire_type(const LlrpFieldType& field) {
  switch (field.kind) {
    case Kind::text:
      return "utf8v";
    case Kind::rest:
      return "bytesToEnd";
    case Kind::integer:
      return fmt::format("s{}", field.bits);
    case Kind::list:
    case Kind::bit_list:
      return fmt::format("u{}v", field.bits);
    default:
      return fmt::format("u{}", field.bits);
  }
}

std::string counted(const LlrpSlot& slot) {
  const char* single = slot.required ? "" : "-1";
  return fmt::format("{} {}{}", slot.name, slot.required ? 1 : 0, slot.repeats ? "-N" : single);
}

// The definition that the LLRP toolkit is generated from. It knows 1.0.1 only, so ours may have more.
class LlrpDefinition : public testing::Test {
 protected:
  void SetUp() override {
    if (!document_.load_file(SHRIKE_SOURCE_DIR "/../shared/data/rfid/llrp-1x0-def.xml"))
      GTEST_SKIP() << "the protocol's definition is not here";
  }
  pugi::xml_document document_;
};

TEST_F(LlrpDefinition, AgreesWithFields) {
  int compared = 0;
  for (const auto& node : document_.document_element().children()) {
    const std::string kind = node.name(), name = node.attribute("name").value();
    if (kind != "messageDefinition" && kind != "parameterDefinition") continue;
    const LlrpType* type = find_llrp_type(name);
    ASSERT_NE(type, nullptr) << name;
    EXPECT_EQ(type->number, node.attribute("typeNum").as_uint()) << name;
    EXPECT_EQ(type->message, kind == "messageDefinition") << name;
    size_t at = 0;
    unsigned reserved = 0;
    for (const auto& given : node.children()) {
      if (std::string_view(given.name()) == "reserved") reserved += given.attribute("bitCount").as_uint();
      if (std::string_view(given.name()) != "field") continue;
      while (at < type->fields.size() && (type->fields[at].kind == Kind::reserved || type->fields[at].version > 1))
        reserved -= type->fields[at++].bits;
      ASSERT_LT(at, type->fields.size()) << name;
      const LlrpFieldType& field = type->fields[at++];
      EXPECT_EQ(field.name, given.attribute("name").value()) << name;
      EXPECT_EQ(wire_type(field), given.attribute("type").value()) << name << "." << field.name;
      EXPECT_EQ(field.enumeration == nullptr ? "" : field.enumeration->name, given.attribute("enumeration").value());
      const std::string format = given.attribute("format").value();
      EXPECT_EQ(field.format == Format::hex, format == "Hex") << name << "." << field.name;
      EXPECT_EQ(field.format == Format::utc, format == "Datetime") << name << "." << field.name;
      ++compared;
    }
    while (at < type->fields.size()) {
      EXPECT_TRUE(type->fields[at].kind == Kind::reserved || type->fields[at].version > 1) << name;
      reserved -= type->fields[at++].bits;
    }
    EXPECT_EQ(reserved, 0U) << name << ": reserved bits";
  }
  EXPECT_GT(compared, 200);
}

TEST_F(LlrpDefinition, AgreesWithWhatStandsInside) {
  int compared = 0;
  for (const auto& node : document_.document_element().children()) {
    const LlrpType* type = find_llrp_type(node.attribute("name").value());
    if (type == nullptr) continue;
    std::vector<std::string> ours, theirs;
    for (const LlrpSlot& slot : type->slots) ours.push_back(counted(slot));
    for (const auto& given : node.children()) {
      const std::string_view kind = given.name();
      if (kind != "parameter" && kind != "choice") continue;
      theirs.push_back(fmt::format("{} {}", given.attribute("type").value(), given.attribute("repeat").value()));
    }
    for (const std::string& one : theirs) EXPECT_THAT(ours, testing::Contains(one)) << type->name;
    compared += static_cast<int>(theirs.size());
  }
  EXPECT_GT(compared, 150);
  for (const auto& node : document_.document_element().children("choiceDefinition")) {
    for (const LlrpType* type : llrp_types()) {
      for (const LlrpSlot& slot : type->slots) {
        if (slot.name != node.attribute("name").value()) continue;
        for (const auto& given : node.children("parameter"))
          EXPECT_THAT(slot.types, testing::Contains(find_llrp_type(given.attribute("type").value()))) << slot.name;
      }
    }
  }
}

TEST_F(LlrpDefinition, AgreesWithEnumerations) {
  int compared = 0;
  for (const LlrpType* type : llrp_types()) {
    for (const LlrpFieldType& field : type->fields) {
      if (field.enumeration == nullptr) continue;
      const auto& root = document_.document_element();
      const auto node =
          root.find_child_by_attribute("enumerationDefinition", "name", std::string(field.enumeration->name).c_str());
      for (const auto& entry : node.children("entry")) {
        EXPECT_EQ(field.enumeration->name_of(entry.attribute("value").as_uint()), entry.attribute("name").value())
            << field.enumeration->name;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 200);
}

}  // namespace
}  // namespace shrike

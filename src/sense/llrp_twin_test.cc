// Binary captures of the LLRP toolkit against their XML twins, field by field: what is decoded, in which order, and
// what
// `--json` shows of it.
#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "base/file.h"
#include "base/time.h"
#include "sense/llrp.h"
#include "sense/llrp_print.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;
using Kind = LlrpFieldType::Kind;
using Format = LlrpFieldType::Format;
using nlohmann::json;

const fs::path kCaptures = SHRIKE_SOURCE_DIR "/../shared/data/rfid";
constexpr size_t kCapture_bytes_max = 8 << 20;

/// The name of `node` without its namespace.
std::string_view name_of(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') + 1);
}

pugi::xml_node element_from(pugi::xml_node node) {
  while (node && node.type() != pugi::node_element) node = node.next_sibling();
  return node;
}

std::string without_blanks(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  return text;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

/// Words of `text` as one JSON value each.
json words_of(const std::string& text, const LlrpFieldType& type) {
  json words = json::array();
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back(type.enumeration == nullptr ? json::parse(word) : json(word));
  return words;
}

class Twin {
 public:
  explicit Twin(std::string capture) : capture_(std::move(capture)) {}

  void compare(const pugi::xml_node& xml, const LlrpElement& element, const json& shown, const std::string& path) {
    ASSERT_EQ(name_of(xml), element.type->name) << capture_ << path;
    auto child = element_from(xml.first_child());
    size_t keys = 0;
    for (const LlrpField& field : element.fields) {
      ASSERT_EQ(name_of(child), field.type->name) << capture_ << path;
      compare_field(child, field, shown, path + "/" + std::string(field.type->name));
      keys += 1 + (field.type->kind == Kind::bit_list && field.number % 8 != 0 ? 1 : 0);
      child = element_from(child.next_sibling());
    }
    std::map<std::string, size_t> seen;
    for (const LlrpElement& inside : element.parameters) {
      const std::string name(inside.type->name);
      ASSERT_TRUE(shown.contains(name)) << capture_ << path << ": " << name;
      const json& all = shown[name];
      const size_t index = seen[name]++;
      ASSERT_TRUE(all.is_object() ? index == 0 : index < all.size()) << capture_ << path;
      compare(child, inside, all.is_object() ? all : all[index], path + "/" + name);
      if (testing::Test::HasFatalFailure()) return;
      child = element_from(child.next_sibling());
    }
    ASSERT_FALSE(child) << capture_ << path << ": the twin has " << child.name();
    for (const auto& [name, count] : seen) {
      EXPECT_EQ(shown[name].is_array() ? shown[name].size() : 1, count) << capture_ << path << "/" << name;
    }
    EXPECT_EQ(shown.size() - (shown.contains("order") ? 1 : 0) - (path.empty() ? 3 : 0), keys + seen.size())
        << capture_ << path << ": " << shown;
  }

  [[nodiscard]] int fields() const { return fields_; }
  /// Numbers and names that differ: where, ours, the twin's.
  [[nodiscard]] const std::vector<std::string>& disagreements() const { return disagreements_; }

 private:
  void compare_field(const pugi::xml_node& xml, const LlrpField& field, const json& object, const std::string& path) {
    const LlrpFieldType& type = *field.type;
    const std::string name(type.name), text = xml.text().get();
    ASSERT_TRUE(object.contains(name)) << capture_ << path;
    const json& shown = object[name];
    ++fields_;
    if (type.kind == Kind::boolean) {
      EXPECT_EQ(shown, json(text == "true" || text == "1")) << capture_ << path;
    } else if (type.kind == Kind::text) {
      EXPECT_EQ(shown, json(text)) << capture_ << path;
    } else if (type.format == Format::hex) {
      EXPECT_EQ(without_blanks(shown.get<std::string>()), upper(without_blanks(text))) << capture_ << path;
      if (type.kind == Kind::bit_list) {
        EXPECT_EQ(field.number, xml.attribute("Count").as_ullong(field.number)) << capture_ << path;
      }
    } else if (type.format == Format::utc) {
      const auto ours = parse_rfc3339(shown.get<std::string>()), theirs = parse_rfc3339(text);
      ASSERT_TRUE(ours && theirs) << capture_ << path;
      EXPECT_EQ(ours->us, theirs->us) << capture_ << path;
    } else if (type.kind == Kind::list) {
      EXPECT_EQ(shown, words_of(text, type)) << capture_ << path;
    } else if (const auto ours = json::array({shown}), theirs = words_of(text, type); ours != theirs) {
      disagreements_.push_back(capture_ + path + " " + ours.dump() + " " + theirs.dump());
    }
  }

  std::string capture_;
  int fields_ = 0;
  std::vector<std::string> disagreements_;
};

/// The messages of an XML twin: one document, or a sequence of packets.
std::vector<pugi::xml_node> messages_of(const pugi::xml_document& document) {
  const auto root = document.document_element();
  if (name_of(root) != "packetSequence") return {root};
  std::vector<pugi::xml_node> messages;
  for (auto node = element_from(root.first_child()); node; node = element_from(node.next_sibling()))
    messages.push_back(node);
  return messages;
}

std::vector<fs::path> captures() {
  std::vector<fs::path> files;
  if (!fs::exists(kCaptures)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(kCaptures))
    if (entry.path().extension() == ".bin") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

TEST(LlrpTwin, EveryCaptureIsItsXml) {
  if (captures().empty()) GTEST_SKIP() << "captures with XML twins are not here";
  int messages = 0, fields = 0;
  for (const fs::path& file : captures()) {
    const auto bytes = read_file(file, kCapture_bytes_max).value();
    pugi::xml_document document;
    ASSERT_TRUE(document.load_file(fs::path(file).replace_extension(".xml").c_str())) << file;
    Twin twin(file.filename());
    size_t at = 0;
    for (const auto& xml : messages_of(document)) {
      const auto message = decode_llrp(bytes, at);
      ASSERT_TRUE(message) << file << ": " << message.error().message;
      const auto shown = json::parse(llrp_json(*message));
      EXPECT_EQ(message->id, xml.attribute("MessageID").as_uint()) << file;
      EXPECT_EQ(shown["type"], json(message->body.type->name));
      EXPECT_EQ(shown["id"], json(message->id));
      EXPECT_EQ(shown["length"], json(message->length_bytes));
      twin.compare(xml, message->body, shown, "");
      ASSERT_FALSE(HasFatalFailure()) << file << ", message at byte " << at;
      EXPECT_EQ(encode_llrp(*message).value(), bytes.substr(at, message->length_bytes)) << file << ", byte " << at;
      at += message->length_bytes;
      ++messages;
    }
    EXPECT_EQ(at, bytes.size()) << file << ": the twin has fewer messages";
    fields += twin.fields();
    // The byte is 80, the field its two highest bits: 2. This twin says 1; dx101_e, with every session, agrees with us.
    const std::string session =
        "ADD_ROSPEC2.bin/ROSpec/AISpec/InventoryParameterSpec/AntennaConfiguration/C1G2InventoryCommand/"
        "C1G2SingulationControl/Session [2] [1]";
    EXPECT_THAT(twin.disagreements(), testing::Each(session)) << file;
    EXPECT_EQ(twin.disagreements().size(), file.filename() == "ADD_ROSPEC2.bin" ? 2U : 0U);
  }
  std::cout << captures().size() << " captures, " << messages << " messages, " << fields << " fields compared\n";
  EXPECT_GT(messages, 700);
}

// Each message cut at every byte, once as it is and once with a length that agrees with the cut.
TEST(LlrpTwin, EveryPrefixIsAnErrorOrShorter) {
  if (captures().empty()) GTEST_SKIP() << "captures with XML twins are not here";
  for (const fs::path& file : captures()) {
    const auto bytes = read_file(file, kCapture_bytes_max).value();
    for (size_t at = 0; at < bytes.size();) {
      const auto whole = bytes.substr(at, llrp_message_bytes(bytes.substr(at, kLlrpHeader_bytes)).value());
      at += whole.size();
      for (size_t size = 0; size < whole.size(); ++size) {
        auto cut = whole.substr(0, size);
        ASSERT_FALSE(decode_llrp(cut)) << file << ", " << size << " bytes of " << whole.size();
        if (size < kLlrpHeader_bytes) continue;
        for (int i = 0; i < 4; ++i) cut[2 + static_cast<size_t>(i)] = static_cast<char>(size >> (24 - 8 * i) & 0xFF);
        const auto message = decode_llrp(cut);
        ASSERT_TRUE(!message || encode_llrp(*message).value() == cut) << file;
      }
    }
  }
}

}  // namespace
}  // namespace shrike

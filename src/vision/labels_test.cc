#include "vision/labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "video/testing/media.h"

namespace shrike {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Labels> from_text(const std::string& text) {
  const testing::TempFolder folder;
  testing::write_file(folder / "names.txt", text);
  return load_labels(folder / "names.txt");
}

TEST(Labels, coco_has_80_and_person_is_the_first) {
  ASSERT_EQ(coco_labels().size(), 80U);
  EXPECT_EQ(coco_labels().front(), "person");
  EXPECT_EQ(coco_labels()[39], "bottle");
  EXPECT_EQ(coco_labels().back(), "toothbrush");
}

TEST(Labels, one_name_a_line_whatever_ends_the_lines) {
  const auto labels = from_text("person\r\n shopping cart \r\nbasket\n\n\n");
  ASSERT_TRUE(labels) << labels.error().message;
  EXPECT_THAT(*labels, ElementsAre("person", "shopping cart", "basket"));
}

TEST(Labels, an_empty_line_between_names_is_named) {
  const auto labels = from_text("person\n\nbasket\n");
  ASSERT_FALSE(labels);
  EXPECT_THAT(labels.error().message, HasSubstr("names.txt:2: an empty line between names"));
}

TEST(Labels, what_is_no_list_of_names_is_refused) {
  EXPECT_THAT(from_text("").error().message, HasSubstr("has no labels"));
  EXPECT_THAT(from_text(" \n\n").error().message, HasSubstr("has no labels"));
  EXPECT_THAT(from_text(std::string("a\n") + std::string(5000, 'x')).error().message,
              HasSubstr("names.txt:2: is no list"));
  EXPECT_THAT(from_text(std::string("\x89PNG\0\0", 6)).error().message, HasSubstr("names.txt:1: is no list"));
  EXPECT_THAT(load_labels("/nowhere/names.txt").error().message, HasSubstr("/nowhere/names.txt: cannot be opened"));
  EXPECT_THAT(load_labels("/tmp").error().message, HasSubstr("is a folder"));
}

TEST(Labels, names_in_metadata_are_read_as_python_writes_them) {
  const auto labels = parse_metadata_names(R"({0: 'person', 1: "farmer's bag", 2: 'it\'s'})");
  ASSERT_TRUE(labels) << labels.error().message;
  EXPECT_THAT(*labels, ElementsAre("person", "farmer's bag", "it's"));
}

TEST(Labels, names_in_metadata_that_cannot_be_read_are_refused) {
  for (const char* text :
       {"", "{}", "person, bag", "{0: person}", "{1: 'second first'}", "{0: 'open", "{0: 'a', 2: 'gap'}", "{0: "}) {
    const auto labels = parse_metadata_names(text);
    ASSERT_FALSE(labels) << text;
    EXPECT_THAT(labels.error().message, HasSubstr("cannot be read at byte")) << text;
  }
}

}  // namespace
}  // namespace shrike

#include "track/mot_files.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(MotFiles, ReadsDetectionsOutOfOrderWithSpacesAndBlankLines) {
  const auto rows = parse_mot("2,-1,10,20,30.5,40,0.9\n\n1, -1, -3.5,1e1,5,6,.25,-1,-1,-1\r\n2,-1,1,1,1,1,1", "det.txt",
                              MotKind::detections, 2);
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[0].frame, 1);
  EXPECT_EQ((*rows)[0].left, -3.5);
  EXPECT_EQ((*rows)[0].confidence, .25);
  EXPECT_EQ((*rows)[1].width, 30.5);  // rows of a frame keep their order
  EXPECT_EQ((*rows)[2].width, 1);
}

TEST(MotFiles, TakesTheClassOfTruthFromNineColumnsOnly) {
  const auto mot17 = parse_mot("1,7,1,2,3,4,0,8,0.5", "gt.txt", MotKind::truth, 1);
  ASSERT_TRUE(mot17);
  EXPECT_EQ((*mot17)[0].label, 8);
  EXPECT_EQ((*mot17)[0].confidence, 0);
  const auto mot15 = parse_mot("1,7,1,2,3,4,1,8.5,7.25,0", "gt.txt", MotKind::truth, 1);
  ASSERT_TRUE(mot15);
  EXPECT_EQ((*mot15)[0].label, 1);
}

struct WrongRow {
  const char* name;
  MotKind kind;
  const char* text;
  std::vector<std::string> said;
};

class MotFilesWrongRow : public testing::TestWithParam<WrongRow> {};

TEST_P(MotFilesWrongRow, IsNamed) {
  const auto rows = parse_mot(GetParam().text, "some.txt", GetParam().kind, 100);
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().kind, Error::Kind::bad_input);
  for (const std::string& part : GetParam().said) EXPECT_THAT(rows.error().message, HasSubstr(part));
}

INSTANTIATE_TEST_SUITE_P(
    , MotFilesWrongRow,
    testing::Values(
        WrongRow{"word",
                 MotKind::detections,
                 "1,-1,1,1,1,1,1\n1,-1,ten,1,1,1,1",
                 {"some.txt line 2", "field 3 (left)", "\"ten\"", "expected a number"}},
        WrongRow{"empty_field", MotKind::detections, "1,-1,1,,1,1,1", {"field 4 (top)", "\"\""}},
        WrongRow{"infinite", MotKind::detections, "1,-1,1,1,inf,1,1", {"field 5 (width)", "inf"}},
        WrongRow{"too_large_for_a_double", MotKind::detections, "1,-1,1,1,1e999,1,1", {"field 5 (width)"}},
        WrongRow{"too_few", MotKind::detections, "1,-1,1,1,1,1", {"line 1", "found 6 fields", "expected 7 to 10"}},
        WrongRow{"too_many", MotKind::detections, "1,2,3,4,5,6,7,8,9,10,11", {"found 11 fields"}},
        WrongRow{"too_few_for_truth", MotKind::truth, "1,1,1,1,1,1,1", {"found 7 fields", "expected 9 to 10"}},
        WrongRow{"frame_zero", MotKind::detections, "0,-1,1,1,1,1,1", {"field 1 (frame)", "found 0", "from 1 to 100"}},
        WrongRow{"frame_too_late", MotKind::detections, "101,-1,1,1,1,1,1", {"found 101", "from 1 to 100"}},
        WrongRow{"half_frame", MotKind::detections, "1.5,-1,1,1,1,1,1", {"found 1.5", "whole number"}},
        WrongRow{"negative_height", MotKind::detections, "1,-1,1,1,1,-4,1", {"field 6 (height)", "found -4"}},
        WrongRow{"truth_without_id", MotKind::truth, "1,-1,1,1,1,1,1,1,1", {"field 2 (id)", "found -1"}},
        WrongRow{"half_class", MotKind::truth, "1,1,1,1,1,1,1,0.5,1", {"field 8 (class)", "found 0.5"}},
        WrongRow{"twin", MotKind::results, "4,9,1,1,1,1,1\n4,9,2,2,2,2,1", {"id 9 twice in frame 4"}},
        WrongRow{"binary", MotKind::detections, "\x01\x02\xff,\n", {"found 2 fields"}}),
    [](const auto& one) { return one.param.name; });

TEST(MotFiles, ReadsSeqinfo) {
  const auto info = parse_seqinfo(
      "[Sequence]\r\nname=MOT17-02-SDP\r\nimDir=img1\r\nframeRate=30\r\nseqLength=600\r\nimWidth = 1920\r\n"
      "imHeight=1080\r\nimExt=.jpg\r\n",
      "seqinfo.ini");
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->name, "MOT17-02-SDP");
  EXPECT_EQ(info->fps, 30);
  EXPECT_EQ(info->frames, 600);
  EXPECT_EQ(info->width, 1920);
  EXPECT_EQ(info->height, 1080);
}

TEST(MotFiles, NamesWhatIsWrongInSeqinfo) {
  const auto missing = parse_seqinfo("frameRate=30\nimWidth=10\nimHeight=10\n", "seqinfo.ini");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, AllOf(HasSubstr("seqinfo.ini"), HasSubstr("no seqLength")));
  const auto wrong = parse_seqinfo("frameRate=0\n", "seqinfo.ini");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, AllOf(HasSubstr("line 1, frameRate"), HasSubstr("\"0\"")));
  const auto endless = parse_seqinfo("seqLength=99999999999\n", "seqinfo.ini");
  ASSERT_FALSE(endless);
  EXPECT_THAT(endless.error().message, HasSubstr("seqLength"));
}

TEST(MotFiles, GivesBackWhatItWrote) {
  const auto file = std::filesystem::path(testing::TempDir()) / "mot_files_test.txt";
  const std::vector<MotRow> rows = {{.frame = 1, .id = 3, .left = 1.25, .top = -2, .width = 30, .height = 40.5},
                                    {.frame = 2, .id = 3, .left = 2, .top = -2, .width = 30, .height = 41}};
  ASSERT_TRUE(write_mot(file, rows));
  const auto read = read_mot(file, MotKind::results, 2);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ((*read)[0].left, 1.25);
  EXPECT_EQ((*read)[1].height, 41);
  EXPECT_EQ((*read)[1].id, 3);
  std::filesystem::remove(file);
}

TEST(MotFiles, SaysWhichFileIsNotThere) {
  const auto rows = read_mot("/nowhere/det.txt", MotKind::detections, 1);
  ASSERT_FALSE(rows);
  EXPECT_THAT(rows.error().message, HasSubstr("/nowhere/det.txt"));
}

}  // namespace
}  // namespace shrike
